package jdocker.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to {@code GET /exec/{id}/json}. */
@WireRecord
public record ExecInspect(
        @JsonProperty("ID") String id,
        boolean running,
        @Nullable Integer exitCode,
        ProcessConfig processConfig,
        boolean openStdin,
        boolean openStderr,
        boolean openStdout,
        boolean canRemove,
        @JsonProperty("ContainerID") String containerId,
        String detachKeys,
        long pid) {
    public ExecInspect {
        id = Wire.text(id);
        containerId = Wire.text(containerId);
        detachKeys = Wire.text(detachKeys);
    }

    /** The command of an exec. */
    @WireRecord
    public record ProcessConfig(
            @JsonProperty("tty") boolean tty,
            @JsonProperty("entrypoint") String entrypoint,
            @JsonProperty("arguments") List<String> arguments,
            @JsonProperty("privileged") boolean privileged,
            @JsonProperty("user") @OmitEmpty String user) {
        public ProcessConfig {
            entrypoint = Wire.text(entrypoint);
            arguments = Wire.list(arguments);
            user = Wire.text(user);
        }
    }
}
