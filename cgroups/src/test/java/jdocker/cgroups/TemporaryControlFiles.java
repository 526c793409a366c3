package jdocker.cgroups;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import jdocker.kernel.Errno;
import jdocker.kernel.SyscallException;

/** Plays the kernel in a temporary directory: a new cgroup has its files at once, and they go with it. Either version. */
final class TemporaryControlFiles implements ControlFiles {
    private static final Map<String, Map<String, String>> FILES = Map.of(
            "memory",
                    Map.of(
                            "memory.limit_in_bytes", "9223372036854771712",
                            "memory.memsw.limit_in_bytes", "9223372036854771712",
                            "memory.soft_limit_in_bytes", "9223372036854771712",
                            "memory.swappiness", "60",
                            "memory.usage_in_bytes", "4096",
                            "memory.max_usage_in_bytes", "8192",
                            "memory.failcnt", "3",
                            "memory.stat", "cache 100\ntotal_inactive_file 40\n",
                            "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n"),
            "cpu",
                    Map.of(
                            "cpu.shares", "1024",
                            "cpu.cfs_period_us", "100000",
                            "cpu.cfs_quota_us", "-1",
                            "cpu.stat", "nr_periods 5\nnr_throttled 2\nthrottled_time 777\n",
                            "cpuacct.usage", "123456789",
                            "cpuacct.usage_percpu", "100 23 ",
                            "cpuacct.stat", "user 7\nsystem 3\n"),
            "cpuset", Map.of("cpuset.cpus", "", "cpuset.mems", "", "cgroup.clone_children", "0"),
            "pids", Map.of("pids.max", "max", "pids.current", "0"),
            "devices", Map.of("devices.allow", "", "devices.deny", ""),
            "freezer", Map.of("freezer.state", "THAWED"),
            "blkio",
                    Map.of(
                            "blkio.bfq.weight", "100",
                            "blkio.throttle.write_bps_device", "",
                            "blkio.throttle.io_service_bytes_recursive", "8:0 Read 4096\n8:0 Total 4096\nTotal 4096\n"),
            "unified", Map.of("cgroup.kill", ""));

    private static final Map<String, String> UNIFIED = Map.ofEntries(
            Map.entry("cgroup.controllers", "cpuset cpu io memory hugetlb pids"),
            Map.entry("cgroup.subtree_control", ""),
            Map.entry("cgroup.events", "populated 0\nfrozen 0\n"),
            Map.entry("cgroup.freeze", "0"),
            Map.entry("cgroup.kill", ""),
            Map.entry("memory.current", "4096"),
            Map.entry("memory.peak", "8192"),
            Map.entry("memory.max", "max"),
            Map.entry("memory.high", "max"),
            Map.entry("memory.low", "0"),
            Map.entry("memory.oom.group", "0"),
            Map.entry("memory.swap.max", "max"),
            Map.entry("memory.events", "low 0\nhigh 0\nmax 9\noom 3\noom_kill 0\noom_group_kill 0\n"),
            Map.entry("memory.stat", "anon 100\ninactive_file 40\n"),
            Map.entry("memory.pressure", ""),
            Map.entry("cpu.weight", "100"),
            Map.entry("cpu.max", "max 100000"),
            Map.entry("cpu.max.burst", "0"),
            Map.entry("cpu.idle", "0"),
            Map.entry("cpu.stat", """
                    usage_usec 123456
                    user_usec 70000
                    system_usec 30000
                    nr_periods 5
                    nr_throttled 2
                    throttled_usec 777
                    """),
            Map.entry(
                    "cpu.pressure",
                    "some avg10=1.50 avg60=0.25 avg300=0.00 total=4711\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=12\n"),
            Map.entry("cpuset.cpus", ""),
            Map.entry("cpuset.mems", ""),
            Map.entry("pids.max", "max"),
            Map.entry("pids.current", "7"),
            Map.entry("hugetlb.2MB.max", "max"),
            Map.entry("hugetlb.2MB.rsvd.max", "max"),
            Map.entry("io.weight", "default 100"),
            Map.entry("io.max", ""),
            Map.entry("io.stat", "8:0 rbytes=4096 wbytes=512 rios=1 wios=2 dbytes=0 dios=0\n253:1 \n"));

