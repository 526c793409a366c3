package jdocker.daemon.error;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Releases, in reverse order, what was acquired by something that then failed. */
public final class Undo implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Undo.class);

    private final Deque<Runnable> steps = new ArrayDeque<>();

    public void add(Runnable release) {
        steps.push(release);
    }

    /** It has not failed: nothing is released. */
    public void forget() {
        steps.clear();
    }

    @Override
    public void close() {
        while (!steps.isEmpty()) {
            try {
                steps.pop().run();
            } catch (RuntimeException e) {
                // The failure that led here is what the client must see; the start-up clean-up tries this one again.
                LOG.warn("cannot undo a step of a failed operation", e);
            }
        }
    }
}
