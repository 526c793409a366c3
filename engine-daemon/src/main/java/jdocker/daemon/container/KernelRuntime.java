package jdocker.daemon.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdocker.cgroups.Cgroup;
import jdocker.cgroups.CgroupStats;
import jdocker.cgroups.Cgroups;
import jdocker.kernel.Errno;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.oci.LinuxResources;
import jdocker.runtime.Adopted;
import jdocker.runtime.ContainerProcess;
import jdocker.runtime.ContainerRuntime;
import jdocker.runtime.ExecRequest;
import jdocker.runtime.LogFile;
import jdocker.runtime.ProcessExit;
import jdocker.runtime.RunningRef;
import jdocker.runtime.StartFailure;
import jdocker.runtime.StartRequest;
import jdocker.runtime.Streams;

/** The real runtime: shims, cgroups, and their files below the exec root. */
public final class KernelRuntime implements ProcessRuntime {
    private static final int NOT_FOUND = 127;
    private static final int NOT_EXECUTABLE = 126;
    private static final int OTHER = 128;

    private final ContainerRuntime runtime;
    private final Cgroups cgroups;
    private final Path shims;
    private final Path execs;
    private final String bootId;
    private final CgroupParents parents;

    /** Says under which cgroup a container's is. */
    public interface CgroupParents {
        String of(String containerId);

        /** All that containers may be under. */
        Set<String> all();
    }

    /**
     * @param execRoot where the shims' directories are
     */
    public KernelRuntime(
            Kernel kernel, ContainerRuntime runtime, Cgroups cgroups, Path execRoot, CgroupParents parents) {
        this.runtime = runtime;
        this.cgroups = cgroups;
        this.shims = execRoot.resolve("shim");
        this.execs = execRoot.resolve("exec");
        this.bootId = kernel.processes().bootId();
        this.parents = parents;
    }

    @Override
    public RunningProcess start(Launch launch) {
        var request = new StartRequest(
                        launch.id(),
                        launch.spec(),
                        shims.resolve(launch.id()),
                        new Streams(launch.openStdin(), launch.subscribed()),
                        launch.log().map(KernelRuntime::log),
                        launch.init(),
                        launch.unmountAtEnd())
                .holding(launch.held());
        return translated(() -> runtime.start(request));
    }

    private static LogFile log(Log log) {
        Optional<String> attributes = log.attributes().isEmpty() ? Optional.empty() : Optional.of(log.attributes());
        return new LogFile(log.path(), log.maxSize(), log.maxFiles(), attributes);
    }

    @Override
    public RunningProcess exec(ExecLaunch launch) {
        var request = new ExecRequest(
                launch.containerId(),
                launch.execId(),
                new RunningRef(launch.target().pid(), launch.target().startTime()),
                launch.container(),
                launch.process(),
                execs.resolve(launch.execId()),
                new Streams(launch.openStdin(), launch.subscribed()));
        return translated(() -> runtime.exec(request));
    }

    private interface Start {
        ContainerProcess run();
    }

    private static RunningProcess translated(Start start) {
        try {
            return new Watched(start.run());
        } catch (StartFailure e) {
            throw new LaunchFailure(exitCode(e), String.valueOf(e.getMessage()), e);
        }
    }

    // As Docker: the words decide, because its clients go by them too.
    private static int exitCode(StartFailure failure) {
        String message = String.valueOf(failure.getMessage());
        if (message.contains("executable file not found") || message.contains("no such file or directory")) {
            return NOT_FOUND;
        }
        boolean refused = failure.errno() == Errno.EACCES
                || failure.errno() == Errno.EISDIR
                || message.contains("permission denied")
                || message.contains("is a directory");
        return refused ? NOT_EXECUTABLE : OTHER;
    }

    private record Watched(ContainerProcess process) implements RunningProcess {
        @Override
        public long pid() {
            return process.pid();
        }

        @Override
        public long startTime() {
            return process.startTime();
        }

        @Override
        public boolean holds() {
            return process.holds();
        }

        @Override
        public List<Fd> held() {
            return process.held();
        }

        @Override
        public Fd control() {
            return process.control();
        }

        @Override
        public CompletableFuture<ProcessEnd> exit() {
            return process.exit().thenApply(KernelRuntime::end);
        }
    }

    private static ProcessEnd end(ProcessExit exit) {
        return new ProcessEnd(exit.code(), exit.oomKilled(), exit.finishedAt(), exit.lost());
    }

    @Override
    public Found adopt(String id) {
        return adopt(shims.resolve(id));
    }

    @Override
    public Found adoptExec(String execId) {
        return adopt(execs.resolve(execId));
    }

    private Found adopt(Path directory) {
        if (!Files.isDirectory(directory)) {
            return new Found.Gone();
        }
        return switch (runtime.adopt(directory)) {
            case Adopted.Running running -> new Found.Alive(new Watched(running.process()));
            case Adopted.Ended ended -> new Found.Ended(end(ended.exit()));
            case Adopted.Lost _ -> new Found.Gone();
        };
    }

    @Override
    public int hold(Fd control, int first, List<Fd> descriptors) {
        return runtime.hold(control, first, descriptors);
    }

    @Override
    public boolean signal(long pid, long startTime, int signal) {
        return runtime.kill(new RunningRef(pid, startTime), signal);
    }

    @Override
    public void freeze(String id) {
        cgroup(id).freeze();
    }

    @Override
    public void thaw(String id) {
        cgroup(id).thaw();
    }

    @Override
    public void killAll(String id) {
        if (exists(cgroup(id))) {
            cgroup(id).kill();
        }
    }

    @Override
    public List<Long> processes(String id) {
        return cgroup(id).processes();
    }

    @Override
    public Optional<CgroupStats> stats(String id) {
        Cgroup cgroup = cgroup(id);
        return exists(cgroup) ? Optional.of(cgroup.stats()) : Optional.empty();
    }

    @Override
    public void limit(String id, LinuxResources limits) {
        cgroup(id).apply(limits);
    }

    private Cgroup cgroup(String id) {
        return cgroups.open(parents.of(id), id);
    }

    private static boolean exists(Cgroup cgroup) {
        return cgroup.directories().values().stream().anyMatch(Files::isDirectory);
    }

    @Override
    public void cleanUp(String id) {
        Cgroup cgroup = cgroup(id);
        if (exists(cgroup)) {
            cgroup.delete();
        }
        remove(shims.resolve(id));
    }

    @Override
    public void cleanUpExec(String execId) {
        remove(execs.resolve(execId));
    }

    private static void remove(Path directory) {
        try {
            VolumeDirectories.deleteTree(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + directory, e);
        }
    }

    @Override
    public Set<String> leftovers() {
        Set<String> found = new HashSet<>(names(shims));
        parents.all().forEach(parent -> found.addAll(cgroups.children(parent)));
        return found;
    }

    @Override
    public Set<String> leftoverExecs() {
        return names(execs);
    }

    private static Set<String> names(Path directory) {
        if (!Files.isDirectory(directory)) {
            return Set.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            Function<Path, String> name = entry -> entry.getFileName().toString();
            return entries.map(name).collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + directory, e);
        }
    }

    @Override
    public String bootId() {
        return bootId;
    }
}
