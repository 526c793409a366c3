package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shift of one clock of a time namespace. */
public record LinuxTimeOffset(
        @Nullable Long secs,
        @Nullable Long nanosecs,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public LinuxTimeOffset {
        unknown = Absent.map(unknown);
    }

    public LinuxTimeOffset(@Nullable Long secs, @Nullable Long nanosecs) {
        this(secs, nanosecs, Map.of());
    }
}
