package jdocker.runtime;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.cgroups.Cgroup;
import jdocker.kernel.SyscallNumber;

/**
 * Where in the cgroup trees a container belongs.
 *
 * @param joinFiles into each of which a process writes 0 to join
 * @param cloneInto the directory in which a process is born, where the kernel can do that
 * @param hierarchies the container's directory in each tree, by the name of the tree's mount point: {@code cpu,cpuacct}
 * @param links names of controllers that share a tree, and the tree's name
 * @param removalOrder what is removed when the container has ended
 * @param oomCounter the file and the key of the line that counts processes killed for want of memory
 */
record CgroupPlacement(
        List<Path> joinFiles,
        Optional<Path> cloneInto,
        Map<String, Path> hierarchies,
        Map<String, String> links,
        List<Path> removalOrder,
        Optional<OomCounter> oomCounter) {

    record OomCounter(Path file, String key) {}

    static final CgroupPlacement NONE =
            new CgroupPlacement(List.of(), Optional.empty(), Map.of(), Map.of(), List.of(), Optional.empty());

    CgroupPlacement {
        joinFiles = List.copyOf(joinFiles);
        hierarchies = Map.copyOf(hierarchies);
        links = Map.copyOf(links);
        removalOrder = List.copyOf(removalOrder);
    }

    static CgroupPlacement of(Cgroup cgroup) {
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
                cgroup.cloneInto(),
                hierarchies,
                links,
                cgroup.removalOrder(),
                cgroup.oomFile().map(file -> new OomCounter(file, cgroup.oomKey())));
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
