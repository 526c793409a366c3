package jdocker.cgroups;

import java.util.List;
import java.util.Map;

/** What a cgroup has used. Controllers that the host lacks count zero. */
public record CgroupStats(Cpu cpu, Memory memory, Pids pids, BlockIo blockIo) {

    /** Nanoseconds, except the numbers of periods. */
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

    /** Bytes, except {@code failures}; {@code stat} as the kernel lists it in memory.stat. */
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

        /** {@code operation} is Read, Write, Sync, Async, Discard or Total. */
        public record Entry(long major, long minor, String operation, long value) {}
    }
}
