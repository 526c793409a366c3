package jdocker.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
