package jdocker.cgroups;

/** What the host can limit, as /info reports it. */
public record CgroupFeatures(
        boolean memory,
        boolean swap,
        boolean memoryReservation,
        boolean swappiness,
        boolean oomKillDisable,
        boolean cpuShares,
        boolean cpuQuota,
        boolean cpuset,
        boolean pids,
        boolean blkioWeight) {}
