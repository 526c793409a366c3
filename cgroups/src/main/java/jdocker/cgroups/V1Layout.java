package jdocker.cgroups;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import jdocker.kernel.Processes;

/** A v1 or hybrid host. */
record V1Layout(Hierarchies hierarchies, ControlFiles files, Processes processes) implements Layout {
    @Override
    public CgroupVersion version() {
        return hierarchies.version();
    }

    @Override
    public Set<String> controllers() {
        return hierarchies.names();
    }

    @Override
    public CgroupFeatures features() {
        return new CgroupFeatures(
                has("memory", "memory.limit_in_bytes"),
                has("memory", "memory.memsw.limit_in_bytes"),
                has("memory", "memory.soft_limit_in_bytes"),
                has("memory", "memory.swappiness"),
                has("memory", "memory.oom_control"),
                has("cpu", "cpu.shares"),
                has("cpu", "cpu.cfs_quota_us"),
                has("cpuset", "cpuset.cpus"),
                hierarchies.controllers().containsKey("pids"),
                // The files of weights are not in the root.
                has("blkio", "blkio.bfq.io_serviced") || has("blkio", "blkio.weight"));
    }

    private boolean has(String controller, String file) {
        return Optional.ofNullable(hierarchies.controllers().get(controller))
                .map(mount -> files.exists(mount.resolve(file)))
                .orElse(false);
    }

    @Override
    public void prepareParent(String parent) {
        Path cpuset = hierarchies.controllers().get("cpuset");
        for (Path mount : hierarchies.all()) {
            Path directory = mount;
            for (String name : parent.split("/")) {
                if (name.isEmpty()) {
                    continue;
                }
                directory = directory.resolve(name);
                files.makeDirectory(directory);
                if (mount.equals(cpuset)) {
                    CpusetController.inherit(files, directory);
                }
            }
        }
    }

    @Override
    public Cgroup cgroup(CgroupPath path) {
        return new V1(path, hierarchies, files, processes);
    }

    @Override
    public Collection<Path> mounts() {
        return hierarchies.all();
    }
}
