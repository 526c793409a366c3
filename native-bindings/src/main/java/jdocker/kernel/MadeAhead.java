package jdocker.kernel;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A few things made ahead by a thread of their own, such as network namespaces, where making one takes longer than the rest
 * of what it is for. Whoever finds none makes one.
 */
public final class MadeAhead<T> implements AutoCloseable {
    /** One is made when whoever took the last one has had its time: they would wait for each other. */
    private static final Duration DELAY = Duration.ofMillis(20);

    private final Recipe<T> recipe;
    private final Queue<T> ready = new ArrayDeque<>();
    private @Nullable Thread thread;
    private boolean closed;
    private int taken;

    /**
     * What is made, and how.
     *
     * @param name of the thread
     * @param size how many are kept
     * @param disposal of those that nobody has taken
     * @param failure told why one could not be made; the next try is when one is asked for
     */
    public record Recipe<T>(
            String name, int size, Supplier<T> maker, Consumer<T> disposal, Consumer<RuntimeException> failure) {}

    public MadeAhead(Recipe<T> recipe) {
        this.recipe = recipe;
    }

    /** Begins to make them; twice does no harm. */
    public synchronized void start() {
        if (thread == null && !closed) {
            thread = Thread.ofPlatform().name(recipe.name()).daemon().start(this::fill);
        }
    }

    /** One that is nobody's yet; empty when they are taken faster than they can be made. */
    public synchronized Optional<T> take() {
        T first = ready.poll();
        taken++;
        notifyAll();
        return Optional.ofNullable(first);
    }

    private void fill() {
        try {
            while (awaitRoom()) {
                makeOne();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void makeOne() throws InterruptedException {
        int before = asked();
        try {
            T made = recipe.maker().get();
            if (!offer(made)) {
                recipe.disposal().accept(made);
            }
        } catch (RuntimeException e) {
            recipe.failure().accept(e);
            awaitAsking(before);
        }
    }

    private synchronized int asked() {
        return taken;
    }

    private synchronized void awaitAsking(int before) throws InterruptedException {
        while (!closed && taken == before) {
            wait();
        }
    }

    private synchronized boolean awaitRoom() throws InterruptedException {
        while (!closed && ready.size() >= recipe.size()) {
            wait();
            if (!closed && ready.size() == recipe.size() - 1) {
                wait(DELAY.toMillis());
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
        for (Optional<T> left = take(); left.isPresent(); left = take()) {
            recipe.disposal().accept(left.get());
        }
    }
}
