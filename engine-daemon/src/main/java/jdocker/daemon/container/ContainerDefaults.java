package jdocker.daemon.container;

import java.util.List;
import java.util.Map;
import jdocker.api.Ulimit;
import jdocker.cgroups.CgroupFeatures;

/**
 * What containers get that do not say otherwise.
 *
 * @param shmSize of /dev/shm, in bytes
 * @param cgroupParent the cgroup above theirs, such as {@code /jdocker}
 * @param init whether a small init is their first process
 * @param unified whether the host has cgroup v2 alone
 * @param features what can be limited on this host
 */
public record ContainerDefaults(
        long shmSize,
        String ipcMode,
        String cgroupnsMode,
        String logDriver,
        Map<String, String> logOptions,
        List<Ulimit> ulimits,
        boolean init,
        String cgroupParent,
        boolean unified,
        CgroupFeatures features,
        SecurityDefaults security) {

    /** Docker's own defaults, on cgroup v1 that can do everything. */
    public static final ContainerDefaults DOCKER = new ContainerDefaults(
            64L << 20,
            "private",
            "host",
            "json-file",
            Map.of(),
            List.of(),
            false,
            "/jdocker",
            false,
            new CgroupFeatures(true, true, true, true, true, true, true, true, true, true),
            SecurityDefaults.DOCKER);

    public ContainerDefaults {
        logOptions = Map.copyOf(logOptions);
        ulimits = List.copyOf(ulimits);
    }
}
