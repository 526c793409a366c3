package jdocker.daemon.container;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import jdocker.api.ContainersPruned;
import jdocker.daemon.container.ContainerWaits.Condition;
import jdocker.daemon.container.ProcessRuntime.ProcessEnd;
import jdocker.daemon.container.ProcessRuntime.RunningProcess;
import jdocker.daemon.error.EngineException;
import jdocker.daemon.error.EngineException.Conflict;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.http.Filters;
import jdocker.daemon.state.Durability;
import jdocker.daemon.state.StateStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts, stops, kills, pauses, renames and removes containers. Changes of one container come one after the
 * other; nothing is held while an end is awaited.
 */
public final class ContainerLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerLifecycle.class);
    private static final int DEFAULT_STOP_SECONDS = 10;
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(10);

    private final StateStore store;
    private final Containers containers;
    private final ContainerLocks locks;
    private final ContainerWaits waits;
    private final ProcessRuntime runtime;
    private final ContainerStart starter;
    private final Removal removal;
    private final ContainerNetworks networks;
    private final Restarts restarts;
    private final ContainerExits exits;
    private final Executor work;

    ContainerLifecycle(
            StateStore store,
            ContainerLocks locks,
            ContainerWaits waits,
            ProcessRuntime runtime,
            ContainerStart starter,
            Removal removal,
            ContainerNetworks networks,
            Restarts restarts,
            ContainerExits exits,
            Executor work) {
        this.store = store;
        this.containers = new Containers(store);
        this.locks = locks;
        this.waits = waits;
        this.runtime = runtime;
        this.starter = starter;
        this.removal = removal;
        this.networks = networks;
        this.restarts = restarts;
        this.exits = exits;
        this.work = work;
    }

    /** Whether something had to be done. */
    enum Result {
        DONE,
        ALREADY
    }

    /** On a work thread. */
    Result start(String reference) {
        Container found = containers.resolve(reference);
        return locks.holding(found.id(), "start", () -> startLocked(found.id()));
    }

    private Result startLocked(String id) {
        Container c = containers.current(id);
        if (!c.state().startable()) {
            return Result.ALREADY;
        }
        try {
            restarts.forget(id);
            ContainerStart.Started started = starter.start(c.restarted(0));
            watch(id, started.process());
            return Result.DONE;
        } catch (EngineException | StartFailed e) {
            if (c.hostConfig().autoRemove()) {
                removal.removeLocked(containers.current(id), true);
            } else {
                waits.exited(id, containers.current(id).state().exitCode());
            }
            throw e;
        }
    }

    /** Notices the end of a process, now or later. */
    void watch(String id, RunningProcess process) {
        exits.watch(id, process, this::startAgain);
    }

    /** The caller holds the lock. */
    void endedLocked(String id, long pid, long startTime, ProcessEnd end) {
        exits.endedLocked(id, pid, startTime, end, this::startAgain);
    }

    /** A new daemon starts what its policy says; the caller has recovered everything. */
    void startByPolicy() {
        restarts.open();
        containers.all().forEach(this::startByPolicy);
    }

    /** The same for one that was recovered later. */
    void startByPolicy(Container recovered) {
        String id = recovered.id();
        try {
            locks.holding(id, "restart policy", () -> {
                startByPolicyLocked(containers.current(id));
                return null;
            });
        } catch (RuntimeException e) {
            LOG.error("cannot follow the restart policy of container {}", id, e);
        }
    }

    private void startByPolicyLocked(Container c) {
        if (RestartRule.of(c).afterDaemonStart(c)) {
            if (c.state() instanceof ContainerState.Exited last) {
                put(c.with(new ContainerState.Restarting(last)), Durability.NORMAL);
            }
            restarts.schedule(c.id(), Duration.ZERO, () -> startAgain(c.id()));
        }
    }

    private void startAgain(String id) {
        try {
            locks.holding(id, "restart", () -> {
                containers
                        .get(id)
                        .filter(c -> c.state() instanceof ContainerState.Restarting)
                        .ifPresent(this::startAgainLocked);
                return null;
            });
        } catch (RuntimeException e) {
            LOG.error("cannot start container {} again, as its restart policy asks", id, e);
        }
    }

    private void startAgainLocked(Container c) {
        try {
            watch(c.id(), starter.start(c).process());
        } catch (EngineException | StartFailed e) {
            LOG.warn("container {} is not started again, as its restart policy asks: {}", c.id(), e.getMessage());
            waits.exited(c.id(), containers.current(c.id()).state().exitCode());
        }
    }

    private void put(Container c, Durability durability) {
        store.write(durability, transaction -> {
            transaction.put(Container.ALL, c.id(), c);
            return null;
        });
    }

    /**
     * Asks the container to end, and makes it after a time. Waits: on a virtual thread.
     *
     * @param seconds how long it may take; negative for as long as it likes, empty for its own default
     */
    Result stop(String reference, Optional<Integer> seconds, String signal) {
        return stop(containers.resolve(reference), seconds, signal, true);
    }

    /** As {@link #stop}, for a daemon that ends its containers with it: the next one's policies start them again. */
    void stopWithDaemon(Container c, Duration patience) {
        stop(c, Optional.of((int) patience.toSeconds()), "", false);
    }

    private Result stop(Container c, Optional<Integer> seconds, String signal, boolean byHand) {
        if (!c.isRunning() && !isRestarting(c)) {
            return Result.ALREADY;
        }
        int number = stopSignal(c, signal);
        Integer own = c.config().stopTimeout();
        int patience = seconds.orElse(own == null ? DEFAULT_STOP_SECONDS : own);
        ContainerWaits.Waiter end = awaitEnd(c);
        try {
            onWork(() -> {
                if (byHand) {
                    markStopped(c.id());
                }
                deliver(c.id(), number, true);
                return null;
            });
            if (!ends(end, patience < 0 ? Duration.ofDays(36_500) : Duration.ofSeconds(patience))) {
                killFor(c, end);
            }
        } finally {
            end.result().cancel(false);
        }
        onWork(() -> append(c.id(), "stop", Map.of()));
        return Result.DONE;
    }

    private static int stopSignal(Container c, String signal) {
        String text = signal.isEmpty() ? c.config().stopSignal() : signal;
        return text.isEmpty() ? Signals.TERM : Signals.parse(text);
    }

    // First its own process; what does not die of that, or has left children that hold it, goes with its cgroup.
    private void killFor(Container c, ContainerWaits.Waiter end) {
        onWork(() -> deliver(c.id(), Signals.KILL, true));
        if (!ends(end, KILL_PATIENCE)) {
            onWork(() -> {
                runtime.killAll(c.id());
                return null;
            });
            if (!ends(end, KILL_PATIENCE)) {
                throw new StartFailed(
                        "container " + c.id() + " did not end within " + 2 * KILL_PATIENCE.toSeconds()
                                + " s of being killed",
                        new TimeoutException());
            }
        }
    }

    /** Done already when it has ended in the meantime. */
    private ContainerWaits.Waiter awaitEnd(Container c) {
        ContainerWaits.Waiter end = waits.register(c.id(), Condition.NOT_RUNNING);
        completeIfEnded(c, end);
        return end;
    }

    private void completeIfEnded(Container c, ContainerWaits.Waiter end) {
        Container now = containers.get(c.id()).orElse(null);
        if (now == null) {
            end.result().complete(c.state().exitCode());
        } else if (end.condition() == Condition.NOT_RUNNING && !now.isRunning() && !isRestarting(now)) {
            end.result().complete(now.state().exitCode());
        }
    }

    private boolean ends(ContainerWaits.Waiter end, Duration patience) {
        try {
            end.result().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (CancellationException | ExecutionException e) {
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException.Unavailable("interrupted while waiting for a container to end");
        }
    }

    // No policy applies to what a client ends, not even after a power cut; a start that waits is called off, since
    // there is nothing to end.
    private void markStopped(String id) {
        locks.holding(id, "stop", () -> {
            containers.get(id).ifPresent(this::markStoppedLocked);
            return null;
        });
    }

    private void markStoppedLocked(Container c) {
        if (c.state() instanceof ContainerState.Restarting restarting) {
            restarts.forget(c.id());
            put(c.with(restarting.last()).stopped(true), Durability.FULL);
            waits.exited(c.id(), restarting.exitCode());
        } else if (!c.stoppedByHand() && !(RestartRule.of(c) instanceof RestartRule.Never)) {
            put(c.stopped(true), Durability.FULL);
        }
    }

    private static boolean isRestarting(Container c) {
        return c.state() instanceof ContainerState.Restarting;
    }

    /**
     * Sends a signal. Waits for the end when it is SIGKILL: on a virtual thread.
     *
     * @throws Conflict when the container does not run
     */
    void kill(String reference, String signal) {
        int number = signal.isEmpty() ? Signals.KILL : Signals.parse(signal);
        Container c = containers.resolve(reference);
        boolean stops = number == Signals.KILL || number == stopSignal(c, "");
        if (!c.isRunning() && !(stops && isRestarting(c))) {
            throw new Conflict("cannot kill container: " + reference + ": container " + c.id() + " is not running");
        }
        ContainerWaits.Waiter end = awaitEnd(c);
        try {
            onWork(() -> {
                if (stops) {
                    markStopped(c.id());
                }
                return deliver(c.id(), number, stops);
            });
            if (number == Signals.KILL && !ends(end, KILL_PATIENCE)) {
                killFor(c, end);
            }
        } finally {
            end.result().cancel(false);
        }
    }

    // Under the lock, so that the event of the signal comes before the one of what it does.
    private boolean deliver(String id, int signal, boolean resume) {
        return locks.holding(id, "kill", () -> deliverLocked(id, signal, resume));
    }

    // The signal goes first, then a paused container is resumed: it acts on it at once.
    private boolean deliverLocked(String id, int signal, boolean resume) {
        Optional<Container> current = containers.get(id);
        Optional<ContainerState.Running> process =
                current.flatMap(c -> c.state().process());
        if (current.isEmpty() || process.isEmpty()) {
            return false;
        }
        boolean sent = runtime.signal(process.get().pid(), process.get().startTime(), signal);
        if (sent) {
            append(id, "kill", Map.of("signal", Integer.toString(signal)));
        }
        if (resume && current.get().state() instanceof ContainerState.Paused) {
            unpause(id);
        }
        return sent;
    }

    private boolean append(String id, String action, Map<String, String> attributes) {
        return store.write(Durability.NORMAL, transaction -> {
            Optional<Container> c = transaction.get(Container.ALL, id);
            c.ifPresent(known -> transaction.append(ContainerEvents.of(known, action, attributes)));
            return c.isPresent();
        });
    }

    /** Stops and starts. Waits: on a virtual thread. */
    void restart(String reference, Optional<Integer> seconds, String signal) {
        Container c = containers.resolve(reference);
        exits.keeping(c.id(), () -> {
            stop(c.id(), seconds, signal);
            return onWork(() -> locks.holding(c.id(), "restart", () -> {
                Result result = startLocked(c.id());
                append(c.id(), "restart", Map.of());
                return result;
            }));
        });
    }

    /** On a work thread. */
    void pause(String reference) {
        change(reference, "pause", c -> {
            ContainerState.Paused paused = c.state().pause(c.id());
            runtime.freeze(c.id());
            return paused;
        });
    }

    /** On a work thread. */
    void unpause(String reference) {
        change(reference, "unpause", c -> {
            ContainerState.Running running = c.state().resume(c.id());
            runtime.thaw(c.id());
            return running;
        });
    }

    /** From a container to its next state; acts on the kernel before it returns. */
    private interface Change {
        ContainerState apply(Container c);
    }

    private void change(String reference, String action, Change change) {
        String id = containers.resolve(reference).id();
        locks.holding(id, action, () -> {
            Container c = containers.current(id);
            Container next = c.with(change.apply(c));
            return store.write(Durability.NORMAL, transaction -> {
                transaction.put(Container.ALL, id, next);
                transaction.append(ContainerEvents.of(next, action));
                return next;
            });
        });
    }

    /** On a work thread. */
    void rename(String reference, String text) {
        if (text.isEmpty()) {
            throw new InvalidRequest("Neither old nor new names may be empty");
        }
        String name = ContainerName.of(text);
        String id = containers.resolve(reference).id();
        locks.holding(
                id,
                "rename",
                () -> store.write(Durability.FULL, transaction -> {
                    Container c = transaction.get(Container.ALL, id).orElseThrow(() -> notThere(reference));
                    if (c.name().equals(name)) {
                        throw new InvalidRequest("Renaming a container with the same name as its current name");
                    }
                    Creation.checkFree(name, transaction);
                    Container renamed = c.renamed(name);
                    transaction.put(Container.ALL, id, renamed);
                    networks.rename(transaction, c, name);
                    transaction.append(ContainerEvents.of(renamed, "rename", Map.of("oldName", "/" + c.name())));
                    return renamed;
                }));
    }

    private static EngineException notThere(String reference) {
        return new EngineException.NotFound("No such container: " + reference);
    }

    /** Removes a container, killing it first when forced. Waits: on a virtual thread. */
    void remove(String reference, boolean force, boolean withVolumes) {
        Container c = containers.resolve(reference);
        Removal.check(c, force);
        if (c.isRunning() || isRestarting(c)) {
            ContainerWaits.Waiter end = awaitEnd(c);
            try {
                onWork(() -> {
                    markStopped(c.id());
                    return null;
                });
                killFor(c, end);
            } finally {
                end.result().cancel(false);
            }
        }
        Supplier<Boolean> removing = () -> {
            // A container that removes itself may have been faster.
            containers.get(c.id()).ifPresent(current -> {
                Removal.check(current, false);
                removal.removeLocked(current, withVolumes);
            });
            return true;
        };
        onWork(() -> force ? locks.urgently(c.id(), "remove", removing) : locks.holding(c.id(), "remove", removing));
    }

    /** The exit code of a container that has ended, or the promise of it. */
    CompletableFuture<Integer> await(String reference, Condition condition) {
        Container c = containers.resolve(reference);
        ContainerWaits.Waiter waiter = waits.register(c.id(), condition);
        completeIfEnded(c, waiter);
        return waiter.result();
    }

    /** The execs of a container that have not ended. */
    List<String> execIds(String id) {
        return Exec.of(store.snapshot(), id).stream()
                .filter(exec -> !(exec.state() instanceof Exec.Ended))
                .map(Exec::id)
                .toList();
    }

    /** Removes what does not run and is not kept by the filters. Waits: on a virtual thread. */
    ContainersPruned prune(Filters filters, ToLongFunction<Container> size) {
        filters.accepting("label", "label!", "until");
        Instant until = filters.values("until").stream()
                .findFirst()
                .map(ContainerLifecycle::pruneTime)
                .orElse(Instant.MAX);
        var removed = new ArrayList<String>();
        long freed = 0;
        for (Container c : containers.all()) {
            boolean idle = c.state() instanceof ContainerState.Created
                    || c.state() instanceof ContainerState.Exited
                    || c.state() instanceof ContainerState.Dead;
            boolean kept = !filters.pairs("label", c.config().labels())
                    || filters.contains("label!")
                            && filters.pairs("label!", c.config().labels());
            if (idle && !kept && c.created().isBefore(until)) {
                long bytes = size.applyAsLong(c);
                try {
                    remove(c.id(), false, false);
                    removed.add(c.id());
                    freed += bytes;
                } catch (EngineException e) {
                    LOG.info("container {} is not pruned: {}", c.id(), e.getMessage());
                }
            }
        }
        return new ContainersPruned(removed.isEmpty() ? null : removed, freed);
    }

    private static Instant pruneTime(String text) {
        if (!text.isEmpty()
                && text.chars().allMatch(ch -> Character.isLetterOrDigit(ch) || ch == '.')
                && text.chars().anyMatch(ch -> "hms".indexOf(ch) >= 0)
                && text.indexOf('T') < 0) {
            try {
                return Instant.now().minus(Duration.parse("PT" + text.toUpperCase(Locale.ROOT)));
            } catch (DateTimeParseException e) {
                throw new InvalidRequest("invalid filter 'until=" + text + "'");
            }
        }
        return LogQuery.time("until", text).orElse(Instant.EPOCH);
    }

    private <R> R onWork(Supplier<R> action) {
        return WorkThread.call(work, action);
    }
}
