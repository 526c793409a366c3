package jdocker.api;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One sample of {@code GET /containers/{id}/stats}. Times are nanoseconds, sizes bytes; numbers are since the container's
 * start. Members called {@code psi} are ours: stalls for want of the resource, on cgroup v2.
 *
 * @param preread time of the sample before, whose processor times are in {@code precpuStats}
 */
@WireSnakeRecord
public record ContainerStats(
        @OmitEmpty String name,
        @OmitEmpty String id,
        String read,
        String preread,
        Pids pidsStats,
        BlockIo blkioStats,
        int numProcs,
        Map<String, Object> storageStats,
        Cpu cpuStats,
        Cpu precpuStats,
        Memory memoryStats,
        @OmitNull @Nullable Map<String, Network> networks) {

    /** What a container that does not run has: nothing. */
    public static ContainerStats none(String name, String id) {
        return new ContainerStats(
                name,
                id,
                WireTime.ZERO,
                WireTime.ZERO,
                Pids.NONE,
                BlockIo.NONE,
                0,
                Map.of(),
                Cpu.NONE,
                Cpu.NONE,
                Memory.NONE,
                null);
    }

    /** Both absent when zero; no limit is the largest number of 64 bits. */
    @WireSnakeRecord
    public record Pids(
            @OmitNull @Nullable Long current,
            @OmitNull @Nullable BigInteger limit) {
        public static final Pids NONE = new Pids(null, null);
    }

    /** Of its lists only the first two are counted by today's kernels; Docker sends all. */
    @WireSnakeRecord
    public record BlockIo(
            @Nullable List<BlockIoEntry> ioServiceBytesRecursive,
            @Nullable List<BlockIoEntry> ioServicedRecursive,
            @Nullable List<BlockIoEntry> ioQueueRecursive,
            @Nullable List<BlockIoEntry> ioServiceTimeRecursive,
            @Nullable List<BlockIoEntry> ioWaitTimeRecursive,
            @Nullable List<BlockIoEntry> ioMergedRecursive,
            @Nullable List<BlockIoEntry> ioTimeRecursive,
            @Nullable List<BlockIoEntry> sectorsRecursive,
            @OmitNull @Nullable Pressure psi) {
        public static final BlockIo NONE = of(null, null, null);

        public static BlockIo of(
                @Nullable List<BlockIoEntry> bytes, @Nullable List<BlockIoEntry> operations, @Nullable Pressure psi) {
            return new BlockIo(bytes, operations, null, null, null, null, null, null, psi);
        }
    }

    /** How much one device has read, written and so on. */
    @WireSnakeRecord
    public record BlockIoEntry(long major, long minor, String op, long value) {}

    @WireSnakeRecord
    public record Cpu(
            CpuUsage cpuUsage,
            @OmitEmpty long systemCpuUsage,
            @OmitEmpty int onlineCpus,
            Throttling throttlingData,
            @OmitNull @Nullable Pressure psi) {
        public static final Cpu NONE = new Cpu(new CpuUsage(0, null, 0, 0), 0, 0, new Throttling(0, 0, 0), null);
    }

    /** {@code percpuUsage} on cgroup v1 alone. */
    @WireSnakeRecord
    public record CpuUsage(
            long totalUsage,
            @OmitNull @Nullable List<Long> percpuUsage,
            long usageInKernelmode,
            long usageInUsermode) {}

    @WireSnakeRecord
    public record Throttling(long periods, long throttledPeriods, long throttledTime) {}

    /** {@code stats} is the kernel's memory.stat: its keys differ between cgroup v1 and v2. */
    @WireSnakeRecord
    public record Memory(
            @OmitEmpty long usage,
            @OmitEmpty long maxUsage,
            @OmitNull @Nullable Map<String, Long> stats,
            @OmitEmpty long failcnt,
            @OmitEmpty long limit,
            @OmitNull @Nullable Pressure psi) {
        public static final Memory NONE = new Memory(0, 0, null, 0, 0, null);
    }

    @WireSnakeRecord
    public record Network(
            long rxBytes,
            long rxPackets,
            long rxErrors,
            long rxDropped,
            long txBytes,
            long txPackets,
            long txErrors,
            long txDropped) {}

    /** Shares of time in which some or all processes stalled. */
    @WireSnakeRecord
    public record Pressure(Stall some, Stall full) {}

    /** Percent of the last 10, 60 and 300 seconds; {@code total} in microseconds. */
    @WireSnakeRecord
    public record Stall(double avg10, double avg60, double avg300, long total) {}
}
