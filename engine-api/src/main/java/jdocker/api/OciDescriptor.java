package jdocker.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reference to content by digest; size in bytes. */
@WireRecord
public record OciDescriptor(
        @JsonProperty("mediaType") String mediaType,
        @JsonProperty("digest") String digest,
        @JsonProperty("size") long size,
        @JsonProperty("urls") @OmitEmpty @Nullable List<String> urls,
        @JsonProperty("annotations") @OmitEmpty @Nullable Map<String, String> annotations,
        @JsonProperty("platform") @OmitEmpty @Nullable OciPlatform platform,
        @JsonProperty("artifactType") @OmitEmpty String artifactType) {
    public OciDescriptor {
        mediaType = Wire.text(mediaType);
        digest = Wire.text(digest);
        urls = Wire.nullable(urls);
        annotations = Wire.nullable(annotations);
        artifactType = Wire.text(artifactType);
    }
}
