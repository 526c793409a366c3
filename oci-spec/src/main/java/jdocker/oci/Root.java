package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** The root file system: an absolute path of the host, and whether the container may write to it. */
public record Root(
        String path,
        boolean readonly,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public Root {
        path = Absent.text(path);
        unknown = Absent.map(unknown);
    }

    public Root(String path, boolean readonly) {
        this(path, readonly, Map.of());
    }
}
