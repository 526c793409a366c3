package jdocker.api;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /containers/{id}/exec}. */
@WireRecord
public record ExecConfig(
        String user,
        boolean privileged,
        boolean tty,
        @OmitEmpty @Nullable List<Integer> consoleSize,
        boolean attachStdin,
        boolean attachStdout,
        boolean attachStderr,
        @OmitEmpty boolean detach,
        String detachKeys,
        @Nullable List<String> env,
        String workingDir,

        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Nullable
        List<String> cmd) {
    public ExecConfig {
        user = Wire.text(user);
        consoleSize = Wire.nullable(consoleSize);
        detachKeys = Wire.text(detachKeys);
        env = Wire.nullable(env);
        workingDir = Wire.text(workingDir);
        cmd = Wire.nullable(cmd);
    }

    /** A record in which nothing is set. */
    public static ExecConfig empty() {
        return new Builder().build();
    }

    /** A builder that begins with these values. */
    public Builder toBuilder() {
        var b = new Builder();
        b.user = user;
        b.privileged = privileged;
        b.tty = tty;
        b.consoleSize = consoleSize;
        b.attachStdin = attachStdin;
        b.attachStdout = attachStdout;
        b.attachStderr = attachStderr;
        b.detach = detach;
        b.detachKeys = detachKeys;
        b.env = env;
        b.workingDir = workingDir;
        b.cmd = cmd;
        return b;
    }

    /** Sets parts of a {@link ExecConfig}; what is not set stays empty. */
    public static final class Builder {
        private String user = "";
        private boolean privileged;
        private boolean tty;
        private @Nullable List<Integer> consoleSize;
        private boolean attachStdin;
        private boolean attachStdout;
        private boolean attachStderr;
        private boolean detach;
        private String detachKeys = "";
        private @Nullable List<String> env;
        private String workingDir = "";
        private @Nullable List<String> cmd;

        public Builder user(String user) {
            this.user = user;
            return this;
        }

        public Builder privileged(boolean privileged) {
            this.privileged = privileged;
            return this;
        }

        public Builder tty(boolean tty) {
            this.tty = tty;
            return this;
        }

        public Builder consoleSize(@Nullable List<Integer> consoleSize) {
            this.consoleSize = consoleSize;
            return this;
        }

        public Builder attachStdin(boolean attachStdin) {
            this.attachStdin = attachStdin;
            return this;
        }

        public Builder attachStdout(boolean attachStdout) {
            this.attachStdout = attachStdout;
            return this;
        }

        public Builder attachStderr(boolean attachStderr) {
            this.attachStderr = attachStderr;
            return this;
        }

        public Builder detach(boolean detach) {
            this.detach = detach;
            return this;
        }

        public Builder detachKeys(String detachKeys) {
            this.detachKeys = detachKeys;
            return this;
        }

        public Builder env(@Nullable List<String> env) {
            this.env = env;
            return this;
        }

        public Builder workingDir(String workingDir) {
            this.workingDir = workingDir;
            return this;
        }

        public Builder cmd(@Nullable List<String> cmd) {
            this.cmd = cmd;
            return this;
        }

        public ExecConfig build() {
            return new ExecConfig(
                    user,
                    privileged,
                    tty,
                    consoleSize,
                    attachStdin,
                    attachStdout,
                    attachStderr,
                    detach,
                    detachKeys,
                    env,
                    workingDir,
                    cmd);
        }
    }
}
