package jdocker.cli;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Carries bytes between the invocation's streams and a container's, over a connection that was taken over. */
final class AttachStreams {
    private static final int BUFFER = 32 * 1024;

    private final Session session;
    private final HttpConnection connection;
    private final Wanted wanted;
    private volatile boolean detached;
    private Terminal.@Nullable Raw raw;

    /** Which streams to carry, whether the container has a terminal, and the keys that detach from one. */
    record Wanted(boolean in, boolean out, boolean err, boolean tty, String detachKeys) {}

    AttachStreams(Session session, HttpConnection connection, Wanted wanted) {
        this.session = session;
        this.connection = connection;
        this.wanted = wanted;
    }

    /** Copies until the container's output ends, or without output its input; false when the user detached. */
    boolean copy() {
        DetachKeys keys = DetachKeys.parse(wanted.detachKeys());
        session.out().flush();
        if (wanted.in() && wanted.tty() && session.terminal().isInput()) {
            raw = session.terminal().raw();
        }
        try {
            Thread input = wanted.in() ? startInput(keys) : null;
            if (wanted.out() || wanted.err()) {
                copyOutput();
            } else if (input != null) {
                input.join();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            restore();
        }
        return !detached;
    }

    /** Gives the terminal back its ways, early, so that what is printed next looks right. */
    private synchronized void restore() {
        if (raw != null) {
            raw.close();
        }
    }

    private Thread startInput(DetachKeys keys) {
        Thread thread = new Thread(() -> copyInput(keys), "stdin");
        // A read of a terminal cannot be called off; it must not keep the process.
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void copyInput(DetachKeys keys) {
        byte[] buffer = new byte[BUFFER];
        try {
            int length;
            while ((length = session.invocation().in().read(buffer)) >= 0) {
                if (!wanted.tty()) {
                    connection.send(buffer, 0, length);
                    continue;
                }
                byte[] typed = keys.filter(buffer, length);
                if (typed == null) {
                    detached = true;
                    connection.close();
                    return;
                }
                connection.send(typed);
            }
            connection.shutdownOutput();
        } catch (IOException _) {
            // The container or the daemon has gone; the reading side tells.
        }
    }

    private void copyOutput() {
        try {
            InputStream in = connection.rest();
            if (wanted.tty()) {
                copyPlain(in, session.out());
            } else {
                Frames.copy(in, wanted.out() ? session.out() : null, wanted.err() ? session.err() : null);
            }
        } catch (IOException e) {
            if (!detached) {
                restore();
                throw new CliError("error from daemon in stream: " + e.getMessage());
            }
        }
    }

    static void copyPlain(InputStream in, Output out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        int length;
        while ((length = in.read(buffer)) >= 0) {
            out.bytes(buffer, 0, length);
        }
    }
}
