package jdocker.daemon.container;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import jdocker.daemon.container.ProcessRuntime.ProcessEnd;
import jdocker.daemon.container.ProcessRuntime.RunningProcess;
import jdocker.daemon.event.Event;
import jdocker.daemon.state.Durability;
import jdocker.daemon.state.StateStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What follows when a container's process has ended: its row, whoever waits, what it used, and perhaps the next start. */
final class ContainerExits {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerExits.class);
    private static final int LOST_CODE = 137;
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);

    private final StateStore store;
    private final Containers containers;
    private final ContainerLocks locks;
    private final ContainerWaits waits;
    private final Consoles consoles;
    private final ProcessRuntime runtime;
    private final ContainerStart starter;
    private final Removal removal;
    private final ContainerNetworks networks;
    private final Restarts restarts;
    private final Executor work;
    private final Map<String, Integer> kept = new ConcurrentHashMap<>();

    ContainerExits(
            StateStore store,
            ContainerLocks locks,
            ContainerWaits waits,
            Consoles consoles,
            ProcessRuntime runtime,
            ContainerStart starter,
            Removal removal,
            ContainerNetworks networks,
            Restarts restarts,
            Executor work) {
        this.store = store;
        this.containers = new Containers(store);
        this.locks = locks;
        this.waits = waits;
        this.consoles = consoles;
        this.runtime = runtime;
        this.starter = starter;
        this.removal = removal;
        this.networks = networks;
        this.restarts = restarts;
        this.work = work;
    }

    /**
     * Notices the end of a process, now or later.
     *
     * @param startAgain what to do when its restart policy asks for it
     */
    void watch(String id, RunningProcess process, Consumer<String> startAgain) {
        process.exit().whenComplete((end, failure) -> {
            ProcessEnd known = failure == null ? end : new ProcessEnd(LOST_CODE, false, Instant.now(), true);
            notice(() -> ended(id, process.pid(), process.startTime(), known, startAgain), id, FIRST_RETRY);
        });
    }

    /** Until it has been handled: a full disk passes, and nobody else would notice the end of this one. */
    private void notice(Runnable handling, String id, Duration pause) {
        Runnable task = () -> {
            try {
                handling.run();
            } catch (RuntimeException e) {
                LOG.error("cannot handle the exit of container {}; trying again in {} s", id, pause.toSeconds(), e);
                later(handling, id, pause);
            }
        };
        try {
            work.execute(task);
        } catch (RuntimeException e) {
            LOG.error("cannot handle the exit of container {} yet: {}", id, e.getMessage());
            later(handling, id, pause);
        }
    }

    private void later(Runnable handling, String id, Duration pause) {
        Duration next = pause.multipliedBy(2);
        CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
                .execute(() -> {
                    if (!restarts.isClosed()) { // else the next daemon sees it
                        notice(handling, id, next.compareTo(LONGEST_RETRY) < 0 ? next : LONGEST_RETRY);
                    }
                });
    }

    private void ended(String id, long pid, long startTime, ProcessEnd end, Consumer<String> startAgain) {
        locks.holding(id, "handling the exit", () -> {
            endedLocked(id, pid, startTime, end, startAgain);
            return null;
        });
    }

    /** The caller holds the lock. */
    void endedLocked(String id, long pid, long startTime, ProcessEnd end, Consumer<String> startAgain) {
        Optional<Container> current = containers.get(id);
        boolean same = current.flatMap(c -> c.state().process())
                .filter(running -> running.pid() == pid && running.startTime() == startTime)
                .isPresent();
        if (!same || current.isEmpty()) {
            return;
        }
        if (end.lost()) {
            LOG.warn("the shim of container {} vanished; what is left of the container is killed", id);
            runtime.killAll(id);
            starter.releaseRoot(id);
        }
        Optional<Console> console = consoles.retire(id);
        Container c = current.get();
        boolean again = !restarts.isClosed() && RestartRule.of(c).afterExit(c, end.code());
        Container exited = afterEnd(c, end, again);
        try {
            store.write(Durability.NORMAL, transaction -> {
                transaction.put(Container.ALL, id, exited);
                endEvents(c, end).forEach(transaction::append);
                return exited;
            });
        } finally {
            console.ifPresent(end.lost() ? Console::end : Console::exitNoted);
        }
        release(c);
        if (again) {
            waits.exitedForNow(id, end.code());
        } else {
            waits.exited(id, end.code());
        }
        step(id, "clean up after", () -> runtime.cleanUp(id));
        if (again) {
            Duration run = Duration.between(c.state().startedAt(), end.finishedAt());
            restarts.schedule(id, restarts.delayAfter(id, run), () -> startAgain.accept(id));
        } else {
            restarts.forget(id);
        }
        if (c.hostConfig().autoRemove() && !kept.containsKey(id)) {
            step(id, "remove", () -> removal.removeLocked(exited, true));
        }
    }

    // Before anybody hears of the end: who starts the next container wants the same ports.
    private void release(Container c) {
        step(c.id(), "take from its networks", () -> networks.leave(c.id()));
        if (!c.hostConfig().pidMode().isEmpty()) {
            // No pid namespace has gone with its first process, so that its children live on.
            step(c.id(), "kill the rest of", () -> runtime.killAll(c.id()));
        }
    }

    // The end is written down: whatever fails now, who waits must hear of it, and a policy must be followed.
    private static void step(String id, String what, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.error("cannot {} container {}, which has ended", what, id, e);
        }
    }

    /** While it runs, the container is not removed at its end, even where it asks for that. */
    <R> R keeping(String id, java.util.function.Supplier<R> action) {
        kept.merge(id, 1, Integer::sum);
        try {
            return action.get();
        } finally {
            kept.computeIfPresent(id, (_, count) -> count == 1 ? null : count - 1);
        }
    }

    private static Container afterEnd(Container c, ProcessEnd end, boolean again) {
        ContainerState.Exited exited = c.state().exited(end.code(), end.oomKilled(), end.finishedAt());
        return again ? c.with(new ContainerState.Restarting(exited)).restarted(c.restartCount() + 1) : c.with(exited);
    }

    private static List<Event> endEvents(Container c, ProcessEnd end) {
        var events = new ArrayList<Event>();
        if (end.oomKilled()) {
            events.add(ContainerEvents.of(c, "oom"));
        }
        long seconds = Math.max(
                0, Duration.between(c.state().startedAt(), end.finishedAt()).toSeconds());
        events.add(ContainerEvents.of(
                c, "die", Map.of("exitCode", Integer.toString(end.code()), "execDuration", Long.toString(seconds))));
        return events;
    }
}
