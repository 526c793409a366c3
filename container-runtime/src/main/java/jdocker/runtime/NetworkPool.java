package jdocker.runtime;

import java.time.Duration;
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
    /** One is made when the start that took the last one has had its time: they would wait for each other. */
    private static final Duration DELAY = Duration.ofMillis(20);

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
                keep(maker.get());
            }
        } catch (InterruptedException e) {
            log.debug("closed");
        } catch (RuntimeException e) {
            log.info("no network namespaces are made ahead: {}", e.getMessage());
        }
    }

    private void keep(Fd made) throws InterruptedException {
        if (ready.offer(made)) {
            return;
        }
        try {
            ready.put(made);
        } catch (InterruptedException e) {
            made.close();
            throw e;
        }
        Thread.sleep(DELAY);
    }
}
