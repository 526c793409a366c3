package jdocker.daemon.container;

import java.util.List;
import jdocker.api.HostConfig;
import jdocker.cgroups.CgroupFeatures;

/** Takes away the limits that this host cannot set, with a warning in Docker's words for each. */
final class ResourceSupport {
    private static final String NOT_THERE = " or the cgroup is not mounted. ";

    private final CgroupFeatures can;

    ResourceSupport(CgroupFeatures can) {
        this.can = can;
    }

    /** Also fills in how much swap goes with a memory limit. */
    void adapt(HostConfig asked, HostConfig.Builder host, List<String> warnings) {
        memory(asked, host, warnings);
        Long swappiness = asked.memorySwappiness();
        if (swappiness != null && swappiness != -1 && !can.swappiness()) {
            host.memorySwappiness(null);
            warnings.add("Your kernel does not support memory swappiness capabilities" + NOT_THERE
                    + "Memory swappiness discarded.");
        }
        if (Boolean.TRUE.equals(asked.oomKillDisable())) {
            oomKiller(asked, host, warnings);
        }
        if (asked.pidsLimit() != null && asked.pidsLimit() > 0 && !can.pids()) {
            host.pidsLimit(null);
            warnings.add("Your kernel does not support PIDs limit capabilities" + NOT_THERE + "PIDs limit discarded.");
        }
        cpu(asked, host, warnings);
        if (asked.blkioWeight() != 0 && !can.blkioWeight()) {
            host.blkioWeight(0);
            warnings.add("Your kernel does not support Block I/O weight" + NOT_THERE + "Weight discarded.");
        }
        if (!asked.blkioWeightDevice().isEmpty() && !can.blkioWeight()) {
            host.blkioWeightDevice(List.of());
            warnings.add(
                    "Your kernel does not support Block I/O weight_device" + NOT_THERE + "Weight-device discarded.");
        }
    }

    private void memory(HostConfig asked, HostConfig.Builder host, List<String> warnings) {
        if (asked.memory() != 0 && !can.memory()) {
            host.memory(0).memorySwap(-1);
            warnings.add(
                    "Your kernel does not support memory limit capabilities" + NOT_THERE + "Limitation discarded.");
        } else if (asked.memory() != 0 && !can.swap() && asked.memorySwap() != -1) {
            host.memorySwap(-1);
            warnings.add("Your kernel does not support swap limit capabilities" + NOT_THERE
                    + "Memory limited without swap.");
        } else if (asked.memory() != 0 && asked.memorySwap() == 0) {
            host.memorySwap(asked.memory() * 2);
        }
        if (asked.memoryReservation() != 0 && !can.memoryReservation()) {
            host.memoryReservation(0);
            warnings.add("Your kernel does not support memory soft limit capabilities" + NOT_THERE
                    + "Limitation discarded.");
        }
    }

    private void oomKiller(HostConfig asked, HostConfig.Builder host, List<String> warnings) {
        if (!can.oomKillDisable()) {
            host.oomKillDisable(null);
            warnings.add("Your kernel does not support OomKillDisable. OomKillDisable discarded.");
        } else if (asked.memory() == 0) {
            warnings.add("OOM killer is disabled for the container, but no memory limit is set, this can result in the"
                    + " system running out of resources.");
        }
    }

    private void cpu(HostConfig asked, HostConfig.Builder host, List<String> warnings) {
        if (asked.cpuShares() > 0 && !can.cpuShares()) {
            host.cpuShares(0);
            warnings.add("Your kernel does not support CPU shares" + NOT_THERE + "Shares discarded.");
        }
        if ((asked.cpuQuota() != 0 || asked.cpuPeriod() != 0) && !can.cpuQuota()) {
            host.cpuQuota(0).cpuPeriod(0);
            warnings.add("Your kernel does not support CPU CFS scheduler" + NOT_THERE + "CPU period/quota discarded.");
        }
        if (!(asked.cpusetCpus() + asked.cpusetMems()).isEmpty() && !can.cpuset()) {
            host.cpusetCpus("").cpusetMems("");
            warnings.add("Your kernel does not support cpuset" + NOT_THERE + "CPUset discarded.");
        }
    }
}
