package jdocker.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import jdocker.kernel.ResourceLimit;
import jdocker.oci.Rlimit;

/**
 * Limits as far as they can be set: without CAP_SYS_RESOURCE, which many hosts do not give to the daemon, no hard limit can
 * be raised, and a container that asks for one starts with less and a warning rather than not at all.
 *
 * @param limits what will be set
 * @param warnings what will be less than asked for
 */
record Rlimits(List<Rlimit> limits, List<String> warnings) {
    Rlimits {
        limits = List.copyOf(limits);
        warnings = List.copyOf(warnings);
    }

    static Rlimits clamp(List<Rlimit> wanted, Function<ResourceLimit, ResourceLimit.Range> own) {
        var limits = new ArrayList<Rlimit>();
        var warnings = new ArrayList<String>();
        for (Rlimit limit : wanted) {
            ResourceLimit resource = ResourceLimit.named(limit.type())
                    .orElseThrow(() -> new IllegalArgumentException("unknown limit " + limit.type()));
            long most = own.apply(resource).hard();
            if (Long.compareUnsigned(limit.hard(), most) <= 0) {
                limits.add(limit);
                continue;
            }
            long soft = Long.compareUnsigned(limit.soft(), most) < 0 ? limit.soft() : most;
            limits.add(new Rlimit(limit.type(), most, soft, limit.unknown()));
            warnings.add(limit.type() + " is " + Long.toUnsignedString(most) + ", not "
                    + Long.toUnsignedString(limit.hard()) + ": the daemon lacks CAP_SYS_RESOURCE");
        }
        return new Rlimits(limits, warnings);
    }
}
