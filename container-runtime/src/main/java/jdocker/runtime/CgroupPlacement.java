package jdocker.runtime;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.cgroups.Cgroup;
import jdocker.cgroups.CgroupVersion;
import jdocker.kernel.SyscallNumber;

/**
 * Where in the cgroup trees a container belongs.
 *
 * @param joinFiles into each of which a process writes 0 to join
 * @param cloneInto the directory in which a process is born, where the kernel can do that
 * @param hierarchies the container's directory in each v1 tree, by the name of the tree's mount point: {@code cpu,cpuacct}
 * @param links names of controllers that share a tree, and the tree's name
 * @param removalOrder what is removed when the container has ended
 * @param unified the mount of the unified tree, on a host that has no other
 * @param oomCounter the file and the key of the line that counts processes killed for want of memory
 */
record CgroupPlacement(
        List<Path> joinFiles,
        Optional<Path> cloneInto,
        Map<String, Path> hierarchies,
        Map<String, String> links,
        List<Path> removalOrder,
        Optional<Path> unified,
        Optional<OomCounter> oomCounter) {

    record OomCounter(Path file, String key) {}

    static final CgroupPlacement NONE = new CgroupPlacement(
            List.of(), Optional.empty(), Map.of(), Map.of(), List.of(), Optional.empty(), Optional.empty());

    CgroupPlacement {
        joinFiles = List.copyOf(joinFiles);
        hierarchies = Map.copyOf(hierarchies);
        links = Map.copyOf(links);
        removalOrder = List.copyOf(removalOrder);
    }

    /** Of a container that is to be started. */
    static CgroupPlacement of(Cgroup cgroup) {
        return of(cgroup, cgroup.cloneInto());
    }

    /** Of one more process beside this one. */
    static CgroupPlacement beside(Cgroup cgroup, long pid) {
        return of(cgroup, cgroup.cloneInto(pid));
    }

    private static CgroupPlacement of(Cgroup cgroup, Optional<Path> birthplace) {
        if (cgroup.version() == CgroupVersion.UNIFIED) {
            return unified(cgroup, birthplace);
        }
        int depth = Path.of(cgroup.path()).getNameCount();
        var hierarchies = new HashMap<String, Path>();
        var links = new HashMap<String, String>();
        cgroup.directories().forEach((controller, directory) -> {
            String name =
                    directory.getName(directory.getNameCount() - depth - 1).toString();
            // The unified tree of a hybrid host has no name: containers do not see it, as with Docker.
            if (!controller.isEmpty()) {
                hierarchies.put(name, directory);
                if (!name.equals(controller) && List.of(name.split(",")).contains(controller)) {
                    links.put(controller, name);
                }
            }
        });
        return new CgroupPlacement(
                cgroup.joinFiles(),
                birthplace,
                hierarchies,
                links,
                cgroup.removalOrder(),
                Optional.empty(),
                oomCounter(cgroup));
    }

    private static CgroupPlacement unified(Cgroup cgroup, Optional<Path> birthplace) {
        Path directory = cgroup.cloneInto().orElseThrow();
        int above = directory.getNameCount() - Path.of(cgroup.path()).getNameCount();
        Path mount = Path.of("/").resolve(directory.subpath(0, above));
        return new CgroupPlacement(
                cgroup.joinFiles(),
                birthplace,
                Map.of(),
                Map.of(),
                cgroup.removalOrder(),
                Optional.of(mount),
                oomCounter(cgroup));
    }

    private static Optional<OomCounter> oomCounter(Cgroup cgroup) {
        return cgroup.oomFile().map(file -> new OomCounter(file, cgroup.oomKey()));
    }

    /** In the shim: opens the directory in which the process is to be born. */
    void prepare(Script prepare) {
        cloneInto.ifPresent(directory -> {
            Register fd = prepare.plan().register();
            prepare.add(prepare.step(
                            "open cgroup " + directory,
                            SyscallNumber.OPENAT,
                            Abi.AT_FDCWD,
                            directory.toString(),
                            Abi.O_CLOEXEC)
                    .into(fd));
            prepare.plan().cgroup(fd);
        });
    }
}
