package jdocker.daemon.container;

import java.util.BitSet;
import java.util.Optional;
import java.util.Set;
import jdocker.api.HostConfig;
import jdocker.api.Ulimit;
import jdocker.daemon.error.EngineException.InvalidRequest;

/** Docker's rules for limits of memory, CPU, processes. */
final class ResourceRules {
    private static final long SMALLEST_MEMORY = 6L << 20;
    private static final long BILLION = 1_000_000_000L;
    private static final Set<String> ULIMITS = Set.of(
            "core",
            "cpu",
            "data",
            "fsize",
            "locks",
            "memlock",
            "msgqueue",
            "nice",
            "nofile",
            "nproc",
            "rss",
            "rtprio",
            "rttime",
            "sigpending",
            "stack");

    private ResourceRules() {}

    static void check(HostConfig host) {
        checkMemory(host);
        checkCpu(host, Runtime.getRuntime().availableProcessors());
        cpus(host.cpusetCpus(), "cpus").ifPresent(set -> {
            // The host's CPUs, not those that this process was given: a quota on the daemon does not bind containers.
            int available = Math.max(Runtime.getRuntime().availableProcessors(), 1);
            if (set.length() > available) {
                throw new InvalidRequest("Requested CPUs are not available - requested " + host.cpusetCpus()
                        + ", available: 0-" + (available - 1));
            }
        });
        cpus(host.cpusetMems(), "mems");
        if (host.shmSize() < 0) {
            throw new InvalidRequest("SHM size can not be less than 0");
        }
        for (Ulimit limit : host.ulimits()) {
            if (!ULIMITS.contains(limit.name())) {
                throw new InvalidRequest("invalid ulimit type: " + limit.name());
            }
            if (limit.soft() > limit.hard() && limit.hard() != -1 || limit.soft() == -1 && limit.hard() != -1) {
                throw new InvalidRequest("ulimit soft limit must be less than or equal to hard limit: " + limit.soft()
                        + " > " + limit.hard());
            }
        }
        if (host.blkioWeight() != 0 && (host.blkioWeight() < 10 || host.blkioWeight() > 1000)) {
            throw new InvalidRequest("Range of blkio weight is from 10 to 1000");
        }
    }

    private static void checkMemory(HostConfig host) {
        long memory = host.memory();
        long swap = host.memorySwap();
        if (memory < 0 || memory != 0 && memory < SMALLEST_MEMORY) {
            throw new InvalidRequest("Minimum memory limit allowed is 6MB");
        }
        if (memory > 0 && swap > 0 && swap < memory) {
            throw new InvalidRequest("Minimum memoryswap limit should be larger than memory limit, see usage");
        }
        if (memory == 0 && swap > 0) {
            throw new InvalidRequest("You should always set the Memory limit when using Memoryswap limit, see usage");
        }
        if (swap < -1) {
            throw new InvalidRequest("invalid memory swap limit " + swap);
        }
        Long swappiness = host.memorySwappiness();
        if (swappiness != null && swappiness != -1 && (swappiness < 0 || swappiness > 100)) {
            throw new InvalidRequest("Invalid value: " + swappiness + ", valid memory swappiness range is 0-100");
        }
        long reservation = host.memoryReservation();
        if (reservation < 0 || reservation > 0 && reservation < SMALLEST_MEMORY) {
            throw new InvalidRequest("Minimum memory reservation allowed is 6MB");
        }
        if (memory > 0 && reservation > memory) {
            throw new InvalidRequest("Minimum memory limit can not be less than memory reservation limit, see usage");
        }
    }

    private static void checkCpu(HostConfig host, int processors) {
        if (host.nanoCpus() != 0 && host.cpuPeriod() != 0) {
            throw new InvalidRequest("Conflicting options: Nano CPUs and CPU Period cannot both be set");
        }
        if (host.nanoCpus() != 0 && host.cpuQuota() != 0) {
            throw new InvalidRequest("Conflicting options: Nano CPUs and CPU Quota cannot both be set");
        }
        if (host.nanoCpus() < 0 || host.nanoCpus() > processors * BILLION) {
            throw new InvalidRequest("range of CPUs is from 0.01 to " + processors + ".00, as there are only "
                    + processors + " CPUs available");
        }
        if (host.cpuShares() < 0) {
            throw new InvalidRequest("invalid CPU shares (" + host.cpuShares() + "): value must be a positive integer");
        }
        if (host.cpuPeriod() != 0 && (host.cpuPeriod() < 1000 || host.cpuPeriod() > 1_000_000)) {
            throw new InvalidRequest(
                    "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
        }
        if (host.cpuQuota() > 0 && host.cpuQuota() < 1000) {
            throw new InvalidRequest("CPU cfs quota can not be less than 1ms (i.e. 1000)");
        }
    }

    /** Reads {@code 0-2,7}; empty when the text is. */
    private static Optional<BitSet> cpus(String text, String what) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        var set = new BitSet();
        for (String part : text.split(",", -1)) {
            int dash = part.indexOf('-');
            int from = cpu(dash < 0 ? part : part.substring(0, dash), text, what);
            int to = dash < 0 ? from : cpu(part.substring(dash + 1), text, what);
            if (to < from) {
                throw new InvalidRequest("Invalid value " + text + " for cpuset " + what);
            }
            set.set(from, to + 1);
        }
        return Optional.of(set);
    }

    private static int cpu(String digits, String text, String what) {
        if (digits.isEmpty() || digits.length() > 4 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new InvalidRequest("Invalid value " + text + " for cpuset " + what);
        }
        return Integer.parseInt(digits);
    }
}
