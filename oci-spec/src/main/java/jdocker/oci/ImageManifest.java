package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Config and layers of one image (OCI manifest or Docker schema 2). */
public record ImageManifest(
        int schemaVersion,
        @Nullable String mediaType,
        @Nullable String artifactType,
        @Nullable Descriptor config,
        List<Descriptor> layers,
        @Nullable Descriptor subject,
        Map<String, String> annotations,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public ImageManifest {
        layers = Absent.list(layers);
        annotations = Absent.map(annotations);
        unknown = Absent.map(unknown);
    }

    public ImageManifest(
            int schemaVersion,
            @Nullable String mediaType,
            @Nullable String artifactType,
            @Nullable Descriptor config,
            List<Descriptor> layers,
            @Nullable Descriptor subject,
            Map<String, String> annotations) {
        this(schemaVersion, mediaType, artifactType, config, layers, subject, annotations, Map.of());
    }
}
