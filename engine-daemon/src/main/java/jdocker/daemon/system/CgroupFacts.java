package jdocker.daemon.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Which limits this kernel can set, by the files it shows. */
record CgroupFacts(
        String version,
        boolean memory,
        boolean swap,
        boolean cpuQuota,
        boolean cpuShares,
        boolean cpuset,
        boolean pids,
        boolean oomKillDisable) {

    static CgroupFacts read(Path cgroups) {
        if (Files.exists(cgroups.resolve("cgroup.controllers"))) {
            List<String> controllers = List.of(String.join(" ", HostFacts.lines(cgroups.resolve("cgroup.controllers")))
                    .split(" "));
            boolean memory = controllers.contains("memory");
            boolean cpu = controllers.contains("cpu");
            return new CgroupFacts(
                    "2",
                    memory,
                    memory && limitsSwap(cgroups),
                    cpu,
                    cpu,
                    controllers.contains("cpuset"),
                    controllers.contains("pids"),
                    false);
        }
        return new CgroupFacts(
                "1",
                Files.exists(cgroups.resolve("memory/memory.limit_in_bytes")),
                Files.exists(cgroups.resolve("memory/memory.memsw.limit_in_bytes")),
                Files.exists(cgroups.resolve("cpu/cpu.cfs_quota_us")),
                Files.exists(cgroups.resolve("cpu/cpu.shares")),
                Files.exists(cgroups.resolve("cpuset/cpuset.cpus")),
                Files.exists(cgroups.resolve("pids")),
                Files.exists(cgroups.resolve("memory/memory.oom_control")));
    }

    /** The root cgroup has no limits; any other shows whether the kernel accounts for swap. */
    private static boolean limitsSwap(Path cgroups) {
        try (Stream<Path> children = Files.list(cgroups)) {
            return children.filter(child -> Files.exists(child.resolve("memory.max")))
                    .findFirst()
                    .map(child -> Files.exists(child.resolve("memory.swap.max")))
                    .orElse(true);
        } catch (IOException e) {
            return false;
        }
    }

    /** In dockerd's words. */
    List<String> warnings() {
        var warnings = new ArrayList<String>();
        warn(warnings, memory, "No memory limit support");
        warn(warnings, swap, "No swap limit support");
        warn(warnings, cpuQuota, "No cpu cfs quota support");
        warn(warnings, cpuQuota, "No cpu cfs period support");
        warn(warnings, cpuShares, "No cpu shares support");
        warn(warnings, cpuset, "No cpuset support");
        warn(warnings, pids, "No pids limit support");
        return warnings;
    }

    private static void warn(List<String> warnings, boolean there, String text) {
        if (!there) {
            warnings.add("WARNING: " + text);
        }
    }
}
