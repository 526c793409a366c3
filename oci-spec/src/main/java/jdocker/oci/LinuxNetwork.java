package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Class and priorities of a container's packets. */
public record LinuxNetwork(
        @JsonProperty("classID") @Nullable Long classId,
        List<LinuxInterfacePriority> priorities,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public LinuxNetwork {
        priorities = Absent.list(priorities);
        unknown = Absent.map(unknown);
    }

    public LinuxNetwork(@Nullable Long classId, List<LinuxInterfacePriority> priorities) {
        this(classId, priorities, Map.of());
    }
}
