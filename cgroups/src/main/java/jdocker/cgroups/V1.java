package jdocker.cgroups;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import jdocker.kernel.Processes;
import jdocker.kernel.Signal;
import jdocker.oci.LinuxCpu;
import jdocker.oci.LinuxHugepageLimit;
import jdocker.oci.LinuxResources;

/**
 * A cgroup on a v1 or hybrid host: a directory of the same name in every hierarchy. On a hybrid host the unified tree has
 * no controllers, but one write kills all that joined it.
 */
final class V1 implements Cgroup {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final CgroupPath path;
    private final Hierarchies hierarchies;
    private final ControlFiles files;
    private final CgroupTree tree;
    private final Processes processes;

    V1(CgroupPath path, Hierarchies hierarchies, ControlFiles files, Processes processes) {
        this.path = path;
        this.hierarchies = hierarchies;
        this.files = files;
        this.tree = new CgroupTree(files);
        this.processes = processes;
    }

    @Override
    public CgroupVersion version() {
        return hierarchies.version();
    }

    @Override
    public String path() {
        return path.toString();
    }

    private Path beneath(Path mount) {
        return CgroupPath.beneath(mount, path.toString());
    }

    private Optional<Controller> controller(String name) {
        return Optional.ofNullable(hierarchies.controllers().get(name))
                .map(mount -> new Controller(name, beneath(mount), files));
    }

    private Controller required(String name, String purpose) {
        return controller(name)
                .orElseThrow(() -> new CgroupException("cannot " + purpose + ": the host has no controller " + name));
    }

    @Override
    public void apply(LinuxResources resources) {
        if (!resources.devices().isEmpty()) {
            DevicesController.apply(required("devices", "restrict devices"), DeviceRules.of(resources.devices()));
        }
        if (resources.memory() != null) {
            MemoryController.apply(required("memory", "limit memory"), resources.memory());
        }
        LinuxCpu cpu = resources.cpu();
        if (cpu != null && CpuController.concerns(cpu)) {
            CpuController.apply(required("cpu", "limit cpu time"), cpu);
        }
        if (cpu != null && CpusetController.concerns(cpu)) {
            CpusetController.apply(required("cpuset", "choose cpus"), cpu);
        }
        if (resources.pids() != null) {
            PidsController.apply(
                    required("pids", "limit processes"), resources.pids().limit());
        }
        if (resources.blockIo() != null) {
            BlockIoController.apply(required("blkio", "limit block io"), resources.blockIo());
        }
        for (LinuxHugepageLimit limit : resources.hugepageLimits()) {
            required("hugetlb", "limit huge pages")
                    .write("hugetlb." + limit.pageSize() + ".limit_in_bytes", Long.toUnsignedString(limit.limit()));
        }
        if (!resources.unified().isEmpty()) {
            throw new CgroupException("cannot set " + resources.unified().keySet() + ": files of cgroup v2, and the"
                    + " host's controllers are those of version 1");
        }
    }

    @Override
    public List<Path> joinFiles() {
        return hierarchies.mounts().stream()
                .map(mount -> beneath(mount).resolve("tasks"))
                .toList();
    }

    @Override
    public Optional<Path> cloneInto() {
        return hierarchies.unified().map(this::beneath);
    }

    @Override
    public Optional<Path> cloneInto(long neighbour) {
        return cloneInto();
    }

    @Override
    public Map<String, Path> directories() {
        Map<String, Path> directories = new TreeMap<>();
        hierarchies.controllers().forEach((name, mount) -> directories.put(name, beneath(mount)));
        hierarchies.unified().ifPresent(mount -> directories.put("", beneath(mount)));
        return directories;
    }

    @Override
    public List<Path> removalOrder() {
        return List.copyOf(new LinkedHashSet<>(directories().values()));
    }

    @Override
    public void settled() {}

    @Override
    public void freeze() {
        FreezerController.freeze(required("freezer", "freeze"));
    }

    @Override
    public void thaw() {
        controller("freezer").ifPresent(FreezerController::thaw); // without one nothing can be frozen
    }

    @Override
    public boolean isFrozen() {
        return controller("freezer").map(FreezerController::isFrozen).orElse(false);
    }

    @Override
    public void kill() {
        Waiting waiting = new Waiting(PATIENCE);
        do {
            killUnified();
            List<Long> left = processes();
            if (left.isEmpty()) {
                return;
            }
            killEach(left);
        } while (waiting.again());
        throw new CgroupException("processes of " + path + " do not end: " + processes());
    }

    /** Those that joined the unified tree, at once and without a race; a later fork of theirs is killed too. */
    private void killUnified() {
        cloneInto()
                .map(directory -> directory.resolve("cgroup.kill"))
                .filter(files::exists)
                .ifPresent(file -> {
                    files.write(file, "1");
                    controller("freezer").filter(FreezerController::isFrozen).ifPresent(FreezerController::thaw);
                });
    }

    /** Frozen, they can't fork while the list is worked off; the signals take effect when they thaw. */
    private void killEach(List<Long> left) {
        Optional<Controller> freezer = controller("freezer").filter(c -> c.has("freezer.state"));
        try {
            freezer.ifPresent(controller -> controller.write("freezer.state", "FROZEN"));
            for (long pid : left) {
                processes.signal(pid, Signal.KILL.number());
            }
        } finally {
            freezer.ifPresent(FreezerController::thaw);
        }
    }

    @Override
    public List<Long> processes() {
        // They joined every hierarchy; a process that moved itself elsewhere in one is still in the others.
        TreeSet<Long> pids = new TreeSet<>();
        directories().values().stream().distinct().forEach(directory -> tree.collectProcesses(directory, pids));
        return List.copyOf(pids);
    }

    @Override
    public CgroupStats stats() {
        return new CgroupStats(
                CpuController.stats(controller("cpu"), controller("cpuacct")),
                controller("memory").map(MemoryController::stats).orElse(new CgroupStats.Memory(0, 0, 0, 0, Map.of())),
                controller("pids").map(PidsController::stats).orElse(new CgroupStats.Pids(0, 0)),
                controller("blkio").map(BlockIoController::stats).orElse(new CgroupStats.BlockIo(List.of(), List.of())),
                Map.of());
    }

    @Override
    public boolean oomKilled() {
        return controller("memory").map(MemoryController::oomKills).orElse(0L) > 0;
    }

    @Override
    public Optional<Path> oomFile() {
        return controller("memory").map(memory -> memory.directory().resolve(MemoryController.OOM));
    }

    @Override
    public String oomKey() {
        return "oom_kill";
    }

    /** Makes the directories; all or none. The parent must be there. False when one was there already. */
    boolean create() {
        return tree.make(removalOrder());
    }

    @Override
    public void delete() {
        removalOrder().forEach(tree::delete);
    }
}
