package jdocker.daemon.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jdocker.api.HostConfig;
import jdocker.api.ThrottleDevice;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.oci.Linux;
import jdocker.oci.LinuxBlockIo;
import jdocker.oci.LinuxCpu;
import jdocker.oci.LinuxDevice;
import jdocker.oci.LinuxDeviceCgroup;
import jdocker.oci.LinuxMemory;
import jdocker.oci.LinuxPids;
import jdocker.oci.LinuxResources;
import jdocker.oci.LinuxThrottleDevice;
import jdocker.oci.LinuxWeightDevice;
import org.jspecify.annotations.Nullable;

/** A container's limits in OCI's terms. */
final class SpecResources {
    private static final long UNLIMITED = -1;
    private static final long PERIOD = 100_000; // microseconds
    private static final long BILLION = 1_000_000_000L;

    private SpecResources() {}

    /**
     * The devices of a container.
     *
     * @param rules what its processes may do with them, beyond the defaults
     */
    record Devices(List<LinuxDevice> nodes, List<LinuxDeviceCgroup> rules) {}

    static LinuxResources of(HostConfig config, Linux base, Devices devices) {
        LinuxResources.Builder resources =
                base.resources() == null ? LinuxResources.builder() : base.resources().toBuilder();
        var rules = new ArrayList<LinuxDeviceCgroup>();
        if (base.resources() != null) {
            rules.addAll(base.resources().devices());
        }
        if (!config.privileged()) {
            rules.addAll(devices.rules());
        }
        return resources
                .devices(rules)
                .memory(memory(config))
                .cpu(cpu(config))
                .pids(config.pidsLimit() == null || config.pidsLimit() <= 0 ? null : new LinuxPids(config.pidsLimit()))
                .blockIo(blockIo(config))
                .build();
    }

    /**
     * The limits of a running container, anew: devices stay as they are.
     *
     * @param asked of the groups of limits in which this has something the whole group is set
     */
    static LinuxResources update(HostConfig c, HostConfig asked) {
        LinuxResources.Builder limits = LinuxResources.builder();
        LinuxMemory memory = memory(c);
        if (memory != null && (asked.memory() != 0 || asked.memorySwap() != 0 || asked.memoryReservation() != 0)) {
            limits.memory(memory.toBuilder().checkBeforeUpdate(true).build());
        }
        if (cpu(asked) != null) {
            limits.cpu(cpu(c));
        }
        if (asked.pidsLimit() != null) {
            long most = c.pidsLimit() == null || c.pidsLimit() <= 0 ? UNLIMITED : c.pidsLimit();
            limits.pids(new LinuxPids(most));
        }
        if (asked.blkioWeight() != 0) {
            limits.blockIo(blockIo(c));
        }
        return limits.build();
    }

    private static @Nullable LinuxMemory memory(HostConfig c) {
        Long swappiness = c.memorySwappiness();
        boolean kill = c.oomKillDisable() != null && c.oomKillDisable();
        if (c.memory() == 0 && c.memoryReservation() == 0 && c.memorySwap() == 0 && swappiness == null && !kill) {
            return null;
        }
        return LinuxMemory.builder()
                .limit(orNull(c.memory()))
                .reservation(orNull(c.memoryReservation()))
                .swap(orNull(c.memorySwap()))
                .swappiness(swappiness == null || swappiness < 0 ? null : swappiness)
                .disableOomKiller(kill ? true : null)
                .build();
    }

    private static @Nullable LinuxCpu cpu(HostConfig c) {
        long period = c.nanoCpus() > 0 ? PERIOD : c.cpuPeriod();
        long quota = c.nanoCpus() > 0 ? c.nanoCpus() * PERIOD / BILLION : c.cpuQuota();
        if (period == 0
                && quota == 0
                && c.cpuShares() == 0
                && c.cpusetCpus().isEmpty()
                && c.cpusetMems().isEmpty()) {
            return null;
        }
        return LinuxCpu.builder()
                .shares(orNull(c.cpuShares()))
                .period(orNull(period))
                .quota(orNull(quota))
                .cpus(c.cpusetCpus().isEmpty() ? null : c.cpusetCpus())
                .mems(c.cpusetMems().isEmpty() ? null : c.cpusetMems())
                .build();
    }

    private static @Nullable Long orNull(long value) {
        return value == 0 ? null : value;
    }

    private static @Nullable LinuxBlockIo blockIo(HostConfig c) {
        if (c.blkioWeight() == 0 && !hasDeviceLimits(c)) {
            return null;
        }
        return new LinuxBlockIo(
                c.blkioWeight() == 0 ? null : c.blkioWeight(),
                null,
                c.blkioWeightDevice().stream()
                        .map(d -> {
                            LinuxDevice device = node(d.path());
                            return new LinuxWeightDevice(device.major(), device.minor(), d.weight(), null, Map.of());
                        })
                        .toList(),
                throttles(c.blkioDeviceReadBps()),
                throttles(c.blkioDeviceWriteBps()),
                throttles(c.blkioDeviceReadIops()),
                throttles(c.blkioDeviceWriteIops()));
    }

    static boolean hasDeviceLimits(HostConfig c) {
        return !c.blkioWeightDevice().isEmpty()
                || !c.blkioDeviceReadBps().isEmpty()
                || !c.blkioDeviceWriteBps().isEmpty()
                || !c.blkioDeviceReadIops().isEmpty()
                || !c.blkioDeviceWriteIops().isEmpty();
    }

    private static List<LinuxThrottleDevice> throttles(List<ThrottleDevice> devices) {
        return devices.stream()
                .map(d -> {
                    LinuxDevice device = node(d.path());
                    return new LinuxThrottleDevice(device.major(), device.minor(), d.rate(), Map.of());
                })
                .toList();
    }

    private static LinuxDevice node(String path) {
        try {
            return HostDevices.read(Path.of(path), path).orElseThrow(() -> new InvalidRequest(path + " is no device"));
        } catch (IOException e) {
            if (!Files.exists(Path.of(path))) {
                throw new InvalidRequest("no such device: " + path);
            }
            throw new UncheckedIOException(e);
        }
    }
}
