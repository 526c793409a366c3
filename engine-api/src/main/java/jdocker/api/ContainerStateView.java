package jdocker.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** State of a container as inspect shows it. */
@WireRecord
public record ContainerStateView(
        String status,
        boolean running,
        boolean paused,
        boolean restarting,
        @JsonProperty("OOMKilled") boolean oomKilled,
        boolean dead,
        long pid,
        int exitCode,
        String error,
        String startedAt,
        String finishedAt,
        @OmitEmpty @Nullable Health health) {
    public ContainerStateView {
        status = Wire.text(status);
        error = Wire.text(error);
        startedAt = Wire.text(startedAt);
        finishedAt = Wire.text(finishedAt);
    }
}
