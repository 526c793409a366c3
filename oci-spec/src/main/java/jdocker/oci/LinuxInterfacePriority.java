package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Priority of the traffic of one interface. */
public record LinuxInterfacePriority(
        String name,
        long priority,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public LinuxInterfacePriority {
        name = Absent.text(name);
        unknown = Absent.map(unknown);
    }

    public LinuxInterfacePriority(String name, long priority) {
        this(name, priority, Map.of());
    }
}
