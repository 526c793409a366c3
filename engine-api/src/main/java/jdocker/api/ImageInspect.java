package jdocker.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to {@code GET /images/{name}/json}. */
@WireRecord
public record ImageInspect(
        String id,
        List<String> repoTags,
        List<String> repoDigests,
        String parent,
        String comment,
        @OmitNull @Nullable String created,
        @OmitNull @Nullable String container,
        @OmitNull @Nullable ContainerConfig containerConfig,
        String dockerVersion,
        String author,
        @Nullable ShownImageConfig config,
        String architecture,
        @OmitEmpty String variant,
        String os,
        @OmitEmpty String osVersion,
        long size,
        @OmitNull @Nullable Long virtualSize,
        GraphDriver graphDriver,
        @JsonProperty("RootFS") RootFs rootFs,
        Metadata metadata,
        @OmitEmpty @Nullable OciDescriptor descriptor) {
    public ImageInspect {
        id = Wire.text(id);
        repoTags = Wire.list(repoTags);
        repoDigests = Wire.list(repoDigests);
        parent = Wire.text(parent);
        comment = Wire.text(comment);
        dockerVersion = Wire.text(dockerVersion);
        author = Wire.text(author);
        architecture = Wire.text(architecture);
        variant = Wire.text(variant);
        os = Wire.text(os);
        osVersion = Wire.text(osVersion);
    }

    /** The layers, by digest of their content. */
    @WireRecord
    public record RootFs(String type, List<String> layers) {
        public RootFs {
            type = Wire.text(type);
            layers = Wire.list(layers);
        }
    }

    /** What the engine knows beyond the image. */
    @WireRecord
    public record Metadata(String lastTagTime) {
        public Metadata {
            lastTagTime = Wire.text(lastTagTime);
        }
    }
}
