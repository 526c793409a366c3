package jdocker.api;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What runs in a container, wherever it runs: the part of the configuration that images carry too. */
@WireRecord
public record ContainerConfig(
        String hostname,
        String domainname,
        String user,
        boolean attachStdin,
        boolean attachStdout,
        boolean attachStderr,
        @OmitEmpty @Nullable Map<String, Empty> exposedPorts,
        boolean tty,
        boolean openStdin,
        boolean stdinOnce,
        @Nullable List<String> env,

        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Nullable
        List<String> cmd,

        @OmitEmpty @Nullable HealthConfig healthcheck,
        @OmitEmpty boolean argsEscaped,
        String image,
        @Nullable Map<String, Empty> volumes,
        String workingDir,

        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Nullable
        List<String> entrypoint,

        @OmitEmpty boolean networkDisabled,
        @OmitEmpty String macAddress,
        @Nullable List<String> onBuild,
        Map<String, String> labels,
        @OmitEmpty String stopSignal,
        @OmitNull @Nullable Integer stopTimeout,

        @OmitEmpty @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Nullable
        List<String> shell)
        implements ShownImageConfig {
    public ContainerConfig {
        hostname = Wire.text(hostname);
        domainname = Wire.text(domainname);
        user = Wire.text(user);
        exposedPorts = Wire.nullable(exposedPorts);
        env = Wire.nullable(env);
        cmd = Wire.nullable(cmd);
        image = Wire.text(image);
        volumes = Wire.nullable(volumes);
        workingDir = Wire.text(workingDir);
        entrypoint = Wire.nullable(entrypoint);
        macAddress = Wire.text(macAddress);
        onBuild = Wire.nullable(onBuild);
        labels = Wire.map(labels);
        stopSignal = Wire.text(stopSignal);
        shell = Wire.nullable(shell);
    }

    /** A record in which nothing is set. */
    public static ContainerConfig empty() {
        return new Builder().build();
    }

    /** A builder that begins with these values. */
    public Builder toBuilder() {
        var b = new Builder();
        b.hostname = hostname;
        b.domainname = domainname;
        b.user = user;
        b.attachStdin = attachStdin;
        b.attachStdout = attachStdout;
        b.attachStderr = attachStderr;
        b.exposedPorts = exposedPorts;
        b.tty = tty;
        b.openStdin = openStdin;
        b.stdinOnce = stdinOnce;
        b.env = env;
        b.cmd = cmd;
        b.healthcheck = healthcheck;
        b.argsEscaped = argsEscaped;
        b.image = image;
        b.volumes = volumes;
        b.workingDir = workingDir;
        b.entrypoint = entrypoint;
        b.networkDisabled = networkDisabled;
        b.macAddress = macAddress;
        b.onBuild = onBuild;
        b.labels = labels;
        b.stopSignal = stopSignal;
        b.stopTimeout = stopTimeout;
        b.shell = shell;
        return b;
    }

    /** Sets parts of a {@link ContainerConfig}; what is not set stays empty. */
    public static final class Builder {
        private String hostname = "";
        private String domainname = "";
        private String user = "";
        private boolean attachStdin;
        private boolean attachStdout;
        private boolean attachStderr;
        private @Nullable Map<String, Empty> exposedPorts;
        private boolean tty;
        private boolean openStdin;
        private boolean stdinOnce;
        private @Nullable List<String> env;
        private @Nullable List<String> cmd;
        private @Nullable HealthConfig healthcheck;
        private boolean argsEscaped;
        private String image = "";
        private @Nullable Map<String, Empty> volumes;
        private String workingDir = "";
        private @Nullable List<String> entrypoint;
        private boolean networkDisabled;
        private String macAddress = "";
        private @Nullable List<String> onBuild;
        private Map<String, String> labels = Map.of();
        private String stopSignal = "";
        private @Nullable Integer stopTimeout;
        private @Nullable List<String> shell;

        public Builder hostname(String hostname) {
            this.hostname = hostname;
            return this;
        }

        public Builder domainname(String domainname) {
            this.domainname = domainname;
            return this;
        }

        public Builder user(String user) {
            this.user = user;
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

        public Builder exposedPorts(@Nullable Map<String, Empty> exposedPorts) {
            this.exposedPorts = exposedPorts;
            return this;
        }

        public Builder tty(boolean tty) {
            this.tty = tty;
            return this;
        }

        public Builder openStdin(boolean openStdin) {
            this.openStdin = openStdin;
            return this;
        }

        public Builder stdinOnce(boolean stdinOnce) {
            this.stdinOnce = stdinOnce;
            return this;
        }

        public Builder env(@Nullable List<String> env) {
            this.env = env;
            return this;
        }

        public Builder cmd(@Nullable List<String> cmd) {
            this.cmd = cmd;
            return this;
        }

        public Builder healthcheck(@Nullable HealthConfig healthcheck) {
            this.healthcheck = healthcheck;
            return this;
        }

        public Builder argsEscaped(boolean argsEscaped) {
            this.argsEscaped = argsEscaped;
            return this;
        }

        public Builder image(String image) {
            this.image = image;
            return this;
        }

        public Builder volumes(@Nullable Map<String, Empty> volumes) {
            this.volumes = volumes;
            return this;
        }

        public Builder workingDir(String workingDir) {
            this.workingDir = workingDir;
            return this;
        }

        public Builder entrypoint(@Nullable List<String> entrypoint) {
            this.entrypoint = entrypoint;
            return this;
        }

        public Builder networkDisabled(boolean networkDisabled) {
            this.networkDisabled = networkDisabled;
            return this;
        }

        public Builder macAddress(String macAddress) {
            this.macAddress = macAddress;
            return this;
        }

        public Builder onBuild(@Nullable List<String> onBuild) {
            this.onBuild = onBuild;
            return this;
        }

        public Builder labels(Map<String, String> labels) {
            this.labels = labels;
            return this;
        }

        public Builder stopSignal(String stopSignal) {
            this.stopSignal = stopSignal;
            return this;
        }

        public Builder stopTimeout(@Nullable Integer stopTimeout) {
            this.stopTimeout = stopTimeout;
            return this;
        }

        public Builder shell(@Nullable List<String> shell) {
            this.shell = shell;
            return this;
        }

        public ContainerConfig build() {
            return new ContainerConfig(
                    hostname,
                    domainname,
                    user,
                    attachStdin,
                    attachStdout,
                    attachStderr,
                    exposedPorts,
                    tty,
                    openStdin,
                    stdinOnce,
                    env,
                    cmd,
                    healthcheck,
                    argsEscaped,
                    image,
                    volumes,
                    workingDir,
                    entrypoint,
                    networkDisabled,
                    macAddress,
                    onBuild,
                    labels,
                    stopSignal,
                    stopTimeout,
                    shell);
        }
    }
}
