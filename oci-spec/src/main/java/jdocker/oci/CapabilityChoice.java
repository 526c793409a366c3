package jdocker.oci;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which capabilities a container gets, from what the user adds and drops.
 *
 * @param add names to add to the default, {@code ALL} for all
 * @param drop names to drop, {@code ALL} for all but the added
 */
public record CapabilityChoice(List<String> add, List<String> drop, boolean privileged) {
    private static final String ALL = "ALL";

    public CapabilityChoice {
        add = List.copyOf(add);
        drop = List.copyOf(drop);
    }

    /**
     * Docker's rules: privileged has all; adding {@code ALL} has all but the dropped; dropping {@code ALL} has just the
     * added; else the default without the dropped and with the added. All means what the daemon itself may have.
     *
     * @throws IllegalArgumentException for a name that is unknown or not available here, in Docker's words
     */
    public List<Capability> resolve(Set<Capability> available) {
        if (privileged) {
            return List.copyOf(available);
        }
        List<Capability> dropped = known(drop, available);
        List<Capability> added = known(add, available);
        var kept = new LinkedHashSet<Capability>();
        if (all(add)) {
            kept.addAll(available);
            dropped.forEach(kept::remove);
        } else if (all(drop)) {
            kept.addAll(added);
        } else {
            kept.addAll(Capability.DEFAULT);
            dropped.forEach(kept::remove);
            kept.addAll(added);
        }
        // A daemon that lacks one of the default set cannot pass it on; that must not stop every container.
        kept.retainAll(available);
        return List.copyOf(kept);
    }

    private static boolean all(List<String> names) {
        return names.stream().anyMatch(ALL::equalsIgnoreCase);
    }

    private static List<Capability> known(List<String> names, Set<Capability> available) {
        var found = new ArrayList<Capability>();
        for (String name : names) {
            if (ALL.equalsIgnoreCase(name)) {
                continue;
            }
            Capability capability = Capability.named(name)
                    .orElseThrow(() -> new IllegalArgumentException("unknown capability: \"" + specName(name) + "\""));
            if (!available.contains(capability)) {
                throw new IllegalArgumentException("capability not supported by your kernel or not available in the"
                        + " current environment: \"" + capability.specName() + "\"");
            }
            found.add(capability);
        }
        return found;
    }

    private static String specName(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return upper.startsWith("CAP_") ? upper : "CAP_" + upper;
    }
}
