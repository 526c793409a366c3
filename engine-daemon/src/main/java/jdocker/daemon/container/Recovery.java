package jdocker.daemon.container;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jdocker.daemon.container.ContainerState.Running;
import jdocker.daemon.container.ProcessRuntime.Found;
import jdocker.daemon.container.ProcessRuntime.ProcessEnd;
import jdocker.daemon.container.ProcessRuntime.RunningProcess;
import jdocker.daemon.state.Durability;
import jdocker.daemon.state.StateStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a daemon does first: takes over what runs, applies what has ended meanwhile, finishes or undoes what the daemon
 * before it had begun, frees what belongs to nobody. The kernel is right, the rows are hints.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final int AFTER_REBOOT = 255;
    private static final int LOST_CODE = 137;
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(3);

    private final StateStore store;
    private final Containers containers;
    private final ProcessRuntime runtime;
    private final RootFileSystems roots;
    private final ContainerFiles files;
    private final Consoles consoles;
    private final ContainerLocks locks;
    private final ContainerLifecycle lifecycle;
    private final Removal removal;
    private final Executions executions;
    private final ContainerNetworks networks;
    private final Set<String> missed = ConcurrentHashMap.newKeySet();

    Recovery(
            StateStore store,
            ProcessRuntime runtime,
            RootFileSystems roots,
            ContainerFiles files,
            Consoles consoles,
            ContainerLocks locks,
            ContainerLifecycle lifecycle,
            Removal removal,
            Executions executions,
            ContainerNetworks networks) {
        this.store = store;
        this.containers = new Containers(store);
        this.runtime = runtime;
        this.roots = roots;
        this.files = files;
        this.consoles = consoles;
        this.locks = locks;
        this.lifecycle = lifecycle;
        this.removal = removal;
        this.executions = executions;
        this.networks = networks;
    }

    /** Before the first request is taken. One container that makes trouble does not stop the others. */
    void run() {
        Set<String> leftovers = runtime.leftovers();
        Set<String> layers = roots.ids();
        Set<String> known = new HashSet<>();
        containers.all().forEach(c -> known.add(c.id()));
        for (Container c : containers.all()) {
            boolean recovered = guarded(
                    "recover container " + c.id(),
                    () -> locks.holding(c.id(), "recovery", () -> {
                        Container current = containers.current(c.id());
                        repair(current, layers);
                        recover(current, leftovers.contains(c.id()));
                        return null;
                    }));
            if (!recovered) {
                missed.add(c.id());
            }
        }
        recoverExecs();
        leftovers.stream()
                .filter(id -> !known.contains(id))
                .forEach(id -> guarded("free container " + id, () -> {
                    LOG.warn("processes or files of unknown container {} are removed", id);
                    runtime.killAll(id);
                    runtime.cleanUp(id);
                }));
        layers.stream()
                .filter(id -> !known.contains(id))
                .forEach(id -> guarded("free the layer of " + id, () -> {
                    roots.unmount(id);
                    roots.remove(id);
                }));
        files.ids().stream()
                .filter(id -> !known.contains(id))
                .forEach(id -> guarded("free the files of " + id, () -> files.delete(id)));
    }

    /** Whether it is not known yet what has become of a container. */
    boolean isMissed(String id) {
        return missed.contains(id);
    }

    /** Tries again what {@link #run} could not do: else nobody would notice the end of what runs, nor finish a removal. */
    void tryAgain(Restarts later) {
        missed.forEach(id -> tryAgain(id, later));
    }

    private void tryAgain(String id, Restarts later) {
        later.schedule(id, AGAIN_AFTER, () -> {
            boolean recovered = guarded(
                    "recover container " + id,
                    () -> locks.holding(id, "recovery", () -> {
                        containers
                                .get(id)
                                .ifPresent(c -> recover(c, runtime.leftovers().contains(id)));
                        if (containers.get(id).filter(Container::isRunning).isEmpty()) {
                            networks.leave(id);
                        }
                        return null;
                    }));
            if (recovered) {
                missed.remove(id);
                containers.get(id).ifPresent(lifecycle::startByPolicy);
            } else {
                tryAgain(id, later);
            }
        });
    }

    private static boolean guarded(String what, Runnable action) {
        try {
            action.run();
            return true;
        } catch (RuntimeException e) {
            LOG.error("cannot {}", what, e);
            return false;
        }
    }

    // A create syncs only the row: a power cut soon after leaves what it has written empty. A layer that has gone holds
    // nothing only where the container has never run.
    private void repair(Container c, Set<String> layers) {
        boolean removing = c.state() instanceof ContainerState.Removing;
        boolean never = c.state() instanceof ContainerState.Created;
        if (!removing && (never || layers.contains(c.id())) && !roots.isMounted(c.id())) {
            guarded(
                    "repair the layer of container " + c.id(),
                    () -> roots.prepare(c.id(), Optional.ofNullable(c.topLayer())));
        }
    }

    private void recover(Container c, boolean leftover) {
        switch (c.state()) {
            case Running running -> recoverRunning(c, running);
            case ContainerState.Paused paused -> recoverRunning(c, paused.running());
            case ContainerState.Removing removing ->
                removal.removeLocked(c, removing.withVolumes() || c.hostConfig().autoRemove());
            case ContainerState.Created _,
                    ContainerState.Exited _,
                    ContainerState.Restarting _,
                    ContainerState.Dead _ -> {
                boolean adopted = leftover && adoptUnacknowledged(c);
                if (!adopted) {
                    settle(c, leftover);
                }
            }
        }
    }

    // What does not run has no mount and no processes; what should have removed itself does so now.
    private void settle(Container c, boolean leftover) {
        if (leftover) {
            runtime.killAll(c.id());
            runtime.cleanUp(c.id());
        }
        if (roots.isMounted(c.id())) {
            roots.unmount(c.id());
        }
        boolean ended = c.state() instanceof ContainerState.Exited
                || c.state() instanceof ContainerState.Created created && created.exitCode() != 0;
        if (ended && c.hostConfig().autoRemove()) {
            removal.removeLocked(c, true);
        }
    }

    private void recoverRunning(Container c, Running running) {
        if (!running.bootId().equals(runtime.bootId())) {
            lifecycle.endedLocked(
                    c.id(),
                    running.pid(),
                    running.startTime(),
                    new ProcessEnd(AFTER_REBOOT, false, Instant.now(), false));
            return;
        }
        switch (runtime.adopt(c.id())) {
            case Found.Alive(RunningProcess process)
            when is(process, running.pid(), running.startTime()) -> takeOver(c, process);
            case Found.Ended(ProcessEnd end) -> lifecycle.endedLocked(c.id(), running.pid(), running.startTime(), end);
            case Found.Alive _, Found.Gone _ ->
                lifecycle.endedLocked(c.id(), running.pid(), running.startTime(), lost());
        }
    }

    private static boolean is(RunningProcess process, long pid, long startTime) {
        return process.pid() == pid && process.startTime() == startTime;
    }

    private static ProcessEnd lost() {
        return new ProcessEnd(LOST_CODE, false, Instant.now(), true);
    }

    private void takeOver(Container c, RunningProcess process) {
        Console console = consoles.of(c, Optional.empty());
        console.awaitExit();
        console.connect(process.control(), false);
        lifecycle.watch(c.id(), process);
        // What fails from here on cannot be had by trying it all again: the shim has its one connection now.
        guarded("freeze or thaw container " + c.id() + " as its row says", () -> {
            // The daemon may have died between the freezing or thawing and the row that tells of it.
            if (c.state() instanceof ContainerState.Paused) {
                runtime.freeze(c.id());
            } else {
                runtime.thaw(c.id());
            }
        });
        guarded("take over the network of container " + c.id(), () -> networks.adopt(c, process));
    }

    /** A start that the daemon before this one had no time to save: the container runs, so it is running. */
    private boolean adoptUnacknowledged(Container c) {
        return switch (runtime.adopt(c.id())) {
            case Found.Alive(RunningProcess process) -> {
                Container running =
                        c.with(new Running(process.pid(), process.startTime(), runtime.bootId(), Instant.now()));
                save(running, "start", Map.of());
                takeOver(running, process);
                yield true;
            }
            case Found.Ended(ProcessEnd end) -> {
                // What is already in the row is an exit whose traces there was no time to clear away.
                if (!c.state().finishedAt().equals(end.finishedAt())) {
                    Container exited = c.with(c.state().exited(end.code(), end.oomKilled(), end.finishedAt()));
                    save(exited, "die", Map.of("exitCode", Integer.toString(end.code())));
                    settle(exited, true);
                    yield true;
                }
                yield false;
            }
            case Found.Gone _ -> false;
        };
    }

    private void save(Container c, String action, Map<String, String> attributes) {
        store.write(Durability.NORMAL, transaction -> {
            transaction.put(Container.ALL, c.id(), c);
            transaction.append(ContainerEvents.of(c, action, attributes));
            return null;
        });
    }

    private void recoverExecs() {
        Set<String> leftovers = runtime.leftoverExecs();
        Map<String, Exec> all = store.snapshot().all(Exec.ALL);
        for (Exec exec : all.values()) {
            guarded("recover exec " + exec.id(), () -> recover(exec));
        }
        leftovers.stream()
                .filter(id ->
                        !(Optional.ofNullable(all.get(id)).map(Exec::state).orElse(new Exec.Created())
                                instanceof Exec.Running))
                .forEach(id -> guarded("free exec " + id, () -> runtime.cleanUpExec(id)));
    }

    private void recover(Exec exec) {
        Optional<Container> container = containers.get(exec.containerId());
        if (container.isEmpty()) {
            store.write(Durability.NORMAL, transaction -> {
                transaction.remove(Exec.ALL, exec.id());
                return null;
            });
        } else if (exec.state() instanceof Exec.Running running) {
            switch (runtime.adoptExec(exec.id())) {
                case Found.Alive(RunningProcess process)
                when is(process, running.pid(), running.startTime()) -> {
                    Console console = consoles.forExec(exec.config().tty(), Optional.empty());
                    console.awaitExit();
                    console.connect(process.control(), false);
                    executions.adopted(exec, console);
                    executions.watch(exec, container.get(), process);
                }
                case Found.Ended(ProcessEnd end) -> executions.ended(exec, container.get(), running.pid(), end);
                case Found.Alive _, Found.Gone _ -> executions.ended(exec, container.get(), running.pid(), lost());
            }
        }
    }
}
