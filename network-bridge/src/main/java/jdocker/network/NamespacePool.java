package jdocker.network;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few things made ahead by a thread of their own, since making one takes longer than the rest of a start. Whoever finds
 * none makes one.
 */
final class NamespacePool<T> implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NamespacePool.class);

    private static final long DELAY_MILLIS = 20;

    private final int size;
    private final Supplier<T> maker;
    private final Consumer<T> disposal;
    private final Queue<T> ready = new ArrayDeque<>();
    private @Nullable Thread thread;
    private boolean closed;

    NamespacePool(int size, Supplier<T> maker, Consumer<T> disposal) {
        this.size = size;
        this.maker = maker;
        this.disposal = disposal;
    }

    /** Begins to fill it. */
    synchronized void start(String name) {
        if (thread == null && !closed) {
            thread = Thread.ofPlatform().name(name).daemon().start(this::fill);
        }
    }

    synchronized Optional<T> take() {
        T taken = ready.poll();
        notifyAll();
        return Optional.ofNullable(taken);
    }

    private void fill() {
        try {
            while (awaitRoom()) {
                T made = maker.get();
                if (!offer(made)) {
                    disposal.accept(made);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.warn("no network namespaces are made ahead: {}", e.getMessage());
        }
    }

    /** One is made when the start that took the last one has had its time: they would wait for each other. */
    private synchronized boolean awaitRoom() throws InterruptedException {
        while (!closed && ready.size() >= size) {
            wait();
            if (!closed && ready.size() == size - 1) {
                wait(DELAY_MILLIS);
            }
        }
        return !closed;
    }

    private synchronized boolean offer(T made) {
        return !closed && ready.offer(made);
    }

    @Override
    public void close() {
        Thread filler;
        synchronized (this) {
            closed = true;
            filler = thread;
            notifyAll();
        }
        if (filler != null) {
            try {
                filler.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        ready.forEach(disposal);
        ready.clear();
    }
}
