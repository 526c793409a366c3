package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** Execution domain of the process. */
public record LinuxPersonality(
        String domain,
        List<String> flags,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public LinuxPersonality {
        domain = Absent.text(domain);
        flags = Absent.list(flags);
        unknown = Absent.map(unknown);
    }

    public LinuxPersonality(String domain, List<String> flags) {
        this(domain, flags, Map.of());
    }
}
