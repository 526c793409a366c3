package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Capabilities of the bounding set, architectures in the words of Go, and the oldest kernel for a rule. */
public record SeccompCondition(
        List<String> caps,
        List<String> arches,
        @Nullable String minKernel,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public SeccompCondition {
        caps = Absent.list(caps);
        arches = Absent.list(arches);
        unknown = Absent.map(unknown);
    }

    public SeccompCondition(List<String> caps, List<String> arches, @Nullable String minKernel) {
        this(caps, arches, minKernel, Map.of());
    }

    /** As a condition for a rule: everything named must be so. */
    boolean allHold(HostFacts host, Collection<Capability> bounding) {
        return (arches.isEmpty() || arches.contains(host.architecture()))
                && caps.stream().allMatch(name -> holds(name, bounding))
                && (minKernel == null || host.kernel().compareTo(KernelVersion.parse(minKernel)) >= 0);
    }

    /** As an exception from a rule: one thing that is so suffices. */
    boolean anyHolds(HostFacts host, Collection<Capability> bounding) {
        return arches.contains(host.architecture())
                || caps.stream().anyMatch(name -> holds(name, bounding))
                || (minKernel != null && host.kernel().compareTo(KernelVersion.parse(minKernel)) >= 0);
    }

    private static boolean holds(String name, Collection<Capability> bounding) {
        return Capability.named(name).filter(bounding::contains).isPresent();
    }
}
