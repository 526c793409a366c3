package jdocker.runtime;

import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;
import jdocker.kernel.Fd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few network namespaces made ahead, each with its loopback up: making one is the longest single part of a start, and
 * nothing in it depends on the container.
 */
final class NetworkPool implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NetworkPool.class);
    private static final int SIZE = 3;

    private final BlockingQueue<Fd> ready = new ArrayBlockingQueue<>(SIZE);
    private final Supplier<Fd> maker;
    private final Thread thread;
    private volatile boolean closed;

    NetworkPool(Supplier<Fd> maker) {
        this.maker = maker;
        this.thread = Thread.ofPlatform().name("network-pool").daemon().start(this::fill);
    }

    /** One that is nobody's yet, for the caller to close; empty when starts come faster than they can be made. */
    Optional<Fd> take() {
        return Optional.ofNullable(ready.poll());
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Fd left = ready.poll(); left != null; left = ready.poll()) {
            left.close();
        }
    }

    private void fill() {
        try {
            while (!closed) {
                Fd made = maker.get();
                try {
                    ready.put(made);
                } catch (InterruptedException e) {
                    made.close();
                    return;
                }
            }
        } catch (RuntimeException e) {
            log.info("no network namespaces are made ahead: {}", e.getMessage());
        }
    }
}
