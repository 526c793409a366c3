package jdocker.daemon.container;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Starts that wait for their time. As Docker does, the first restart waits 100 ms, each further one twice as long up
 * to a minute, and a run of ten seconds begins anew.
 */
final class Restarts implements AutoCloseable {
    static final Duration FIRST = Duration.ofMillis(100);
    static final Duration LONGEST = Duration.ofMinutes(1);
    private static final Duration STEADY = Duration.ofSeconds(10);

    private final Executor work;
    private final ScheduledThreadPoolExecutor clock;
    private final Map<String, Duration> delays = new HashMap<>();
    private final Map<String, ScheduledFuture<?>> waiting = new HashMap<>();
    private boolean open;
    private boolean closed;

    /** The starts themselves are made by {@code work}. */
    Restarts(Executor work) {
        this.work = work;
        clock = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("restarts").factory());
        clock.setRemoveOnCancelPolicy(true);
    }

    /** How long the container waits after a run of this length. */
    synchronized Duration delayAfter(String id, Duration run) {
        Duration before = run.compareTo(STEADY) >= 0 ? null : delays.get(id);
        Duration next = before == null ? FIRST : before.multipliedBy(2);
        Duration delay = next.compareTo(LONGEST) > 0 ? LONGEST : next;
        delays.put(id, delay);
        return delay;
    }

    /** What a daemon has recovered may start from now on; until then nothing does, and nothing is kept waiting. */
    synchronized void open() {
        open = true;
    }

    /** Whether the daemon ends, and starts nothing any more. */
    synchronized boolean isClosed() {
        return closed;
    }

    /** In place of a start of the same container that waits already; none unless open. */
    synchronized void schedule(String id, Duration delay, Runnable start) {
        cancelWaiting(id);
        if (open) {
            waiting.put(
                    id,
                    clock.schedule(() -> work.execute(() -> due(id, start)), delay.toMillis(), TimeUnit.MILLISECONDS));
        }
    }

    private void due(String id, Runnable start) {
        synchronized (this) {
            if (!open) {
                return;
            }
            waiting.remove(id);
        }
        start.run();
    }

    private void cancelWaiting(String id) {
        ScheduledFuture<?> before = waiting.remove(id);
        if (before != null) {
            before.cancel(false);
        }
    }

    /** A client has decided otherwise: nothing waits, and the next delay is the first. */
    synchronized void forget(String id) {
        cancelWaiting(id);
        delays.remove(id);
    }

    /** Nothing starts any more; what waited is the next daemon's. */
    @Override
    public synchronized void close() {
        open = false;
        closed = true;
        waiting.clear();
        clock.shutdownNow();
    }
}
