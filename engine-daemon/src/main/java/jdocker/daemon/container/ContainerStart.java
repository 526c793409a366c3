package jdocker.daemon.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jdocker.api.MountPoint;
import jdocker.daemon.container.ProcessRuntime.LaunchFailure;
import jdocker.daemon.container.ProcessRuntime.RunningProcess;
import jdocker.daemon.container.RootFileSystems.MountedRoot;
import jdocker.daemon.error.EngineException;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.error.Undo;
import jdocker.daemon.network.NetworkSandboxes.Joined;
import jdocker.daemon.state.Durability;
import jdocker.daemon.state.StateStore;
import jdocker.oci.RuntimeSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts one container: root, specification, process, row. The caller holds the container's lock. */
final class ContainerStart {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerStart.class);
    private static final int UNKNOWN_FAILURE = 128;
    private static final Duration END_PATIENCE = Duration.ofSeconds(10);

    private final StateStore store;
    private final RootFileSystems roots;
    private final ContainerFiles files;
    private final VolumeDirectories volumes;
    private final SpecBuilder specs;
    private final ProcessRuntime runtime;
    private final Consoles consoles;
    private final ContainerNetworks networks;

    ContainerStart(
            StateStore store,
            RootFileSystems roots,
            ContainerFiles files,
            VolumeDirectories volumes,
            SpecBuilder specs,
            ProcessRuntime runtime,
            Consoles consoles,
            ContainerNetworks networks) {
        this.store = store;
        this.roots = roots;
        this.files = files;
        this.volumes = volumes;
        this.specs = specs;
        this.runtime = runtime;
        this.consoles = consoles;
        this.networks = networks;
    }

    /** A container that has been started, and its process. */
    record Started(Container container, RunningProcess process) {}

    /**
     * @throws EngineException when the request, the image or the command is to blame
     * @throws StartFailed for all other reasons
     */
    Started start(Container c) {
        try {
            return launch(c);
        } catch (LaunchFailure e) {
            recordFailure(c, e.exitCode(), e.getMessage() == null ? "" : e.getMessage());
            String message = "failed to start container " + c.shortId() + ": " + e.getMessage();
            throw e.exitCode() == UNKNOWN_FAILURE ? new StartFailed(message, e) : new InvalidRequest(message);
        } catch (EngineException e) {
            recordFailure(c, UNKNOWN_FAILURE, e.getMessage() == null ? "" : e.getMessage());
            throw e;
        } catch (RuntimeException e) {
            recordFailure(c, UNKNOWN_FAILURE, String.valueOf(e.getMessage()));
            throw new StartFailed("failed to start container " + c.shortId() + ": " + e.getMessage(), e);
        }
    }

    private Started launch(Container c) {
        Console console = consoles.of(c, Optional.empty());
        try (var undo = new Undo();
                MountedRoot root = roots.mount(c.id())) {
            undo.add(() -> roots.unmount(c.id()));
            prepareFiles(c);
            ProcessUser user = root.user(
                    c.config().user(), HostConfigRules.listOf(c.hostConfig().groupAdd()));
            if (!c.config().workingDir().isEmpty()) {
                root.makeDirectory(c.config().workingDir());
            }
            undo.add(() -> networks.leave(c.id()));
            boolean subscribed = console.wanted();
            RunningProcess process = startInNetwork(c, root.path(), user, subscribed);
            undo.add(() -> end(c, process));
            console.awaitExit();
            console.connect(process.control(), subscribed);
            Container running = c.with(new ContainerState.Running(
                            process.pid(), process.startTime(), runtime.bootId(), Instant.now()))
                    .stopped(false);
            networks.awaitPorts(c.id());
            store.write(durability(c), transaction -> {
                transaction.put(Container.ALL, running.id(), running);
                transaction.append(ContainerEvents.of(running, "start"));
                return running;
            });
            undo.forget();
            return new Started(running, process);
        }
    }

    // Its ports and addresses are given away next: as long as there is a shim, it holds the sockets of the ports.
    private void end(Container c, RunningProcess process) {
        runtime.killAll(c.id());
        try {
            process.exit().get(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("container {}, whose start has failed, has not ended {} after being killed", c.id(), END_PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private RunningProcess startInNetwork(Container c, Path root, ProcessUser user, boolean subscribed) {
        Optional<Joined> joined = networks.join(c);
        try {
            RuntimeSpec spec =
                    specs.of(c, root, user, joined.map(j -> Path.of(j.sandbox().path())));
            return runtime.start(new ProcessRuntime.Launch(
                    c.id(),
                    spec,
                    c.config().openStdin(),
                    subscribed,
                    log(c),
                    Boolean.TRUE.equals(c.hostConfig().init()),
                    List.of(root),
                    joined.map(Joined::held).orElse(List.of())));
        } finally {
            joined.ifPresent(Joined::close); // the shim has its own
        }
    }

    // What runs is a hint, except that a container with a restart policy runs after a power cut if it did before.
    private static Durability durability(Container c) {
        boolean hint = RestartRule.of(c) instanceof RestartRule.Never || c.state() instanceof ContainerState.Restarting;
        return hint ? Durability.NORMAL : Durability.FULL;
    }

    /** Does what the shim does when it lives to see the end. */
    void releaseRoot(String id) {
        roots.unmount(id);
    }

    private Optional<ProcessRuntime.Log> log(Container c) {
        LogOptions options = LogOptions.of(c.hostConfig().logConfig());
        if (!options.readable()) {
            return Optional.empty();
        }
        return Optional.of(new ProcessRuntime.Log(
                files.log(c.id()), Math.max(options.maxSize(), 0), options.maxFiles(), LogOptions.attributesJson(c)));
    }

    // All of it was made at create; only what has been lost since is made again.
    private void prepareFiles(Container c) {
        if (!files.complete(c.id())) {
            files.create(c);
        }
        for (MountPoint mount : c.mounts()) {
            try {
                if (mount.type().equals("volume")) {
                    volumes.create(mount.name());
                } else if (mount.type().equals("bind") && !Files.exists(Path.of(mount.source()))) {
                    Files.createDirectories(Path.of(mount.source()));
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot make " + mount.source() + " for a bind mount", e);
            }
        }
    }

    private void recordFailure(Container c, int code, String why) {
        consoles.retire(c.id()).ifPresent(Console::end);
        store.write(Durability.NORMAL, transaction -> {
            transaction.put(Container.ALL, c.id(), c.with(c.state().failedToStart(code, why)));
            return c;
        });
    }
}
