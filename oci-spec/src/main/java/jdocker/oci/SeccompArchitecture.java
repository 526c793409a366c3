package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** An architecture and those whose programs its kernel runs too: each of them needs a filter. */
public record SeccompArchitecture(
        String architecture,
        List<String> subArchitectures,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public SeccompArchitecture {
        architecture = Absent.text(architecture);
        subArchitectures = Absent.list(subArchitectures);
        unknown = Absent.map(unknown);
    }

    public SeccompArchitecture(String architecture, List<String> subArchitectures) {
        this(architecture, subArchitectures, Map.of());
    }
}
