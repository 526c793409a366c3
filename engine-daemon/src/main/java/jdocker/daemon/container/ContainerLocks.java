package jdocker.daemon.container;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import jdocker.daemon.error.EngineException.Unavailable;

/** One change at a time for each container. Readers never come here, and no lock is held while something is awaited. */
final class ContainerLocks {
    private final Map<String, Holder> holders = new ConcurrentHashMap<>();
    private final Duration deadline;

    ContainerLocks(Duration deadline) {
        this.deadline = deadline;
    }

    private static final class Holder {
        private final ReentrantLock lock = new ReentrantLock();
        private volatile String operation = "";
    }

    /**
     * @throws Unavailable when another operation has not ended in time; the message names it
     */
    <R> R holding(String id, String operation, Supplier<R> action) {
        Holder holder = holders.computeIfAbsent(id, _ -> new Holder());
        acquire(holder, id, operation);
        String outer = holder.operation;
        holder.operation = operation;
        try {
            return action.get();
        } finally {
            holder.operation = outer;
            holder.lock.unlock();
        }
    }

    private void acquire(Holder holder, String id, String operation) {
        try {
            if (!holder.lock.tryLock(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
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
