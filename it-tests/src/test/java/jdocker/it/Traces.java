package jdocker.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What an engine has on the host besides its files: mounts, shims, cgroups, network namespaces, sockets. */
final class Traces {

    /** Network namespaces that wait for containers. */
    private static final int MADE_AHEAD = 8;

    private final Engine engine;

    private Traces(Engine engine) {
        this.engine = engine;
    }

    static Traces of(Engine engine) {
        return new Traces(engine);
    }

    /** Everything that belongs to containers; empty when the engine holds none. */
    List<String> left() {
        var left = new ArrayList<String>();
        containerMounts().forEach(mount -> left.add("mount " + mount));
        if (keptNamespaces().size() > MADE_AHEAD) {
            keptNamespaces().forEach(mount -> left.add("network namespace " + mount));
        }
        shims().forEach(pid -> left.add("shim " + pid));
        cgroups().forEach(dir -> left.add("cgroup " + dir));
        entries(engine.execRoot().resolve("shim")).forEach(dir -> left.add("run dir " + dir));
        entries(engine.dataRoot().resolve("containers")).forEach(dir -> left.add("container dir " + dir));
        return left;
    }

    /** Mounts of container roots; not the data root's disk, the store's private bind, network namespaces. */
    List<String> containerMounts() {
        return mounts().filter(target -> !target.equals(engine.dataRoot().toString()))
                .filter(target -> !target.equals(engine.dataRoot() + "/overlay2"))
                .filter(target -> !target.startsWith(netns()))
                .toList();
    }

    /** Network namespaces that are kept, with those made ahead. */
    List<String> keptNamespaces() {
        return mounts().filter(target -> target.startsWith(netns() + "/")).toList();
    }

    private String netns() {
        return engine.execRoot() + "/netns";
    }

    private Stream<String> mounts() {
        return lines(Path.of("/proc/self/mountinfo"))
                .map(line -> line.split(" ")[4])
                .filter(target -> target.startsWith(engine.root() + "/"));
    }

    /** Namespaces that the daemon keeps alive by a descriptor; bound ones are among the mounts. */
    long namespaces() {
        return entries(Path.of("/proc/" + engine.pid() + "/fd")).stream()
                .filter(fd -> {
                    try {
                        return Files.readSymbolicLink(fd).toString().matches("(net|mnt|pid|user|ipc|uts|cgroup):.*");
                    } catch (IOException e) {
                        return false; // closed meanwhile
                    }
                })
                .count();
    }

    /** The shims whose run directory is this engine's. */
    List<Long> shims() {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.map(ProcessHandle::pid).filter(this::isOurShim).toList();
        }
    }

    private boolean isOurShim(long pid) {
        try {
            String command = Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
            return command.startsWith("jdocker-shim")
                    && Files.readSymbolicLink(Path.of("/proc/" + pid + "/cwd")).startsWith(engine.root());
        } catch (IOException e) {
            return false;
        }
    }

    /** Container cgroups below the engine's parent, in every hierarchy. */
    List<Path> cgroups() {
        return hierarchies()
                .flatMap(dir -> entries(dir).stream())
                .filter(Files::isDirectory)
                .toList();
    }

    private Stream<Path> hierarchies() {
        return Stream.concat(entries(Path.of("/sys/fs/cgroup")).stream(), Stream.of(Path.of("/sys/fs/cgroup")))
                .map(dir -> dir.resolve(engine.cgroupParent().substring(1)))
                .filter(Files::isDirectory);
    }

    /** Ends and removes what a failed test left, by pid. */
    void sweep() {
        shims().forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        for (Path cgroup : cgroups()) {
            processes(cgroup).forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        }
        Engine.sleep(java.time.Duration.ofMillis(100));
        cgroups().forEach(Traces::remove);
        hierarchies().forEach(Traces::remove);
        lines(Path.of("/proc/self/mountinfo"))
                .map(line -> line.split(" ")[4])
                .filter(target -> target.startsWith(engine.root() + "/"))
                .toList()
                .reversed()
                .forEach(target -> Command.run("umount", "-l", target));
    }

    private static void remove(Path dir) {
        try {
            Files.deleteIfExists(dir);
        } catch (IOException e) {
            // Busy for a moment more: an empty cgroup directory of a failed test, told by the test's own failure.
        }
    }

    private static List<Long> processes(Path cgroup) {
        Path file = cgroup.resolve("cgroup.procs");
        return Files.exists(file) ? lines(file).map(Long::valueOf).toList() : List.of();
    }

    static List<Path> entries(Path dir) {
        if (!Files.isDirectory(dir)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(dir)) {
            return all.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }
}
