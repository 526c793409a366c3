package jdocker.cgroups;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import jdocker.kernel.Errno;

/**
 * A host with the unified hierarchy alone. A cgroup has only those controllers that all above it hand down, and one that
 * hands down controllers may not have processes of its own (but for the host's root).
 */
record V2Layout(V2.Unified unified) implements Layout {
    private static final String CONTROLLERS = "cgroup.controllers";
    private static final String SUBTREE = "cgroup.subtree_control";
    private static final String PROCESSES = "cgroup.procs";
    /** Where the daemon moves to when it is in the way, as the leaf of a cgroup that was delegated to it. */
    private static final String LEAF = "jdockerd";

    private static final int TRIES = 10;

    private ControlFiles files() {
        return unified.files();
    }

    @Override
    public CgroupVersion version() {
        return CgroupVersion.UNIFIED;
    }

    @Override
    public Set<String> controllers() {
        return words(unified.mount().resolve(CONTROLLERS));
    }

    private Set<String> words(Path file) {
        var words = new TreeSet<>(List.of(files().read(file).orElse("").split("\\s+")));
        words.remove("");
        return words;
    }

    /** Most files are not in the root cgroup: that of the first one beneath with the controller stands for all. */
    @Override
    public CgroupFeatures features() {
        Set<String> there = controllers();
        boolean memory = there.contains("memory");
        boolean cpu = there.contains("cpu");
        return new CgroupFeatures(
                memory,
                memory
                        && example("memory.max")
                                .map(at -> has(at, "memory.swap.max"))
                                .orElse(true),
                memory,
                false,
                false,
                cpu,
                cpu,
                there.contains("cpuset"),
                there.contains("pids"),
                there.contains("io")
                        && example("io.max")
                                .map(at -> has(at, "io.weight") || has(at, "io.bfq.weight"))
                                .orElse(true));
    }

    private Optional<Path> example(String file) {
        return files().directories(unified.mount()).stream()
                .map(unified.mount()::resolve)
                .filter(directory -> has(directory, file))
                .findFirst();
    }

    private boolean has(Path directory, String file) {
        return files().exists(directory.resolve(file));
    }

    @Override
    public void prepareParent(String parent) {
        Path directory = unified.mount();
        handDown(directory);
        for (String name : parent.split("/")) {
            if (!name.isEmpty()) {
                directory = directory.resolve(name);
                files().makeDirectory(directory);
                handDown(directory);
            }
        }
    }

    /** What cannot be handed down is missed only by whoever sets such a limit, and is said then. */
    private void handDown(Path directory) {
        Set<String> missing = words(directory.resolve(CONTROLLERS));
        missing.removeAll(words(directory.resolve(SUBTREE)));
        if (missing.isEmpty() || enable(directory, missing)) {
            return;
        }
        if (holdsDaemon(directory)) {
            makeRoom(directory);
        }
        // One by one: the kernel takes all of a line or none.
        missing.forEach(controller -> enable(directory, Set.of(controller)));
    }

    private boolean enable(Path directory, Set<String> controllers) {
        try {
            files().write(directory.resolve(SUBTREE), "+" + String.join(" +", controllers));
            return true;
        } catch (CgroupException e) {
            // EBUSY: processes; ENOENT: not there; EINVAL: such as cpu with real-time processes; EOPNOTSUPP: threaded
            if (e.is(Errno.EBUSY) || e.is(Errno.ENOENT) || e.is(Errno.EINVAL) || e.is(Errno.EOPNOTSUPP)) {
                return false;
            }
            throw e;
        }
    }

    private boolean holdsDaemon(Path directory) {
        return pids(directory).contains(ProcessHandle.current().pid());
    }

    /** Ours, since the daemon runs in it: delegated by systemd, or the root of a container that the daemon runs in. */
    private void makeRoom(Path directory) {
        Path leaf = directory.resolve(LEAF);
        files().makeDirectory(leaf);
        for (int i = 0; i < TRIES && !pids(directory).isEmpty(); i++) {
            for (long pid : pids(directory)) {
                move(leaf, pid);
            }
        }
    }

    private void move(Path leaf, long pid) {
        try {
            files().write(leaf.resolve(PROCESSES), Long.toString(pid));
        } catch (CgroupException e) {
            if (!e.is(Errno.ESRCH) && !e.is(Errno.EINVAL)) { // it has ended; a kernel thread
                throw e;
            }
        }
    }

    private List<Long> pids(Path directory) {
        var pids = new ArrayList<Long>();
        for (String line : words(directory.resolve(PROCESSES))) {
            long pid = Controller.number(line);
            if (pid != 0) {
                pids.add(pid);
            }
        }
        return pids;
    }

    @Override
    public Cgroup cgroup(CgroupPath path) {
        return new V2(path, unified, Optional.empty());
    }

    /** One that systemd makes. */
    Cgroup cgroup(CgroupPath path, Scope scope) {
        return new V2(path, unified, Optional.of(scope));
    }

    @Override
    public Collection<Path> mounts() {
        return List.of(unified.mount());
    }
}