    /** Every write in its order. */
    final List<String> written = new ArrayList<>();

    private final Path root;
    private final boolean unified;

    TemporaryControlFiles(Path root) {
        this(root, false);
    }

    private TemporaryControlFiles(Path root, boolean unified) {
        this.root = root;
        this.unified = unified;
    }

    /** One hierarchy whose mount is the root itself. */
    static TemporaryControlFiles unified(Path root) throws IOException {
        var files = new TemporaryControlFiles(root, true);
        Files.writeString(root.resolve("cgroup.controllers"), "cpuset cpu io memory hugetlb pids");
        Files.writeString(root.resolve("cgroup.subtree_control"), "cpu memory");
        Files.writeString(root.resolve("cgroup.procs"), "");
        return files;
    }

    /** Controllers as most distributions mount them: cpu and cpuacct together. */
    static Hierarchies hierarchies(Path root) {
        Path cpu = root.resolve("cpu,cpuacct");
        return new Hierarchies(
                Map.of(
                        "memory", root.resolve("memory"),
                        "cpu", cpu,
                        "cpuacct", cpu,
                        "cpuset", root.resolve("cpuset"),
                        "pids", root.resolve("pids"),
                        "devices", root.resolve("devices"),
                        "freezer", root.resolve("freezer"),
                        "blkio", root.resolve("blkio"),
                        "name=systemd", root.resolve("systemd")),
                Optional.of(root.resolve("unified")));
    }

    /** Makes the mounts with their root cgroups. */
    void mount() throws IOException {
        for (Path mount : hierarchies(root).all()) {
            makeDirectory(mount);
        }
        Files.writeString(root.resolve("cpuset/cpuset.cpus"), "0-3\n");
        Files.writeString(root.resolve("cpuset/cpuset.mems"), "0\n");
    }

    @Override
    public boolean makeDirectory(Path directory) {
        if (Files.isDirectory(directory)) {
            return false;
        }
        if (!Files.isDirectory(directory.getParent())) {
            SyscallException missing = new SyscallException("mkdirat", directory.toString(), Errno.ENOENT);
            throw new CgroupException("cannot make the cgroup " + directory, missing);
        }
        try {
            Files.createDirectory(directory);
            for (var file : filesOf(directory).entrySet()) {
                Files.writeString(directory.resolve(file.getKey()), file.getValue());
            }
            Files.writeString(directory.resolve("cgroup.procs"), "");
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, String> filesOf(Path directory) {
        if (unified) {
            return UNIFIED;
        }
        String hierarchy = root.relativize(directory).getName(0).toString().split(",")[0];
        var files = new HashMap<>(FILES.getOrDefault(hierarchy, Map.of()));
        files.put("tasks", "");
        return files;
    }

    @Override
    public boolean removeDirectory(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(directory);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void write(Path file, String value) {
        written.add(file.getFileName() + "=" + value);
        try {
            Files.writeString(file, value, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
            if (file.endsWith("cgroup.freeze")) {
                Files.writeString(file.resolveSibling("cgroup.events"), "populated 0\nfrozen " + value + "\n");
            }
        } catch (NoSuchFileException e) {
            throw new CgroupException(
                    "cannot write '" + value + "' to " + file,
                    new SyscallException("openat", file.toString(), Errno.ENOENT));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void writeEach(Path file, List<String> values) {
        values.forEach(value -> write(file, value));
    }

    @Override
    public Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean exists(Path file) {
        return Files.exists(file);
    }

    @Override
    public List<String> directories(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isDirectory)
                    .map(path -> path.getFileName().toString())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
