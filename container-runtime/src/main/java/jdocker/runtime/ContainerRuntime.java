package jdocker.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import jdocker.cgroups.Cgroup;
import jdocker.cgroups.Cgroups;
import jdocker.kernel.Errno;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.MadeAhead;
import jdocker.kernel.NamespaceKind;
import jdocker.kernel.SyscallException;
import jdocker.oci.Capability;
import jdocker.oci.HostFacts;
import jdocker.oci.Linux;
import jdocker.oci.OciProcess;
import jdocker.oci.RuntimeSpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a specification to a running process: makes the cgroup and the plan, and has the plan carried out. Thread safe; its
 * calls wait and belong on platform threads.
 */
public final class ContainerRuntime implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ContainerRuntime.class);
    private static final String DEFAULT_PARENT = "/jdocker";
    private static final int POOLED_NETWORKS = 3;
    private static final int REHEARSALS = 200;
    private static final Duration BETWEEN_REHEARSALS = Duration.ofMillis(2);

    private final Kernel kernel;
    private final Cgroups cgroups;
    private final HostFacts host;
    private final SeccompFilters filters;
    private final InitLauncher launcher;
    private final ExitWatcher watcher;
    private final MadeAhead<Fd> networks;
    private final ExecutorService helpers;
    private volatile boolean closed;

    /**
     * A runtime that starts its processes under this shim.
     *
     * @param filterCache a directory of root's alone for compiled system call filters; absent, each daemon compiles anew
     */
    public ContainerRuntime(
            Kernel kernel, Cgroups cgroups, HostFacts host, ShimImage shim, Optional<Path> filterCache) {
        this.kernel = kernel;
        this.cgroups = cgroups;
        this.host = host;
        this.filters = new SeccompFilters(kernel.seccomp(), filterCache);
        this.launcher = new InitLauncher(kernel, shim);
        this.watcher = new ExitWatcher(kernel, Clock.systemUTC());
        this.helpers = Executors.newCachedThreadPool(
                Thread.ofPlatform().name("start-helper-", 0).daemon().factory());
        this.networks = networksOf(kernel);
        networks.start();
        launcher.startAhead();
    }

    // Making one is the longest single part of a start, and nothing in it depends on the container.
    private static MadeAhead<Fd> networksOf(Kernel kernel) {
        return new MadeAhead<>(new MadeAhead.Recipe<>(
                "network-pool",
                POOLED_NETWORKS,
                kernel.namespaces()::newNetworkNamespace,
                Fd::close,
                e -> log.info("no network namespaces are made ahead: {}", e.getMessage())));
    }

    /**
     * Starts a container; when this returns its command is being executed. Whatever a failed start made is gone again,
     * but for the mounts, which were there before.
     *
     * @throws StartFailure if a step fails; the message is for the user
     * @throws IllegalArgumentException if the specification asks for what cannot be done
     */
    public ContainerProcess start(StartRequest request) {
        List<String> warnings = warnings(request.spec());
        StartRequest clamped = request.withSpec(clamp(request.spec()));
        Optional<Credentials.Filter> filter = filters.of(linux(request.spec()).seccomp());
        prepare(request.runDir());
        CgroupName name = CgroupName.of(request.spec(), request.id());
        Cgroup place = cgroups.open(name.parent(), name.name());
        boolean makesNetwork = NamespaceSteps.makesNetwork(request.spec());
        // Beside the plan, which only has to know where it will be.
        CompletableFuture<Cgroup> made = CompletableFuture.supplyAsync(() -> makeCgroup(request, name), helpers);
        Optional<Fd> network = makesNetwork ? networks.take() : Optional.empty();
        try {
            StartRequest placed = network.map(clamped::withNetwork).orElse(clamped);
            Plan plan = InitPlan.of(placed, CgroupPlacement.of(place), filter);
            Cgroup ready = made.join();
            ContainerProcess started =
                    launch(request.id(), plan, request.runDir(), request.held(), process(request.spec()), warnings);
            ready.settled();
            return started;
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause
                    ? cause
                    : e; // without a cgroup there is nothing to undo
        } catch (RuntimeException e) {
            made.handle((ready, _) -> Optional.ofNullable(ready))
                    .join()
                    .ifPresent(ready -> undo(ready, request.runDir()));
            throw e;
        } finally {
            network.ifPresent(Fd::close); // from now on the container's processes keep it
        }
    }

    /**
     * Starts a process in a running container.
     *
     * @throws StartFailure if the container has gone, or a step fails; the message is for the user
     */
    public ContainerProcess exec(ExecRequest request) {
        Optional<Credentials.Filter> filter = filters.of(linux(request.spec()).seccomp());
        CgroupPlacement placement =
                CgroupPlacement.beside(openCgroup(request), request.container().pid());
        ExecRequest clamped = request.withProcess(clamp(request.process()));
        RunningRef container = request.container();
        prepare(request.runDir());
        try (Fd namespace = namespaceOf(container, commandOf(request.process()))) {
            if (!kernel.processes().isAlive(container.pid(), container.startTime())) {
                throw StartFailure.notRunning(container, commandOf(request.process()));
            }
            // Open until the joiner has compared: nobody else's namespace can have this number meanwhile.
            long inode = kernel.files().status(namespace).inode();
            Plan plan = ExecPlan.of(clamped, new ExecPlan.Joined(container.pid(), inode), placement, filter);
            return launch(request.execId(), plan, request.runDir(), List.of(), request.process(), List.of());
        } catch (RuntimeException e) {
            removeRunDirectory(request.runDir());
            throw e;
        }
    }

    /** Finds what an earlier daemon started with this run directory, and watches it again if it runs. */
    public Adopted adopt(Path runDir) {
        return switch (launcher.adopt(runDir)) {
            case Adoption.Running running -> new Adopted.Running(watched(running.process(), List.of()));
            case Adoption.Ended ended -> new Adopted.Ended(ended.exit());
            case Adoption.Lost lost -> new Adopted.Lost(lost.pid());
        };
    }

    /**
     * Has a shim hold descriptors for the next daemon, in place of what it holds under the same numbers. Does not wait
     * where the socket does not.
     *
     * @param control the socket to a shim that {@linkplain ContainerProcess#holds holds}, between two messages
     * @param first the first one's number; those of {@link StartRequest#held} begin with 0
     * @return how many the socket has taken: fewer when it is full, then the others are to be given again later
     */
    public int hold(Fd control, int first, List<Fd> descriptors) {
        return Held.give(kernel, control, first, descriptors);
    }

    /** Sends a signal to exactly this process; false when it has ended. */
    public boolean kill(RunningRef process, int signal) {
        Optional<Fd> descriptor = kernel.processes().pidfdOpenIfPresent(process.pid());
        if (descriptor.isEmpty()) {
            return false;
        }
        try (Fd pidfd = descriptor.get()) {
            return kernel.processes().isAlive(process.pid(), process.startTime())
                    && kernel.processes().signal(pidfd, signal);
        }
    }

    /** What a start with this specification would give less of than it asks for. */
    public List<String> warnings(RuntimeSpec spec) {
        OciProcess process = process(spec);
        var warnings = new ArrayList<>(rlimits(process).warnings());
        Integer score = process.oomScoreAdj();
        if (score != null && score < ownScore() && !host.raisesLimits()) {
            warnings.add(
                    "oom_score_adj stays " + ownScore() + ", not " + score + ": the daemon lacks CAP_SYS_RESOURCE");
        }
        return warnings;
    }

    /**
     * Does beforehand what would make the first starts slow: compiles the system call filter, and makes plans that nobody
     * carries out until the virtual machine has compiled that way. It takes a second of one processor, with pauses.
     *
     * @param model what containers' specifications are mostly like; the command does not matter
     */
    public void warmUp(RuntimeSpec model) {
        RuntimeSpec spec = model.toBuilder()
                .process(process(model).toBuilder().args(List.of("rehearse")).build())
                .build();
        Optional<Credentials.Filter> filter = filters.of(linux(spec).seccomp());
        CgroupPlacement placement = CgroupPlacement.of(cgroups.open(DEFAULT_PARENT, "rehearsal"));
        var request = new StartRequest(
                "rehearsal",
                spec,
                Path.of("/rehearsal"),
                new Streams(false, false),
                Optional.of(new LogFile(Path.of("/rehearsal/log"), 1, 1, Optional.empty())),
                false,
                List.of());
        for (int i = 0; i < REHEARSALS && !closed; i++) {
            InitPlan.of(request.withSpec(clamp(spec)), placement, filter);
            LockSupport.parkNanos(BETWEEN_REHEARSALS.toNanos());
        }
    }

    /** Stops watching; the processes go on. */
    @Override
    public void close() {
        closed = true;
        watcher.close();
        networks.close();
        launcher.close();
        helpers.close();
    }

    private Fd namespaceOf(RunningRef container, String command) {
        try {
            return kernel.namespaces().open(container.pid(), NamespaceKind.MOUNT);
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ESRCH)) {
                throw StartFailure.notRunning(container, command);
            }
            throw e;
        }
    }

    private ContainerProcess launch(
            String id, Plan plan, Path runDir, List<Fd> held, OciProcess process, List<String> warnings) {
        try {
            return watched(launcher.launch(id, plan, runDir, held), warnings);
        } catch (LaunchFailure e) {
            throw StartFailure.of(e, commandOf(process));
        }
    }

    private ContainerProcess watched(Launched launched, List<String> warnings) {
        return new RunningProcess(launched, watcher.watch(launched), warnings);
    }

    private Cgroup makeCgroup(StartRequest request, CgroupName name) {
        Cgroup cgroup = cgroups.create(name.parent(), name.name());
        try {
            var resources = linux(request.spec()).resources();
            if (resources != null) {
                cgroup.apply(resources);
            }
            return cgroup;
        } catch (RuntimeException e) {
            undo(cgroup, request.runDir());
            throw e;
        }
    }

    private Cgroup openCgroup(ExecRequest request) {
        CgroupName name = CgroupName.of(request.spec(), request.containerId());
        return cgroups.open(name.parent(), name.name());
    }

    private record CgroupName(String parent, String name) {
        static CgroupName of(RuntimeSpec spec, String id) {
            String path = linux(spec).cgroupsPath();
            if (path == null || path.isEmpty()) {
                return new CgroupName(DEFAULT_PARENT, id);
            }
            int slash = path.lastIndexOf('/');
            return new CgroupName(path.substring(0, Math.max(slash, 0)), path.substring(slash + 1));
        }
    }

    private static void undo(Cgroup cgroup, Path runDir) {
        try {
            cgroup.delete();
        } catch (RuntimeException e) {
            log.warn("the cgroup {} of a failed start stays", cgroup.path(), e);
        }
        removeRunDirectory(runDir);
    }

    private static void prepare(Path runDir) {
        try {
            Files.createDirectories(
                    runDir, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + runDir, e);
        }
    }

    private static void removeRunDirectory(Path runDir) {
        for (String name : List.of("attach.sock", "exit", "")) {
            try {
                Files.deleteIfExists(runDir.resolve(name));
            } catch (IOException e) {
                log.debug("{} of a failed start stays", runDir.resolve(name), e);
            }
        }
    }

    private RuntimeSpec clamp(RuntimeSpec spec) {
        return spec.toBuilder().process(clamp(process(spec))).build();
    }

    private OciProcess clamp(OciProcess process) {
        return process.rlimits().isEmpty()
                ? process
                : process.toBuilder().rlimits(rlimits(process).limits()).build();
    }

    private Rlimits rlimits(OciProcess process) {
        return host.capabilities().contains(Capability.SYS_RESOURCE)
                ? new Rlimits(process.rlimits(), List.of())
                : Rlimits.clamp(process.rlimits(), limit -> kernel.processes().limit(0, limit));
    }

    private static int ownScore() {
        try {
            return Integer.parseInt(
                    Files.readString(Path.of("/proc/self/oom_score_adj")).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static OciProcess process(RuntimeSpec spec) {
        return Optional.ofNullable(spec.process())
                .orElseThrow(() -> new IllegalArgumentException("the specification has no process"));
    }

    private static Linux linux(RuntimeSpec spec) {
        @Nullable Linux linux = spec.linux();
        return linux == null ? Linux.builder().build() : linux;
    }

    private static String commandOf(OciProcess process) {
        return process.args().isEmpty() ? "" : process.args().getFirst();
    }
}
