package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The root file system: an absolute path of the host, and whether the container may write to it. */
public record Root(
        String path,
        @Nullable Boolean readonly,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public Root {
        path = Absent.text(path);
        unknown = Absent.map(unknown);
    }

    public Root(String path, @Nullable Boolean readonly) {
        this(path, readonly, Map.of());
    }

    /** Whether the container may not write to its root. */
    public boolean isReadonly() {
        return Boolean.TRUE.equals(readonly);
    }
}
