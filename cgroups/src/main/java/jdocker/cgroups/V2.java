package jdocker.cgroups;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import jdocker.kernel.Errno;
import jdocker.kernel.Processes;
import jdocker.kernel.Signal;
import jdocker.oci.LinuxCpu;
import jdocker.oci.LinuxHugepageLimit;
import jdocker.oci.LinuxResources;

/** A cgroup of the unified hierarchy: one directory. Documentation/admin-guide/cgroup-v2.rst. */
final class V2 implements Cgroup {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String FREEZE = "cgroup.freeze";
    private static final String EVENTS = "cgroup.events";

    private final CgroupPath path;
    private final Unified unified;
    private final ControlFiles files;
    private final CgroupTree tree;
    private final Path directory;
    private final Optional<Scope> scope;

    /**
     * What all cgroups of the hierarchy share.
     *
     * @param mount where it is mounted
     */
    record Unified(Path mount, ControlFiles files, Processes processes, DeviceFilters devices) {}

    /**
     * @param scope systemd's unit, where systemd makes the cgroup
     */
    V2(CgroupPath path, Unified unified, Optional<Scope> scope) {
        this.scope = scope;
        this.path = path;
        this.unified = unified;
        this.files = unified.files();
        this.tree = new CgroupTree(files);
        this.directory = CgroupPath.beneath(unified.mount(), path.toString());
    }

    @Override
    public CgroupVersion version() {
        return CgroupVersion.UNIFIED;
    }

    @Override
    public String path() {
        return path.toString();
    }

    private Controller controller(String name) {
        return new Controller(name, directory, files);
    }

    private boolean has(String controller) {
        return List.of(enabled().split(" ")).contains(controller);
    }

    private String enabled() {
        return files.read(directory.resolve("cgroup.controllers")).orElse("");
    }

    private Controller required(String name, String purpose) {
        if (!has(name)) {
            throw new CgroupException("cannot " + purpose + ": the cgroup " + path + " lacks the controller " + name
                    + " (it has: " + enabled() + "); see cgroup.subtree_control of those above");
        }
        return controller(name);
    }

    @Override
    public void apply(LinuxResources resources) {
        scope.ifPresent(unit -> unit.limit(resources));
        if (resources.pids() != null) {
            PidsController.apply(
                    required("pids", "limit processes"), resources.pids().limit());
        }
        if (resources.memory() != null && UnifiedMemory.concerns(resources.memory())) {
            UnifiedMemory.apply(required("memory", "limit memory"), resources.memory());
        }
        if (resources.blockIo() != null && UnifiedIo.concerns(resources.blockIo())) {
            UnifiedIo.apply(required("io", "limit block io"), resources.blockIo());
        }
        LinuxCpu cpu = resources.cpu();
        if (cpu != null && UnifiedCpu.concerns(cpu)) {
            UnifiedCpu.apply(required("cpu", "limit cpu time"), cpu);
        }
        if (cpu != null && CpusetController.concerns(cpu)) {
            CpusetController.apply(required("cpuset", "choose cpus"), cpu);
        }
        if (!resources.devices().isEmpty()) {
            restrictDevices(DeviceRules.of(resources.devices()));
        }
        for (LinuxHugepageLimit limit : resources.hugepageLimits()) {
            limitHugePages(required("hugetlb", "limit huge pages"), limit);
        }
        resources.unified().forEach(this::write);
    }

    private void restrictDevices(DeviceRules rules) {
        if (rules.allowedAtFirst() && rules.rules().isEmpty()) {
            unified.devices().remove(directory);
        } else {
            unified.devices().replace(directory, DeviceProgram.of(rules));
        }
    }

    private static void limitHugePages(Controller hugetlb, LinuxHugepageLimit limit) {
        String prefix = "hugetlb." + limit.pageSize();
        String bytes = Long.toUnsignedString(limit.limit());
        hugetlb.write(prefix + ".max", bytes);
        if (hugetlb.has(prefix + ".rsvd.max")) {
            hugetlb.write(prefix + ".rsvd.max", bytes);
        }
    }

    /** Of the runtime specification's {@code unified}: any file of the cgroup by its name. */
    private void write(String file, String value) {
        if (!file.matches("[a-zA-Z0-9_]+(\\.[a-zA-Z0-9_-]+)+")) {
            throw new CgroupException("not a file of cgroup v2: '" + file + "'");
        }
        try {
            for (String line : value.split("\n")) {
                files.write(directory.resolve(file), line);
            }
        } catch (CgroupException e) {
            String name = file.substring(0, file.indexOf('.'));
            if (e.is(Errno.ENOENT) && !name.equals("cgroup") && !has(name)) {
                required(name, "set " + file);
            }
            throw e;
        }
    }

