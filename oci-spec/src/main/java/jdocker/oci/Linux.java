package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The Linux part of a {@link RuntimeSpec}. */
public record Linux(
        List<LinuxIdMapping> uidMappings,
        List<LinuxIdMapping> gidMappings,
        Map<String, String> sysctl,
        @Nullable LinuxResources resources,
        @Nullable String cgroupsPath,
        List<LinuxNamespace> namespaces,
        List<LinuxDevice> devices,
        Map<String, JsonNode> netDevices,
        @Nullable LinuxSeccomp seccomp,
        @Nullable String rootfsPropagation,
        List<String> maskedPaths,
        List<String> readonlyPaths,
        @Nullable String mountLabel,
        @Nullable LinuxIntelRdt intelRdt,
        @Nullable LinuxPersonality personality,
        Map<String, LinuxTimeOffset> timeOffsets,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public Linux {
        uidMappings = Absent.list(uidMappings);
        gidMappings = Absent.list(gidMappings);
        sysctl = Absent.map(sysctl);
        namespaces = Absent.list(namespaces);
        devices = Absent.list(devices);
        netDevices = Absent.map(netDevices);
        maskedPaths = Absent.list(maskedPaths);
        readonlyPaths = Absent.list(readonlyPaths);
        timeOffsets = Absent.map(timeOffsets);
        unknown = Absent.map(unknown);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds these values. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.uidMappings = uidMappings;
        builder.gidMappings = gidMappings;
        builder.sysctl = sysctl;
        builder.resources = resources;
        builder.cgroupsPath = cgroupsPath;
        builder.namespaces = namespaces;
        builder.devices = devices;
        builder.netDevices = netDevices;
        builder.seccomp = seccomp;
        builder.rootfsPropagation = rootfsPropagation;
        builder.maskedPaths = maskedPaths;
        builder.readonlyPaths = readonlyPaths;
        builder.mountLabel = mountLabel;
        builder.intelRdt = intelRdt;
        builder.personality = personality;
        builder.timeOffsets = timeOffsets;
        builder.unknown = unknown;
        return builder;
    }

    /** Collects the parts; what is not set is absent. */
    public static final class Builder {
        private List<LinuxIdMapping> uidMappings = Absent.list(null);
        private List<LinuxIdMapping> gidMappings = Absent.list(null);
        private Map<String, String> sysctl = Absent.map(null);
        private @Nullable LinuxResources resources;
        private @Nullable String cgroupsPath;
        private List<LinuxNamespace> namespaces = Absent.list(null);
        private List<LinuxDevice> devices = Absent.list(null);
        private Map<String, JsonNode> netDevices = Absent.map(null);
        private @Nullable LinuxSeccomp seccomp;
        private @Nullable String rootfsPropagation;
        private List<String> maskedPaths = Absent.list(null);
        private List<String> readonlyPaths = Absent.list(null);
        private @Nullable String mountLabel;
        private @Nullable LinuxIntelRdt intelRdt;
        private @Nullable LinuxPersonality personality;
        private Map<String, LinuxTimeOffset> timeOffsets = Absent.map(null);
        private Map<String, JsonNode> unknown = Absent.map(null);

        private Builder() {}

        public Builder uidMappings(List<LinuxIdMapping> uidMappings) {
            this.uidMappings = uidMappings;
            return this;
        }

        public Builder gidMappings(List<LinuxIdMapping> gidMappings) {
            this.gidMappings = gidMappings;
            return this;
        }

        public Builder sysctl(Map<String, String> sysctl) {
            this.sysctl = sysctl;
            return this;
        }

        public Builder resources(@Nullable LinuxResources resources) {
            this.resources = resources;
            return this;
        }

        public Builder cgroupsPath(@Nullable String cgroupsPath) {
            this.cgroupsPath = cgroupsPath;
            return this;
        }

        public Builder namespaces(List<LinuxNamespace> namespaces) {
            this.namespaces = namespaces;
            return this;
        }

        public Builder devices(List<LinuxDevice> devices) {
            this.devices = devices;
            return this;
        }

        public Builder netDevices(Map<String, JsonNode> netDevices) {
            this.netDevices = netDevices;
            return this;
        }

        public Builder seccomp(@Nullable LinuxSeccomp seccomp) {
            this.seccomp = seccomp;
            return this;
        }

        public Builder rootfsPropagation(@Nullable String rootfsPropagation) {
            this.rootfsPropagation = rootfsPropagation;
            return this;
        }

        public Builder maskedPaths(List<String> maskedPaths) {
            this.maskedPaths = maskedPaths;
            return this;
        }

        public Builder readonlyPaths(List<String> readonlyPaths) {
            this.readonlyPaths = readonlyPaths;
            return this;
        }

        public Builder mountLabel(@Nullable String mountLabel) {
            this.mountLabel = mountLabel;
            return this;
        }

        public Builder intelRdt(@Nullable LinuxIntelRdt intelRdt) {
            this.intelRdt = intelRdt;
            return this;
        }

        public Builder personality(@Nullable LinuxPersonality personality) {
            this.personality = personality;
            return this;
        }

        public Builder timeOffsets(Map<String, LinuxTimeOffset> timeOffsets) {
            this.timeOffsets = timeOffsets;
            return this;
        }

        public Linux build() {
            return new Linux(
                    uidMappings,
                    gidMappings,
                    sysctl,
                    resources,
                    cgroupsPath,
                    namespaces,
                    devices,
                    netDevices,
                    seccomp,
                    rootfsPropagation,
                    maskedPaths,
                    readonlyPaths,
                    mountLabel,
                    intelRdt,
                    personality,
                    timeOffsets,
                    unknown);
        }
    }
}
