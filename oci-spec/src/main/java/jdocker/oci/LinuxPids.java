package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** How many tasks there may be; -1 or 0 is no limit. */
public record LinuxPids(
        long limit, @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public LinuxPids {
        unknown = Absent.map(unknown);
    }

    public LinuxPids(long limit) {
        this(limit, Map.of());
    }
}