    @Override
    public List<Path> joinFiles() {
        return List.of();
    }

    @Override
    public Optional<Path> cloneInto() {
        return Optional.of(directory);
    }

    @Override
    public Optional<Path> cloneInto(long neighbour) {
        boolean inner = files.read(directory.resolve("cgroup.subtree_control"))
                .filter(controllers -> !controllers.isEmpty())
                .isPresent();
        if (!inner) {
            return cloneInto();
        }
        String own = path + "/";
        Optional<Path> deeper = files.read(Path.of("/proc/" + neighbour + "/cgroup")).stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("0::" + own))
                .map(line -> directory.resolve(line.substring("0::".length() + own.length())))
                .filter(place -> place.normalize().startsWith(directory))
                .findFirst();
        return Optional.of(deeper.orElse(directory));
    }

    @Override
    public Map<String, Path> directories() {
        var directories = new TreeMap<String, Path>();
        directories.put("", directory);
        for (String name : enabled().split(" ")) {
            if (!name.isEmpty()) {
                directories.put(name, directory);
            }
        }
        return directories;
    }

    @Override
    public List<Path> removalOrder() {
        // A scope's is systemd's to remove: were it gone first, systemd would take the scope for running for ever.
        return scope.isPresent() ? List.of() : List.of(directory);
    }

    @Override
    public void settled() {
        scope.ifPresent(Scope::release);
    }

    @Override
    public void freeze() {
        files.write(directory.resolve(FREEZE), "1");
        Waiting waiting = new Waiting(PATIENCE);
        while (!isFrozen()) {
            if (!waiting.again()) {
                thaw();
                throw new CgroupException("cannot freeze " + directory + " within " + PATIENCE);
            }
        }
    }

    @Override
    public void thaw() {
        files.write(directory.resolve(FREEZE), "0");
    }

    /** As the kernel sees it: all processes stand still. */
    @Override
    public boolean isFrozen() {
        return controller("").readKeyed(EVENTS).getOrDefault("frozen", 0L) == 1;
    }

    @Override
    public void kill() {
        Waiting waiting = new Waiting(PATIENCE);
        do {
            List<Long> left = processes();
            if (left.isEmpty()) {
                return;
            }
            killAll(left);
        } while (waiting.again());
        throw new CgroupException("processes of " + path + " do not end: " + processes());
    }

    private void killAll(List<Long> left) {
        Path file = directory.resolve("cgroup.kill");
        if (files.exists(file)) { // Linux 5.14
            files.write(file, "1");
            return;
        }
        // Frozen, they can't fork while the list is worked off; SIGKILL takes effect all the same.
        files.write(directory.resolve(FREEZE), "1");
        for (long pid : left) {
            unified.processes().signal(pid, Signal.KILL.number());
        }
        thaw();
    }

    @Override
    public List<Long> processes() {
        var pids = new TreeSet<Long>();
        tree.collectProcesses(directory, pids);
        return List.copyOf(pids);
    }

    @Override
    public CgroupStats stats() {
        var pressure = new TreeMap<String, CgroupStats.Pressure>();
        for (String resource : List.of("cpu", "memory", "io")) {
            files.read(directory.resolve(resource + ".pressure"))
                    .flatMap(PressureFile::parse)
                    .ifPresent(found -> pressure.put(resource, found));
        }
        return new CgroupStats(
                UnifiedCpu.stats(controller("cpu")),
                UnifiedMemory.stats(controller("memory")),
                new CgroupStats.Pids(controller("pids").readNumber("pids.current"), pidsLimit()),
                UnifiedIo.stats(controller("io")),
                pressure);
    }

    private long pidsLimit() {
        return controller("pids").readNumber("pids.max");
    }

    @Override
    public boolean oomKilled() {
        return UnifiedMemory.oomKills(controller("memory")) > 0;
    }

    /** Counts those of cgroups beneath, too. */
    @Override
    public Optional<Path> oomFile() {
        return Optional.of(directory.resolve(UnifiedMemory.EVENTS));
    }

    @Override
    public String oomKey() {
        return UnifiedMemory.OOM_KILLS;
    }

    /** Makes the directory, whose parent must be there, or has systemd make it. False when there was one. */
    boolean create() {
        if (scope.isPresent()) {
            if (!processes().isEmpty()) {
                return false; // systemd would end them to make room
            }
            scope.get().start(directory, files);
            return true;
        }
        return tree.make(removalOrder());
    }

    @Override
    public void delete() {
        scope.ifPresent(Scope::stop);
        tree.delete(directory);
    }
}
