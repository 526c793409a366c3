package jdocker.cgroups;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import jdocker.kernel.Errno;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.Processes;

/** The host's cgroups: makes, finds and lists those of containers. Thread safe. */
public final class Cgroups {
    private static final int LONGEST_MOUNTINFO = 64 << 20;

    private final Hierarchies hierarchies;
    private final ControlFiles files;
    private final Processes processes;
    /** Parents that exist in every hierarchy and whose cpusets can be joined. */
    private final Set<String> parents = ConcurrentHashMap.newKeySet();

    Cgroups(Hierarchies hierarchies, ControlFiles files, Processes processes) {
        if (hierarchies.version() == CgroupVersion.UNIFIED
                || hierarchies.controllers().isEmpty()) {
            throw new CgroupException("no cgroup v1 hierarchies are mounted, and v2 alone is not supported yet");
        }
        this.hierarchies = hierarchies;
        this.files = files;
        this.processes = processes;
    }

    /** Looks at what is mounted now. */
    public static Cgroups detect(Kernel kernel) {
        try (Fd file = kernel.files().open("/proc/self/mountinfo", OpenFlag.READ_ONLY)) {
            String mountInfo = new String(kernel.data().readAll(file, LONGEST_MOUNTINFO), StandardCharsets.UTF_8);
            return new Cgroups(Hierarchies.parse(mountInfo), new KernelControlFiles(kernel), kernel.processes());
        }
    }

    public CgroupVersion version() {
        return hierarchies.version();
    }

    /** Names of the controllers, such as {@code memory}. */
    public Set<String> controllers() {
        return Set.copyOf(hierarchies.names());
    }

    /** What can be limited here. Asks files of the root cgroups, so ask once. */
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

    /**
     * Makes a cgroup without limits: one directory in each hierarchy and nothing else. What a crash left there under the
     * same name is removed first, unless processes live in it.
     *
     * @param parent absolute, such as {@code /jdocker}; made when missing
     */
    public Cgroup create(String parent, String name) {
        V1 cgroup = cgroup(parent, name);
        String above = CgroupPath.normalised(parent);
        if (parents.contains(above)) {
            try {
                return createFresh(cgroup);
            } catch (CgroupException e) {
                if (!e.is(Errno.ENOENT)) {
                    throw e;
                }
                parents.remove(above); // somebody removed the parent
            }
        }
        prepareParent(above);
        parents.add(above);
        return createFresh(cgroup);
    }

    private V1 createFresh(V1 cgroup) {
        if (cgroup.create()) {
            return cgroup;
        }
        List<Long> alive = cgroup.processes();
        if (!alive.isEmpty()) {
            throw new CgroupException("the cgroup " + cgroup.path() + " has processes already: " + alive);
        }
        cgroup.delete();
        if (!cgroup.create()) {
            throw new CgroupException("the cgroup " + cgroup.path() + " is being made by somebody else");
        }
        return cgroup;
    }

    private void prepareParent(String parent) {
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

    /** A cgroup that was made before; nothing is checked. */
    public Cgroup open(String parent, String name) {
        return cgroup(parent, name);
    }

    private V1 cgroup(String parent, String name) {
        return new V1(new CgroupPath(parent, name), hierarchies, files, processes);
    }

    /** Names of all cgroups right beneath the parent, in any hierarchy: whoever has no owner for one may delete it. */
    public List<String> children(String parent) {
        String path = CgroupPath.normalised(parent);
        TreeSet<String> names = new TreeSet<>();
        for (Path mount : hierarchies.all()) {
            names.addAll(files.directories(CgroupPath.beneath(mount, path)));
        }
        return List.copyOf(names);
    }
}
