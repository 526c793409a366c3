package jdocker.daemon.container;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import jdocker.daemon.error.EngineException.Unavailable;

/**
 * One change at a time for each container. Readers never come here. No lock is held while something is awaited, but for
 * archives too large to be received first, and these yield.
 */
final class ContainerLocks {
    private static final Duration ASK_EVERY = Duration.ofMillis(500);

    private final Map<String, Holder> holders = new ConcurrentHashMap<>();
    private final Duration deadline;

    ContainerLocks(Duration deadline) {
        this.deadline = deadline;
    }

    private static final class Holder {
        private final ReentrantLock lock = new ReentrantLock();
        private volatile String operation = "";
        private volatile Yielding yielding = Yielding.NEVER;
    }

    /** What an operation that depends on its client while it holds a container does for those who wait. Any thread. */
    interface Yielding {
        Yielding NEVER = (_, _) -> {};

        /**
         * Somebody waits; called again and again while that is so.
         *
         * @param operation what is to be done with the container
         * @param urgent the operation is to end at once, not only if it makes no progress
         */
        void wanted(String operation, boolean urgent);
    }

    /**
     * @throws Unavailable when another operation has not ended in time; the message names it
     */
    <R> R holding(String id, String operation, Supplier<R> action) {
        return holding(id, operation, false, Yielding.NEVER, action);
    }

    /** As {@link #holding(String, String, Supplier)}, telling who waits meanwhile. */
    <R> R holding(String id, String operation, Yielding yielding, Supplier<R> action) {
        return holding(id, operation, false, yielding, action);
    }

    /** As {@link #holding(String, String, Supplier)}; what yields at all has to at once. */
    <R> R urgently(String id, String operation, Supplier<R> action) {
        return holding(id, operation, true, Yielding.NEVER, action);
    }

    private <R> R holding(String id, String operation, boolean urgent, Yielding yielding, Supplier<R> action) {
        Holder holder = holders.computeIfAbsent(id, _ -> new Holder());
        acquire(holder, id, operation, urgent);
        String outer = holder.operation;
        Yielding outerYielding = holder.yielding;
        holder.operation = operation;
        holder.yielding = yielding;
        try {
            return action.get();
        } finally {
            holder.operation = outer;
            holder.yielding = outerYielding;
            holder.lock.unlock();
        }
    }

    private void acquire(Holder holder, String id, String operation, boolean urgent) {
        long end = System.nanoTime() + deadline.toNanos();
        try {
            boolean acquired = holder.lock.tryLock();
            for (long left = deadline.toNanos(); !acquired && left > 0; left = end - System.nanoTime()) {
                holder.yielding.wanted(operation, urgent);
                acquired = holder.lock.tryLock(Math.min(left, ASK_EVERY.toNanos()), TimeUnit.NANOSECONDS);
            }
            if (!acquired) {
                throw new Unavailable("cannot " + operation + " container " + id + ": " + holder.operation
                        + " has been going on for more than " + deadline.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("cannot " + operation + " container " + id + ": interrupted");
        }
    }

    /** The container is gone. */
    void forget(String id) {
        holders.remove(id);
    }
}
