package jdocker.cgroups;

import java.util.List;
import java.util.Map;
import jdocker.kernel.Errno;
import jdocker.oci.LinuxCpu;
import org.jspecify.annotations.Nullable;

/** {@code cpu} of version 2: Documentation/admin-guide/cgroup-v2.rst, "CPU". */
final class UnifiedCpu {
    private static final String MAX = "cpu.max";
    private static final String BURST = "cpu.max.burst";
    private static final long DEFAULT_PERIOD = 100_000;
    private static final long NANOSECONDS = 1000;
    /** What v1 allows: 2 to 262144; its middle, 1024, is v2's 100 of 1 to 10000. */
    private static final long LEAST_SHARES = 2;

    private static final long MOST_SHARES = 262_144;
    private static final long MOST_WEIGHT = 10_000;

    private UnifiedCpu() {}

    /** Whether there is something to set here and not only for cpuset. Real-time limits do not exist in version 2. */
    static boolean concerns(LinuxCpu wanted) {
        return isSet(wanted.shares())
                || isSet(wanted.quota())
                || isSet(wanted.period())
                || wanted.burst() != null
                || wanted.idle() != null;
    }

    static void apply(Controller cpu, LinuxCpu wanted) {
        Long idle = wanted.idle();
        if (idle != null) {
            cpu.write("cpu.idle", idle);
        }
        long shares = orZero(wanted.shares());
        // The weight of an idle cgroup can't be set.
        if (shares != 0 && !Long.valueOf(1).equals(idle)) {
            cpu.write("cpu.weight", weight(shares));
        }
        boolean burstLater = !burst(cpu, wanted);
        long quota = orZero(wanted.quota());
        long period = orZero(wanted.period());
        if (quota != 0 || period != 0) {
            cpu.write(MAX, (quota > 0 ? Long.toString(quota) : "max") + " " + (period == 0 ? DEFAULT_PERIOD : period));
        }
        if (burstLater) {
            cpu.write(BURST, wanted.burst() == null ? 0 : wanted.burst());
        }
    }

    /** A burst above the old quota is only possible after the new one: false then. */
    private static boolean burst(Controller cpu, LinuxCpu wanted) {
        Long burst = wanted.burst();
        if (burst == null) {
            return true;
        }
        try {
            cpu.write(BURST, burst);
            return true;
        } catch (CgroupException e) {
            if (e.is(Errno.EINVAL) && isSet(wanted.quota())) {
                return false;
            }
            throw e;
        }
    }

    /**
     * runc's conversion since 1.3.2, a curve through the least, the default and the greatest of both: straight lines made
     * 1024 shares weigh 39, less than everything outside of containers.
     */
    static long weight(long shares) {
        if (shares <= LEAST_SHARES) {
            return 1;
        }
        if (shares >= MOST_SHARES) {
            return MOST_WEIGHT;
        }
        double log = logarithm(shares);
        double exponent = (log * log + 125 * log) / 612.0 - 7.0 / 34.0;
        return (long) Math.ceil(Math.pow(10, exponent));
    }

    /** To the base of two, and exact for its powers: the default must come out as the default. */
    private static double logarithm(long number) {
        int whole = Long.SIZE - 1 - Long.numberOfLeadingZeros(number);
        return whole + Math.log(number / (double) (1L << whole)) / Math.log(2);
    }

    private static long orZero(@Nullable Long value) {
        return value == null ? 0 : value;
    }

    private static boolean isSet(@Nullable Long value) {
        return orZero(value) != 0;
    }

    static CgroupStats.Cpu stats(Controller cpu) {
        Map<String, Long> stat = cpu.readKeyed("cpu.stat");
        return new CgroupStats.Cpu(
                stat.getOrDefault("usage_usec", 0L) * NANOSECONDS,
                stat.getOrDefault("user_usec", 0L) * NANOSECONDS,
                stat.getOrDefault("system_usec", 0L) * NANOSECONDS,
                List.of(),
                stat.getOrDefault("nr_periods", 0L),
                stat.getOrDefault("nr_throttled", 0L),
                stat.getOrDefault("throttled_usec", 0L) * NANOSECONDS);
    }
}
