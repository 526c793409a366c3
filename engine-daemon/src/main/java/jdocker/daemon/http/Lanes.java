package jdocker.daemon.http;

import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import jdocker.daemon.error.EngineException.Unavailable;

/** The threads that handlers run on. */
public final class Lanes implements AutoCloseable {
    /** Enough that fifty starts at once, each waiting for the kernel, leave room for others. */
    private static final int WORKERS = 128;

    private static final int MAX_WAITING = 2048;

    private final Work work = new Work();

    /**
     * Runs a task on its lane.
     *
     * @throws Unavailable when so many wait for a worker already that waiting is pointless
     */
    public void execute(Lane lane, Runnable task) {
        switch (lane) {
            case LOOP -> task.run();
            case READ -> Thread.ofVirtual().start(task);
            case WORK -> work.execute(task);
        }
    }

    /** Tasks that wait for a free worker. */
    public int waiting() {
        return work.getQueue().size();
    }

    /** Workers that have something to do. */
    public int busy() {
        return work.getActiveCount();
    }

    @Override
    public void close() {
        work.shutdownNow();
    }

    /** Hands a task to an idle thread, else starts one, and only then lets it wait. */
    private static final class Work extends ThreadPoolExecutor {
        Work() {
            super(2, WORKERS, 30, TimeUnit.SECONDS, new Handover(), threads(), (task, pool) -> {
                if (pool.isShutdown() || pool.getQueue().size() >= MAX_WAITING) {
                    throw new Unavailable(
                            pool.isShutdown()
                                    ? "the engine is stopping"
                                    : "the engine is busy: " + MAX_WAITING + " operations are waiting");
                }
                ((Handover) pool.getQueue()).put(task);
            });
        }

        private static java.util.concurrent.ThreadFactory threads() {
            return Thread.ofPlatform().name("work-", 0).daemon().factory();
        }
    }

    private static final class Handover extends LinkedTransferQueue<Runnable> {
        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task); // refused: the pool starts another thread, or its handler queues the task
        }
    }
}
