package jdocker.image;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends connections that bring next to nothing: a read that waits too long, and a trickle. Time in which nobody reads does
 * not count, so that a slow disk is not taken for a slow registry.
 */
final class StallWatch implements AutoCloseable {
    /** Less than this in the whole time is a stall. */
    private static final long TRICKLE = 4096;

    private final Duration patience;
    private final Set<Watched> streams = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("registry-watch").daemon().factory());

    StallWatch(Duration patience) {
        this.patience = patience;
        long period = Math.max(20, patience.toMillis() / 10);
        clock.scheduleWithFixedDelay(this::check, period, period, TimeUnit.MILLISECONDS);
    }

    InputStream watch(InputStream in) {
        var watched = new Watched(in, patience.toNanos());
        streams.add(watched);
        return watched;
    }

    private void check() {
        streams.forEach(Watched::check);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    private final class Watched extends FilterInputStream {
        private final long patience;
        private long waited;
        private long brought;
        private long readingSince;
        private boolean reading;
        private boolean stalled;

        Watched(InputStream in, long patience) {
            super(in);
            this.patience = patience;
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
                readingSince = System.nanoTime();
            }
            try {
                int count = in.read(target, offset, length);
                synchronized (this) {
                    brought += Math.max(count, 0);
                }
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("cancelled");
                }
                return count;
            } catch (IOException e) {
                throw isStalled()
                        ? new IOException(
                                "no more data for " + TimeUnit.NANOSECONDS.toSeconds(patience) + " seconds", e)
                        : e;
            } finally {
                synchronized (this) {
                    reading = false;
                    waited += System.nanoTime() - readingSince;
                    if (brought >= TRICKLE) {
                        waited = 0;
                        brought = 0;
                    }
                }
            }
        }

        private synchronized boolean isStalled() {
            return stalled;
        }

        void check() {
            synchronized (this) {
                long now = reading ? System.nanoTime() - readingSince : 0;
                stalled |= waited + now > patience;
                if (!stalled) {
                    return;
                }
            }
            try {
                close();
            } catch (IOException _) {
                // it is given up anyway
            }
        }

        @Override
        public void close() throws IOException {
            streams.remove(this);
            in.close();
        }
    }
}
