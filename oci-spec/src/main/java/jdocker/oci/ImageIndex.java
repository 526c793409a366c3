package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A list of manifests, usually one for each platform (OCI index or Docker manifest list). */
public record ImageIndex(
        int schemaVersion,
        @Nullable String mediaType,
        @Nullable String artifactType,
        List<Descriptor> manifests,
        @Nullable Descriptor subject,
        Map<String, String> annotations,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public ImageIndex {
        manifests = Absent.list(manifests);
        annotations = Absent.map(annotations);
        unknown = Absent.map(unknown);
    }

    public ImageIndex(
            int schemaVersion,
            @Nullable String mediaType,
            @Nullable String artifactType,
            List<Descriptor> manifests,
            @Nullable Descriptor subject,
            Map<String, String> annotations) {
        this(schemaVersion, mediaType, artifactType, manifests, subject, annotations, Map.of());
    }
}
