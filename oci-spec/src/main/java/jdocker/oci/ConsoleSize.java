package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Size of a terminal, in characters. */
public record ConsoleSize(
        int height, int width, @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public ConsoleSize {
        unknown = Absent.map(unknown);
    }

    public ConsoleSize(int height, int width) {
        this(height, width, Map.of());
    }
}
