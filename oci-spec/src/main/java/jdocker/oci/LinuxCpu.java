package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** CPU limits; quota, period, burst and realtime values in microseconds. */
public record LinuxCpu(
        @Nullable Long shares,
        @Nullable Long quota,
        @Nullable Long burst,
        @Nullable Long period,
        @Nullable Long realtimeRuntime,
        @Nullable Long realtimePeriod,
        @Nullable String cpus,
        @Nullable String mems,
        @Nullable Long idle,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public LinuxCpu {
        unknown = Absent.map(unknown);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds these values. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.shares = shares;
        builder.quota = quota;
        builder.burst = burst;
        builder.period = period;
        builder.realtimeRuntime = realtimeRuntime;
        builder.realtimePeriod = realtimePeriod;
        builder.cpus = cpus;
        builder.mems = mems;
        builder.idle = idle;
        builder.unknown = unknown;
        return builder;
    }

    /** Collects the parts; what is not set is absent. */
    public static final class Builder {
        private @Nullable Long shares;
        private @Nullable Long quota;
        private @Nullable Long burst;
        private @Nullable Long period;
        private @Nullable Long realtimeRuntime;
        private @Nullable Long realtimePeriod;
        private @Nullable String cpus;
        private @Nullable String mems;
        private @Nullable Long idle;
        private Map<String, JsonNode> unknown = Absent.map(null);

        private Builder() {}

        public Builder shares(@Nullable Long shares) {
            this.shares = shares;
            return this;
        }

        public Builder quota(@Nullable Long quota) {
            this.quota = quota;
            return this;
        }

        public Builder burst(@Nullable Long burst) {
            this.burst = burst;
            return this;
        }

        public Builder period(@Nullable Long period) {
            this.period = period;
            return this;
        }

        public Builder realtimeRuntime(@Nullable Long realtimeRuntime) {
            this.realtimeRuntime = realtimeRuntime;
            return this;
        }

        public Builder realtimePeriod(@Nullable Long realtimePeriod) {
            this.realtimePeriod = realtimePeriod;
            return this;
        }

        public Builder cpus(@Nullable String cpus) {
            this.cpus = cpus;
            return this;
        }

        public Builder mems(@Nullable String mems) {
            this.mems = mems;
            return this;
        }

        public Builder idle(@Nullable Long idle) {
            this.idle = idle;
            return this;
        }

        public LinuxCpu build() {
            return new LinuxCpu(
                    shares, quota, burst, period, realtimeRuntime, realtimePeriod, cpus, mems, idle, unknown);
        }
    }
}
