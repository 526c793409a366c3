package jdocker.cgroups;

import java.util.Map;
import jdocker.kernel.Errno;
import jdocker.oci.LinuxMemory;
import org.jspecify.annotations.Nullable;

/** {@code memory}: Documentation/admin-guide/cgroup-v1/memory.rst. */
final class MemoryController {
    static final String OOM = "memory.oom_control";
    private static final String LIMIT = "memory.limit_in_bytes";
    private static final String TOTAL_LIMIT = "memory.memsw.limit_in_bytes";
    private static final long UNLIMITED = -1;

    private MemoryController() {}

    static void apply(Controller memory, LinuxMemory wanted) {
        applyLimits(memory, zeroIsUnset(wanted.limit()), zeroIsUnset(wanted.swap()));
        Long reservation = zeroIsUnset(wanted.reservation());
        if (reservation != null) {
            memory.write("memory.soft_limit_in_bytes", reservation);
        }
        Long swappiness = wanted.swappiness();
        if (swappiness != null && swappiness != -1) {
            memory.write("memory.swappiness", swappiness);
        }
        if (Boolean.TRUE.equals(wanted.disableOomKiller())) {
            memory.write(OOM, 1);
        }
        // Limits of kernel memory are gone from the kernel; runc passes over them too.
    }

    /**
     * The kernel keeps memory ≤ memory and swap at every moment, so the order depends on whether the new total is above
     * the old limit.
     */
    private static void applyLimits(Controller memory, @Nullable Long limit, @Nullable Long total) {
        Long swap = total;
        if (swap == null && limit != null && limit == UNLIMITED && memory.has(TOTAL_LIMIT)) {
            swap = UNLIMITED; // else the old total would hold the new limit down
        }
        if (swap == null) {
            if (limit != null) {
                limit(memory, limit);
            }
            return;
        }
        if (!memory.has(TOTAL_LIMIT)) {
            throw new CgroupException("cannot limit memory and swap to " + swap
                    + " bytes: the kernel does not count swap (boot it with swapaccount=1)");
        }
        if (limit == null) {
            memory.write(TOTAL_LIMIT, swap);
        } else if (swap == UNLIMITED || memory.readNumber(LIMIT) < swap) {
            memory.write(TOTAL_LIMIT, swap);
            limit(memory, limit);
        } else {
            limit(memory, limit);
            memory.write(TOTAL_LIMIT, swap);
        }
    }

    private static void limit(Controller memory, long limit) {
        try {
            memory.write(LIMIT, limit);
        } catch (CgroupException e) {
            if (e.is(Errno.EBUSY)) {
                throw new CgroupException(
                        "cannot limit memory to " + limit + " bytes: in use are "
                                + memory.readNumber("memory.usage_in_bytes") + ", at most "
                                + memory.readNumber("memory.max_usage_in_bytes"),
                        e);
            }
            throw e;
        }
    }

    private static @Nullable Long zeroIsUnset(@Nullable Long value) {
        return value == null || value == 0 ? null : value;
    }

    static CgroupStats.Memory stats(Controller memory) {
        Map<String, Long> stat =
                memory.read("memory.stat").map(KeyedNumbers::parse).orElse(Map.of());
        return new CgroupStats.Memory(
                memory.readNumber("memory.usage_in_bytes"),
                memory.readNumber("memory.max_usage_in_bytes"),
                memory.readNumber(LIMIT),
                memory.readNumber("memory.failcnt"),
                stat);
    }

    static long oomKills(Controller memory) {
        return memory.read(OOM)
                .map(KeyedNumbers::parse)
                .map(lines -> lines.getOrDefault("oom_kill", 0L))
                .orElse(0L);
    }
}
