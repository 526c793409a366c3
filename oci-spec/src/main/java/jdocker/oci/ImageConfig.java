package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The config blob of an image, its digest is the image ID; with the fields that Docker adds. */
public record ImageConfig(
        @Nullable String created,
        @Nullable String author,
        String architecture,
        String os,
        @JsonProperty("os.version") @Nullable String osVersion,
        @JsonProperty("os.features") List<String> osFeatures,
        @Nullable String variant,
        @Nullable RunConfig config,
        @Nullable LayerDigests rootfs,
        List<HistoryEntry> history,
        @Nullable String comment,
        @Nullable String container,
        @JsonProperty("container_config") @Nullable RunConfig containerConfig,
        @JsonProperty("docker_version") @Nullable String dockerVersion,
        @Nullable String id,
        @Nullable String parent,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public ImageConfig {
        architecture = Absent.text(architecture);
        os = Absent.text(os);
        osFeatures = Absent.list(osFeatures);
        history = Absent.list(history);
        unknown = Absent.map(unknown);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds these values. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.created = created;
        builder.author = author;
        builder.architecture = architecture;
        builder.os = os;
        builder.osVersion = osVersion;
        builder.osFeatures = osFeatures;
        builder.variant = variant;
        builder.config = config;
        builder.rootfs = rootfs;
        builder.history = history;
        builder.comment = comment;
        builder.container = container;
        builder.containerConfig = containerConfig;
        builder.dockerVersion = dockerVersion;
        builder.id = id;
        builder.parent = parent;
        builder.unknown = unknown;
        return builder;
    }

    /** Collects the parts; what is not set is absent. */
    public static final class Builder {
        private @Nullable String created;
        private @Nullable String author;
        private String architecture = Absent.text(null);
        private String os = Absent.text(null);
        private @Nullable String osVersion;
        private List<String> osFeatures = Absent.list(null);
        private @Nullable String variant;
        private @Nullable RunConfig config;
        private @Nullable LayerDigests rootfs;
        private List<HistoryEntry> history = Absent.list(null);
        private @Nullable String comment;
        private @Nullable String container;
        private @Nullable RunConfig containerConfig;
        private @Nullable String dockerVersion;
        private @Nullable String id;
        private @Nullable String parent;
        private Map<String, JsonNode> unknown = Absent.map(null);

        private Builder() {}

        public Builder created(@Nullable String created) {
            this.created = created;
            return this;
        }

        public Builder author(@Nullable String author) {
            this.author = author;
            return this;
        }

        public Builder architecture(String architecture) {
            this.architecture = architecture;
            return this;
        }

        public Builder os(String os) {
            this.os = os;
            return this;
        }

        public Builder osVersion(@Nullable String osVersion) {
            this.osVersion = osVersion;
            return this;
        }

        public Builder osFeatures(List<String> osFeatures) {
            this.osFeatures = osFeatures;
            return this;
        }

        public Builder variant(@Nullable String variant) {
            this.variant = variant;
            return this;
        }

        public Builder config(@Nullable RunConfig config) {
            this.config = config;
            return this;
        }

        public Builder rootfs(@Nullable LayerDigests rootfs) {
            this.rootfs = rootfs;
            return this;
        }

        public Builder history(List<HistoryEntry> history) {
            this.history = history;
            return this;
        }

        public Builder comment(@Nullable String comment) {
            this.comment = comment;
            return this;
        }

        public Builder container(@Nullable String container) {
            this.container = container;
            return this;
        }

        public Builder containerConfig(@Nullable RunConfig containerConfig) {
            this.containerConfig = containerConfig;
            return this;
        }

        public Builder dockerVersion(@Nullable String dockerVersion) {
            this.dockerVersion = dockerVersion;
            return this;
        }

        public Builder id(@Nullable String id) {
            this.id = id;
            return this;
        }

        public Builder parent(@Nullable String parent) {
            this.parent = parent;
            return this;
        }

        public ImageConfig build() {
            return new ImageConfig(
                    created,
                    author,
                    architecture,
                    os,
                    osVersion,
                    osFeatures,
                    variant,
                    config,
                    rootfs,
                    history,
                    comment,
                    container,
                    containerConfig,
                    dockerVersion,
                    id,
                    parent,
                    unknown);
        }
    }
}
