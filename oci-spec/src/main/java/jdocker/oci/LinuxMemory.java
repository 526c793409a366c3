package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Memory limits in bytes; -1 is none. {@code swap} counts memory and swap together. */
public record LinuxMemory(
        @Nullable Long limit,
        @Nullable Long reservation,
        @Nullable Long swap,
        @Nullable Long kernel,
        @JsonProperty("kernelTCP") @Nullable Long kernelTcp,
        @Nullable Long swappiness,
        @JsonProperty("disableOOMKiller") @Nullable Boolean disableOomKiller,
        @Nullable Boolean useHierarchy,
        @Nullable Boolean checkBeforeUpdate,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public LinuxMemory {
        unknown = Absent.map(unknown);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds these values. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.limit = limit;
        builder.reservation = reservation;
        builder.swap = swap;
        builder.kernel = kernel;
        builder.kernelTcp = kernelTcp;
        builder.swappiness = swappiness;
        builder.disableOomKiller = disableOomKiller;
        builder.useHierarchy = useHierarchy;
        builder.checkBeforeUpdate = checkBeforeUpdate;
        builder.unknown = unknown;
        return builder;
    }

    /** Collects the parts; what is not set is absent. */
    public static final class Builder {
        private @Nullable Long limit;
        private @Nullable Long reservation;
        private @Nullable Long swap;
        private @Nullable Long kernel;
        private @Nullable Long kernelTcp;
        private @Nullable Long swappiness;
        private @Nullable Boolean disableOomKiller;
        private @Nullable Boolean useHierarchy;
        private @Nullable Boolean checkBeforeUpdate;
        private Map<String, JsonNode> unknown = Absent.map(null);

        private Builder() {}

        public Builder limit(@Nullable Long limit) {
            this.limit = limit;
            return this;
        }

        public Builder reservation(@Nullable Long reservation) {
            this.reservation = reservation;
            return this;
        }

        public Builder swap(@Nullable Long swap) {
            this.swap = swap;
            return this;
        }

        public Builder kernel(@Nullable Long kernel) {
            this.kernel = kernel;
            return this;
        }

        public Builder kernelTcp(@Nullable Long kernelTcp) {
            this.kernelTcp = kernelTcp;
            return this;
        }

        public Builder swappiness(@Nullable Long swappiness) {
            this.swappiness = swappiness;
            return this;
        }

        public Builder disableOomKiller(@Nullable Boolean disableOomKiller) {
            this.disableOomKiller = disableOomKiller;
            return this;
        }

        public Builder useHierarchy(@Nullable Boolean useHierarchy) {
            this.useHierarchy = useHierarchy;
            return this;
        }

        public Builder checkBeforeUpdate(@Nullable Boolean checkBeforeUpdate) {
            this.checkBeforeUpdate = checkBeforeUpdate;
            return this;
        }

        public LinuxMemory build() {
            return new LinuxMemory(
                    limit,
                    reservation,
                    swap,
                    kernel,
                    kernelTcp,
                    swappiness,
                    disableOomKiller,
                    useHierarchy,
                    checkBeforeUpdate,
                    unknown);
        }
    }
}
