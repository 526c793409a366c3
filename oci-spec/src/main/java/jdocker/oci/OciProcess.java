package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The process of a container or of an exec: what to execute, as whom and with which rights. */
public record OciProcess(
        @Nullable Boolean terminal,
        @Nullable ConsoleSize consoleSize,
        User user,
        List<String> args,
        List<String> env,
        String cwd,
        @Nullable LinuxCapabilities capabilities,
        List<Rlimit> rlimits,
        @Nullable Boolean noNewPrivileges,
        @Nullable String apparmorProfile,
        @Nullable Integer oomScoreAdj,
        @Nullable JsonNode scheduler,
        @Nullable String selinuxLabel,
        @JsonProperty("ioPriority") @Nullable JsonNode ioPriority,
        @JsonProperty("execCPUAffinity") @Nullable JsonNode execCpuAffinity,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public OciProcess {
        user = Objects.requireNonNullElse(user, User.ROOT);
        args = Absent.list(args);
        env = Absent.list(env);
        cwd = Absent.text(cwd);
        rlimits = Absent.list(rlimits);
        unknown = Absent.map(unknown);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds these values. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.terminal = terminal;
        builder.consoleSize = consoleSize;
        builder.user = user;
        builder.args = args;
        builder.env = env;
        builder.cwd = cwd;
        builder.capabilities = capabilities;
        builder.rlimits = rlimits;
        builder.noNewPrivileges = noNewPrivileges;
        builder.apparmorProfile = apparmorProfile;
        builder.oomScoreAdj = oomScoreAdj;
        builder.scheduler = scheduler;
        builder.selinuxLabel = selinuxLabel;
        builder.ioPriority = ioPriority;
        builder.execCpuAffinity = execCpuAffinity;
        builder.unknown = unknown;
        return builder;
    }

    /** Whether it has a terminal as its standard streams. */
    public boolean hasTerminal() {
        return Boolean.TRUE.equals(terminal);
    }

    /** Whether no program that it executes may gain privileges. */
    public boolean forbidsNewPrivileges() {
        return Boolean.TRUE.equals(noNewPrivileges);
    }

    /** Collects the parts; what is not set is absent. */
    public static final class Builder {
        private @Nullable Boolean terminal;
        private @Nullable ConsoleSize consoleSize;
        private User user = User.ROOT;
        private List<String> args = Absent.list(null);
        private List<String> env = Absent.list(null);
        private String cwd = Absent.text(null);
        private @Nullable LinuxCapabilities capabilities;
        private List<Rlimit> rlimits = Absent.list(null);
        private @Nullable Boolean noNewPrivileges;
        private @Nullable String apparmorProfile;
        private @Nullable Integer oomScoreAdj;
        private @Nullable JsonNode scheduler;
        private @Nullable String selinuxLabel;
        private @Nullable JsonNode ioPriority;
        private @Nullable JsonNode execCpuAffinity;
        private Map<String, JsonNode> unknown = Absent.map(null);

        private Builder() {}

        public Builder terminal(@Nullable Boolean terminal) {
            this.terminal = terminal;
            return this;
        }

        public Builder consoleSize(@Nullable ConsoleSize consoleSize) {
            this.consoleSize = consoleSize;
            return this;
        }

        public Builder user(User user) {
            this.user = user;
            return this;
        }

        public Builder args(List<String> args) {
            this.args = args;
            return this;
        }

        public Builder env(List<String> env) {
            this.env = env;
            return this;
        }

        public Builder cwd(String cwd) {
            this.cwd = cwd;
            return this;
        }

        public Builder capabilities(@Nullable LinuxCapabilities capabilities) {
            this.capabilities = capabilities;
            return this;
        }

        public Builder rlimits(List<Rlimit> rlimits) {
            this.rlimits = rlimits;
            return this;
        }

        public Builder noNewPrivileges(@Nullable Boolean noNewPrivileges) {
            this.noNewPrivileges = noNewPrivileges;
            return this;
        }

        public Builder apparmorProfile(@Nullable String apparmorProfile) {
            this.apparmorProfile = apparmorProfile;
            return this;
        }

        public Builder oomScoreAdj(@Nullable Integer oomScoreAdj) {
            this.oomScoreAdj = oomScoreAdj;
            return this;
        }

        public Builder scheduler(@Nullable JsonNode scheduler) {
            this.scheduler = scheduler;
            return this;
        }

        public Builder selinuxLabel(@Nullable String selinuxLabel) {
            this.selinuxLabel = selinuxLabel;
            return this;
        }

        public Builder ioPriority(@Nullable JsonNode ioPriority) {
            this.ioPriority = ioPriority;
            return this;
        }

        public Builder execCpuAffinity(@Nullable JsonNode execCpuAffinity) {
            this.execCpuAffinity = execCpuAffinity;
            return this;
        }

        public OciProcess build() {
            return new OciProcess(
                    terminal,
                    consoleSize,
                    user,
                    args,
                    env,
                    cwd,
                    capabilities,
                    rlimits,
                    noNewPrivileges,
                    apparmorProfile,
                    oomScoreAdj,
                    scheduler,
                    selinuxLabel,
                    ioPriority,
                    execCpuAffinity,
                    unknown);
        }
    }
}
