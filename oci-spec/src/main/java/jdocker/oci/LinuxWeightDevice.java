package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Block I/O weight of one device. */
public record LinuxWeightDevice(
        long major,
        long minor,
        @Nullable Integer weight,
        @Nullable Integer leafWeight,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public LinuxWeightDevice {
        unknown = Absent.map(unknown);
    }

    public LinuxWeightDevice(long major, long minor, @Nullable Integer weight, @Nullable Integer leafWeight) {
        this(major, minor, weight, leafWeight, Map.of());
    }
}
