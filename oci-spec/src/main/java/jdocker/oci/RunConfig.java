package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an image says about how to run it: defaults that a container may override. */
public record RunConfig(
        @JsonProperty("Hostname") @Nullable String hostname,
        @JsonProperty("Domainname") @Nullable String domainname,
        @JsonProperty("User") @Nullable String user,
        @JsonProperty("AttachStdin") @Nullable Boolean attachStdin,
        @JsonProperty("AttachStdout") @Nullable Boolean attachStdout,
        @JsonProperty("AttachStderr") @Nullable Boolean attachStderr,
        @JsonProperty("ExposedPorts") Map<String, JsonNode> exposedPorts,
        @JsonProperty("Tty") @Nullable Boolean tty,
        @JsonProperty("OpenStdin") @Nullable Boolean openStdin,
        @JsonProperty("StdinOnce") @Nullable Boolean stdinOnce,
        @JsonProperty("Env") List<String> env,
        @JsonProperty("Cmd") List<String> cmd,
        @JsonProperty("Healthcheck") @Nullable HealthCheck healthCheck,
        @JsonProperty("ArgsEscaped") @Nullable Boolean argsEscaped,
        @JsonProperty("Image") @Nullable String image,
        @JsonProperty("Volumes") Map<String, JsonNode> volumes,
        @JsonProperty("WorkingDir") @Nullable String workingDir,
        @JsonProperty("Entrypoint") List<String> entrypoint,
        @JsonProperty("NetworkDisabled") @Nullable Boolean networkDisabled,
        @JsonProperty("MacAddress") @Nullable String macAddress,
        @JsonProperty("OnBuild") List<String> onBuild,
        @JsonProperty("Labels") Map<String, String> labels,
        @JsonProperty("StopSignal") @Nullable String stopSignal,
        @JsonProperty("StopTimeout") @Nullable Integer stopTimeout,
        @JsonProperty("Shell") List<String> shell,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public RunConfig {
        exposedPorts = Absent.map(exposedPorts);
        env = Absent.list(env);
        cmd = Absent.list(cmd);
        volumes = Absent.map(volumes);
        entrypoint = Absent.list(entrypoint);
        onBuild = Absent.list(onBuild);
        labels = Absent.map(labels);
        shell = Absent.list(shell);
        unknown = Absent.map(unknown);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds these values. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.hostname = hostname;
        builder.domainname = domainname;
        builder.user = user;
        builder.attachStdin = attachStdin;
        builder.attachStdout = attachStdout;
        builder.attachStderr = attachStderr;
        builder.exposedPorts = exposedPorts;
        builder.tty = tty;
        builder.openStdin = openStdin;
        builder.stdinOnce = stdinOnce;
        builder.env = env;
        builder.cmd = cmd;
        builder.healthCheck = healthCheck;
        builder.argsEscaped = argsEscaped;
        builder.image = image;
        builder.volumes = volumes;
        builder.workingDir = workingDir;
        builder.entrypoint = entrypoint;
        builder.networkDisabled = networkDisabled;
        builder.macAddress = macAddress;
        builder.onBuild = onBuild;
        builder.labels = labels;
        builder.stopSignal = stopSignal;
        builder.stopTimeout = stopTimeout;
        builder.shell = shell;
        builder.unknown = unknown;
        return builder;
    }

    /** Collects the parts; what is not set is absent. */
    public static final class Builder {
        private @Nullable String hostname;
        private @Nullable String domainname;
        private @Nullable String user;
        private @Nullable Boolean attachStdin;
        private @Nullable Boolean attachStdout;
        private @Nullable Boolean attachStderr;
        private Map<String, JsonNode> exposedPorts = Absent.map(null);
        private @Nullable Boolean tty;
        private @Nullable Boolean openStdin;
        private @Nullable Boolean stdinOnce;
        private List<String> env = Absent.list(null);
        private List<String> cmd = Absent.list(null);
        private @Nullable HealthCheck healthCheck;
        private @Nullable Boolean argsEscaped;
        private @Nullable String image;
        private Map<String, JsonNode> volumes = Absent.map(null);
        private @Nullable String workingDir;
        private List<String> entrypoint = Absent.list(null);
        private @Nullable Boolean networkDisabled;
        private @Nullable String macAddress;
        private List<String> onBuild = Absent.list(null);
        private Map<String, String> labels = Absent.map(null);
        private @Nullable String stopSignal;
        private @Nullable Integer stopTimeout;
        private List<String> shell = Absent.list(null);
        private Map<String, JsonNode> unknown = Absent.map(null);

        private Builder() {}

        public Builder hostname(@Nullable String hostname) {
            this.hostname = hostname;
            return this;
        }

        public Builder domainname(@Nullable String domainname) {
            this.domainname = domainname;
            return this;
        }

        public Builder user(@Nullable String user) {
            this.user = user;
            return this;
        }

        public Builder attachStdin(@Nullable Boolean attachStdin) {
            this.attachStdin = attachStdin;
            return this;
        }

        public Builder attachStdout(@Nullable Boolean attachStdout) {
            this.attachStdout = attachStdout;
            return this;
        }

        public Builder attachStderr(@Nullable Boolean attachStderr) {
            this.attachStderr = attachStderr;
            return this;
        }

        public Builder exposedPorts(Map<String, JsonNode> exposedPorts) {
            this.exposedPorts = exposedPorts;
            return this;
        }

        public Builder tty(@Nullable Boolean tty) {
            this.tty = tty;
            return this;
        }

        public Builder openStdin(@Nullable Boolean openStdin) {
            this.openStdin = openStdin;
            return this;
        }

        public Builder stdinOnce(@Nullable Boolean stdinOnce) {
            this.stdinOnce = stdinOnce;
            return this;
        }

        public Builder env(List<String> env) {
            this.env = env;
            return this;
        }

        public Builder cmd(List<String> cmd) {
            this.cmd = cmd;
            return this;
        }

        public Builder healthCheck(@Nullable HealthCheck healthCheck) {
            this.healthCheck = healthCheck;
            return this;
        }

        public Builder argsEscaped(@Nullable Boolean argsEscaped) {
            this.argsEscaped = argsEscaped;
            return this;
        }

        public Builder image(@Nullable String image) {
            this.image = image;
            return this;
        }

        public Builder volumes(Map<String, JsonNode> volumes) {
            this.volumes = volumes;
            return this;
        }

        public Builder workingDir(@Nullable String workingDir) {
            this.workingDir = workingDir;
            return this;
        }

        public Builder entrypoint(List<String> entrypoint) {
            this.entrypoint = entrypoint;
            return this;
        }

        public Builder networkDisabled(@Nullable Boolean networkDisabled) {
            this.networkDisabled = networkDisabled;
            return this;
        }

        public Builder macAddress(@Nullable String macAddress) {
            this.macAddress = macAddress;
            return this;
        }

        public Builder onBuild(List<String> onBuild) {
            this.onBuild = onBuild;
            return this;
        }

        public Builder labels(Map<String, String> labels) {
            this.labels = labels;
            return this;
        }

        public Builder stopSignal(@Nullable String stopSignal) {
            this.stopSignal = stopSignal;
            return this;
        }

        public Builder stopTimeout(@Nullable Integer stopTimeout) {
            this.stopTimeout = stopTimeout;
            return this;
        }

        public Builder shell(List<String> shell) {
            this.shell = shell;
            return this;
        }

        public RunConfig build() {
            return new RunConfig(
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
                    healthCheck,
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
                    shell,
                    unknown);
        }
    }
}
