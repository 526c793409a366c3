package jdocker.daemon.container;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import jdocker.api.ContainerStats;
import jdocker.api.WireTime;
import jdocker.cgroups.CgroupStats;
import org.jspecify.annotations.Nullable;

/** What a container uses at this moment, in Docker's shape. */
final class StatsSampler {
    private static final BigInteger UNLIMITED =
            BigInteger.ONE.shiftLeft(Long.SIZE).subtract(BigInteger.ONE);

    private final ProcessRuntime runtime;
    private final HostUsage host;

    StatsSampler(ProcessRuntime runtime, HostUsage host) {
        this.runtime = runtime;
        this.host = host;
    }

    /** Reads files of the kernel. A container that does not run has nothing. */
    ContainerStats sample(Container c) {
        String name = "/" + c.name();
        Optional<Long> pid = c.state().process().map(ContainerState.Running::pid);
        Optional<CgroupStats> found = pid.flatMap(_ -> runtime.stats(c.id()));
        if (pid.isEmpty() || found.isEmpty()) {
            return ContainerStats.none(name, c.id());
        }
        CgroupStats stats = found.get();
        return new ContainerStats(
                name,
                c.id(),
                WireTime.format(Instant.now()),
                WireTime.ZERO,
                pids(stats.pids()),
                blockIo(stats),
                0,
                Map.of(),
                cpu(stats),
                ContainerStats.Cpu.NONE,
                memory(stats),
                c.hostConfig().networkMode().equals("host") ? null : networks(pid.get()));
    }

    private @Nullable Map<String, ContainerStats.Network> networks(long pid) {
        Map<String, ContainerStats.Network> networks = host.networks(pid);
        return networks.isEmpty() ? null : networks;
    }

    /** The sample with the one before, from which clients reckon percentages. */
    static ContainerStats after(ContainerStats before, ContainerStats now) {
        return new ContainerStats(
                now.name(),
                now.id(),
                now.read(),
                before.read(),
                now.pidsStats(),
                now.blkioStats(),
                now.numProcs(),
                now.storageStats(),
                now.cpuStats(),
                before.cpuStats(),
                now.memoryStats(),
                now.networks());
    }

    private static ContainerStats.Pids pids(CgroupStats.Pids pids) {
        return new ContainerStats.Pids(
                pids.current() == 0 ? null : pids.current(),
                pids.limit() == 0 ? UNLIMITED : BigInteger.valueOf(pids.limit()));
    }

    private ContainerStats.Cpu cpu(CgroupStats stats) {
        CgroupStats.Cpu cpu = stats.cpu();
        HostUsage.Cpu all = host.cpu();
        return new ContainerStats.Cpu(
                new ContainerStats.CpuUsage(
                        cpu.total(), cpu.perCpu().isEmpty() ? null : cpu.perCpu(), cpu.system(), cpu.user()),
                all.time(),
                all.online(),
                new ContainerStats.Throttling(cpu.periods(), cpu.throttledPeriods(), cpu.throttledTime()),
                pressure(stats, "cpu"));
    }

    private ContainerStats.Memory memory(CgroupStats stats) {
        CgroupStats.Memory memory = stats.memory();
        return new ContainerStats.Memory(
                memory.usage(),
                memory.peak(),
                memory.stat().isEmpty() ? null : new TreeMap<>(memory.stat()),
                memory.failures(),
                memory.limit() == 0 ? 0 : Math.min(memory.limit(), host.memory()),
                pressure(stats, "memory"));
    }

    private static ContainerStats.BlockIo blockIo(CgroupStats stats) {
        return ContainerStats.BlockIo.of(
                entries(stats.blockIo().serviceBytes()), entries(stats.blockIo().serviced()), pressure(stats, "io"));
    }

    private static @Nullable List<ContainerStats.BlockIoEntry> entries(List<CgroupStats.BlockIo.Entry> entries) {
        return entries.isEmpty()
                ? null
                : entries.stream()
                        .map(e -> new ContainerStats.BlockIoEntry(e.major(), e.minor(), e.operation(), e.value()))
                        .toList();
    }

    private static ContainerStats.@Nullable Pressure pressure(CgroupStats stats, String resource) {
        CgroupStats.Pressure pressure = stats.pressure().get(resource);
        return pressure == null ? null : new ContainerStats.Pressure(stall(pressure.some()), stall(pressure.full()));
    }

    private static ContainerStats.Stall stall(CgroupStats.Stall stall) {
        return new ContainerStats.Stall(stall.average10(), stall.average60(), stall.average300(), stall.total());
    }
}
