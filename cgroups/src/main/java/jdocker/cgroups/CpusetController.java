package jdocker.cgroups;

import java.nio.file.Path;
import jdocker.oci.LinuxCpu;
import org.jspecify.annotations.Nullable;

/** {@code cpuset}: Documentation/admin-guide/cgroup-v1/cpusets.rst. */
final class CpusetController {
    private static final String CPUS = "cpuset.cpus";
    private static final String MEMS = "cpuset.mems";

    private CpusetController() {}

    static boolean concerns(LinuxCpu wanted) {
        return isSet(wanted.cpus()) || isSet(wanted.mems());
    }

    static void apply(Controller cpuset, LinuxCpu wanted) {
        String cpus = wanted.cpus();
        if (cpus != null && !cpus.isEmpty()) {
            cpuset.write(CPUS, cpus);
        }
        String mems = wanted.mems();
        if (mems != null && !mems.isEmpty()) {
            cpuset.write(MEMS, mems);
        }
    }

    /**
     * A new cpuset is empty and nobody can join it. This fills a parent from its own parent and has the kernel do the same
     * for every later child, so that a start need not.
     */
    static void inherit(ControlFiles files, Path directory) {
        copy(files, directory, CPUS);
        copy(files, directory, MEMS);
        files.write(directory.resolve("cgroup.clone_children"), "1");
    }

    private static void copy(ControlFiles files, Path directory, String file) {
        boolean empty = files.read(directory.resolve(file)).orElse("").isEmpty();
        Path parent = directory.getParent();
        if (empty && parent != null) {
            files.read(parent.resolve(file)).ifPresent(value -> files.write(directory.resolve(file), value));
        }
    }

    private static boolean isSet(@Nullable String value) {
        return value != null && !value.isEmpty();
    }
}
