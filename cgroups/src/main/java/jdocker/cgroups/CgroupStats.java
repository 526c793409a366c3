package jdocker.cgroups;

import java.util.List;
import java.util.Map;

/**
 * What a cgroup has used. Controllers that the host lacks count zero.
 *
 * @param pressure stalls for want of {@code cpu}, {@code memory} and {@code io}; v2 alone, and not every kernel has it
 */
public record CgroupStats(Cpu cpu, Memory memory, Pids pids, BlockIo blockIo, Map<String, Pressure> pressure) {
    public CgroupStats {
        pressure = Map.copyOf(pressure);
    }

    /**
     * Documentation/accounting/psi.rst.
     *
     * @param some at least one process stalled
     * @param full all of them did
     */
    public record Pressure(Stall some, Stall full) {}

    /**
     * Shares of the last 10, 60 and 300 seconds in percent.
     *
     * @param total microseconds
     */
    public record Stall(double average10, double average60, double average300, long total) {
        static final Stall NONE = new Stall(0, 0, 0, 0);
    }

    /** Nanoseconds, except the numbers of periods; {@code perCpu} is empty on v2, which does not count so. */
    public record Cpu(
            long total,
            long user,
            long system,
            List<Long> perCpu,
            long periods,
            long throttledPeriods,
            long throttledTime) {
        public Cpu {
            perCpu = List.copyOf(perCpu);
        }
    }

    /**
     * Bytes, except {@code failures}: how often the limit was hit, on v2 how often that led to the OOM killer.
     *
     * @param peak 0 where the kernel does not keep it: v2 before Linux 5.19
     * @param stat as the kernel lists it in memory.stat, other keys in either version
     */
    public record Memory(long usage, long peak, long limit, long failures, Map<String, Long> stat) {
        public Memory {
            stat = Map.copyOf(stat);
        }
    }

    /** {@code limit} 0 when there is none. */
    public record Pids(long current, long limit) {}

    public record BlockIo(List<Entry> serviceBytes, List<Entry> serviced) {
        public BlockIo {
            serviceBytes = List.copyOf(serviceBytes);
            serviced = List.copyOf(serviced);
        }

        /** {@code operation} is Read, Write, Sync, Async, Discard or Total, in small letters on v2. */
        public record Entry(long major, long minor, String operation, long value) {}
    }
}
