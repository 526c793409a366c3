package jdocker.cgroups;

import java.util.List;
import java.util.Map;
import jdocker.kernel.Errno;
import jdocker.oci.LinuxMemory;
import org.jspecify.annotations.Nullable;

/** {@code memory} of version 2: Documentation/admin-guide/cgroup-v2.rst, "Memory". */
final class UnifiedMemory {
    static final String EVENTS = "memory.events";
    static final String OOM_KILLS = "oom_kill";
    private static final String MAX = "memory.max";
    private static final String SWAP = "memory.swap.max";
    private static final String CURRENT = "memory.current";
    private static final long UNLIMITED = -1;

    /** Of {@code memory.stat}, what is no cache. */
    private static final List<String> KEPT =
            List.of("anon", "shmem", "kernel_stack", "pagetables", "slab_unreclaimable");

    private UnifiedMemory() {}

    /** Whether there is anything that this version has; swappiness and the like are not among it. */
    static boolean concerns(LinuxMemory wanted) {
        return isSet(wanted.limit()) || isSet(wanted.swap()) || isSet(wanted.reservation());
    }

    static void apply(Controller memory, LinuxMemory wanted) {
        long limit = orZero(wanted.limit());
        if (Boolean.TRUE.equals(wanted.checkBeforeUpdate()) && limit > 0) {
            refuseBelowUsage(memory, limit);
        }
        String swap = swap(limit, orZero(wanted.swap()));
        if (!swap.isEmpty()) {
            limitSwap(memory, swap);
        }
        write(memory, MAX, limit);
        write(memory, "memory.low", orZero(wanted.reservation()));
    }

    /** The kernel would make room by killing. What it only caches it gives back, and swaps the rest where it may. */
    private static void refuseBelowUsage(Controller memory, long limit) {
        Map<String, Long> parts = memory.readKeyed("memory.stat");
        long needed =
                KEPT.stream().mapToLong(part -> parts.getOrDefault(part, 0L)).sum();
        if (needed > limit) {
            throw new CgroupException("cannot limit memory to " + limit + " bytes: in use are " + needed);
        }
    }

    /**
     * What OCI and v1 call swap counts memory too, the kernel's file does not. Empty leaves it as it is.
     *
     * @param limit of memory, 0 when not given
     * @param total of memory and swap, 0 when not given
     */
    static String swap(long limit, long total) {
        if (limit == UNLIMITED && total == 0 || total == UNLIMITED) {
            return "max";
        }
        if (total == 0) {
            return "";
        }
        if (limit == 0 || limit == UNLIMITED) {
            throw new CgroupException(
                    "cannot limit memory and swap to " + total + " bytes: that needs a limit of memory, too");
        }
        if (total < limit) {
            throw new CgroupException(
                    "cannot limit memory and swap to " + total + " bytes: that is below the limit of memory, " + limit);
        }
        return Long.toString(total - limit);
    }

    private static void limitSwap(Controller memory, String swap) {
        try {
            memory.write(SWAP, swap);
        } catch (CgroupException e) {
            // A kernel that does not account for swap: none to be had, or no limit to be set, is what it does anyway.
            if (!e.is(Errno.ENOENT) || !swap.equals("max") && !swap.equals("0")) {
                throw e.is(Errno.ENOENT)
                        ? new CgroupException("cannot limit swap to " + swap
                                + " bytes: the kernel does not count swap (boot it with swapaccount=1)")
                        : e;
            }
        }
    }

    private static void write(Controller memory, String file, long value) {
        if (value != 0) {
            memory.write(file, value == UNLIMITED ? "max" : Long.toString(value));
        }
    }

    private static boolean isSet(@Nullable Long value) {
        return value != null && value != 0;
    }

    private static long orZero(@Nullable Long value) {
        return value == null ? 0 : value;
    }

    static CgroupStats.Memory stats(Controller memory) {
        return new CgroupStats.Memory(
                memory.readNumber(CURRENT),
                memory.readNumber("memory.peak"),
                memory.readLimit(MAX),
                memory.readKeyed(EVENTS).getOrDefault("oom", 0L),
                memory.readKeyed("memory.stat"));
    }

    static long oomKills(Controller memory) {
        Map<String, Long> events = memory.readKeyed(EVENTS);
        return events.getOrDefault(OOM_KILLS, 0L);
    }
}
