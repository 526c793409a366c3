package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** A run of ids of a user namespace and what they are outside. */
public record LinuxIdMapping(
        @JsonProperty("containerID") long containerId,
        @JsonProperty("hostID") long hostId,
        long size,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public LinuxIdMapping {
        unknown = Absent.map(unknown);
    }

    public LinuxIdMapping(long containerId, long hostId, long size) {
        this(containerId, hostId, size, Map.of());
    }
}
