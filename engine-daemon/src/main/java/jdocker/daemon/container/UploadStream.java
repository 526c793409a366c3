package jdocker.daemon.container;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An archive that comes while its container is held. It may take its time until somebody else wants the container; then it
 * has to bring a little all the while, or it is broken off. Time in which nobody reads does not count.
 */
final class UploadStream extends FilterInputStream implements ContainerLocks.Yielding {
    /** Less than this in the whole of {@link #PATIENCE} is a stall. */
    static final long TRICKLE = 1 << 20;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final long patience;
    private long brought;
    private long waited;
    private long since;
    private boolean reading;
    private boolean wanted;
    private @Nullable String reason;

    UploadStream(InputStream in) {
        this(in, PATIENCE);
    }

    UploadStream(InputStream in, Duration patience) {
        super(in);
        this.patience = patience.toNanos();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        synchronized (this) {
            reading = true;
            since = System.nanoTime();
        }
        int count = 0;
        try {
            count = in.read(target, offset, length);
            return count;
        } finally {
            arrived(Math.max(count, 0));
        }
    }

    private synchronized void arrived(int count) {
        reading = false;
        waited += wanted ? System.nanoTime() - since : 0;
        brought += count;
        if (brought >= TRICKLE) {
            brought = 0;
            waited = 0;
            wanted = false; // who still waits says so again
        }
    }

    @Override
    public void wanted(String operation, boolean urgent) {
        synchronized (this) {
            long now = System.nanoTime();
            if (!wanted) {
                wanted = true;
                since = now;
                brought = 0;
                waited = 0;
            }
            boolean stalled = waited + (reading ? now - since : 0) > patience;
            if (reason != null || !urgent && !stalled) {
                return;
            }
            reason = urgent
                    ? "broken off for '" + operation + "'"
                    : "broken off for '" + operation + "', as next to nothing came for " + patience / 1_000_000_000
                            + " seconds";
        }
        try {
            in.close();
        } catch (IOException _) {
            // it is given up anyway
        }
    }

    synchronized Optional<String> brokenOff() {
        return Optional.ofNullable(reason);
    }
}
