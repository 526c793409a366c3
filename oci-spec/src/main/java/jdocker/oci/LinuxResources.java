package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Limits of the container's cgroup. */
public record LinuxResources(
        List<LinuxDeviceCgroup> devices,
        @Nullable LinuxMemory memory,
        @Nullable LinuxCpu cpu,
        @Nullable LinuxPids pids,
        @JsonProperty("blockIO") @Nullable LinuxBlockIo blockIo,
        List<LinuxHugepageLimit> hugepageLimits,
        @Nullable LinuxNetwork network,
        Map<String, LinuxRdma> rdma,
        Map<String, String> unified,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public LinuxResources {
        devices = Absent.list(devices);
        hugepageLimits = Absent.list(hugepageLimits);
        rdma = Absent.map(rdma);
        unified = Absent.map(unified);
        unknown = Absent.map(unknown);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds these values. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.devices = devices;
        builder.memory = memory;
        builder.cpu = cpu;
        builder.pids = pids;
        builder.blockIo = blockIo;
        builder.hugepageLimits = hugepageLimits;
        builder.network = network;
        builder.rdma = rdma;
        builder.unified = unified;
        builder.unknown = unknown;
        return builder;
    }

    /** Collects the parts; what is not set is absent. */
    public static final class Builder {
        private List<LinuxDeviceCgroup> devices = Absent.list(null);
        private @Nullable LinuxMemory memory;
        private @Nullable LinuxCpu cpu;
        private @Nullable LinuxPids pids;
        private @Nullable LinuxBlockIo blockIo;
        private List<LinuxHugepageLimit> hugepageLimits = Absent.list(null);
        private @Nullable LinuxNetwork network;
        private Map<String, LinuxRdma> rdma = Absent.map(null);
        private Map<String, String> unified = Absent.map(null);
        private Map<String, JsonNode> unknown = Absent.map(null);

        private Builder() {}

        public Builder devices(List<LinuxDeviceCgroup> devices) {
            this.devices = devices;
            return this;
        }

        public Builder memory(@Nullable LinuxMemory memory) {
            this.memory = memory;
            return this;
        }

        public Builder cpu(@Nullable LinuxCpu cpu) {
            this.cpu = cpu;
            return this;
        }

        public Builder pids(@Nullable LinuxPids pids) {
            this.pids = pids;
            return this;
        }

        public Builder blockIo(@Nullable LinuxBlockIo blockIo) {
            this.blockIo = blockIo;
            return this;
        }

        public Builder hugepageLimits(List<LinuxHugepageLimit> hugepageLimits) {
            this.hugepageLimits = hugepageLimits;
            return this;
        }

        public Builder network(@Nullable LinuxNetwork network) {
            this.network = network;
            return this;
        }

        public Builder rdma(Map<String, LinuxRdma> rdma) {
            this.rdma = rdma;
            return this;
        }

        public Builder unified(Map<String, String> unified) {
            this.unified = unified;
            return this;
        }

        public LinuxResources build() {
            return new LinuxResources(
                    devices, memory, cpu, pids, blockIo, hugepageLimits, network, rdma, unified, unknown);
        }
    }
}
