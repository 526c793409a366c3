package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Points to content: type, digest, and size in bytes. */
public record Descriptor(
        String mediaType,
        Digest digest,
        long size,
        List<String> urls,
        Map<String, String> annotations,
        @Nullable String data,
        @Nullable Platform platform,
        @Nullable String artifactType,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public Descriptor {
        mediaType = Absent.text(mediaType);
        Objects.requireNonNull(digest, "digest");
        urls = Absent.list(urls);
        annotations = Absent.map(annotations);
        unknown = Absent.map(unknown);
    }

    public Descriptor(
            String mediaType,
            Digest digest,
            long size,
            List<String> urls,
            Map<String, String> annotations,
            @Nullable String data,
            @Nullable Platform platform,
            @Nullable String artifactType) {
        this(mediaType, digest, size, urls, annotations, data, platform, artifactType, Map.of());
    }

    /** The bare pointer, without the optional parts. */
    public static Descriptor of(String mediaType, Digest digest, long size) {
        return new Descriptor(mediaType, digest, size, List.of(), Map.of(), null, null, null, Map.of());
    }
}
