package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an image runs on, in the words of Go: {@code linux}, {@code amd64}, {@code v8}. */
public record Platform(
        String architecture,
        String os,
        @JsonProperty("os.version") @Nullable String osVersion,
        @JsonProperty("os.features") List<String> osFeatures,
        @Nullable String variant,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public Platform {
        architecture = Absent.text(architecture);
        os = Absent.text(os);
        osFeatures = Absent.list(osFeatures);
        unknown = Absent.map(unknown);
    }

    public Platform(
            String architecture,
            String os,
            @Nullable String osVersion,
            List<String> osFeatures,
            @Nullable String variant) {
        this(architecture, os, osVersion, osFeatures, variant, Map.of());
    }
}
