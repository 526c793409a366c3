package jdocker.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Turns who writes into a stream to read: the writer runs on a thread of its own, some pieces ahead. What it throws comes
 * out of the reading.
 */
final class Pump extends InputStream {
    private static final int PIECE = 256 * 1024;
    private static final int AHEAD = 8;
    private static final byte[] END = {};

    private final BlockingQueue<byte[]> pieces = new ArrayBlockingQueue<>(AHEAD);
    private final Thread thread;
    private volatile @Nullable Throwable failure;
    private volatile boolean closed;
    private byte[] current = {};
    private int position;
    private boolean ended;

    /** Writes everything. */
    @FunctionalInterface
    interface Writer {
        void writeTo(OutputStream out) throws IOException;
    }

    Pump(String name, Writer writer) {
        thread = Thread.ofPlatform().name(name).daemon().start(() -> run(writer));
    }

    private void run(Writer writer) {
        var sink = new Sink();
        try {
            writer.writeTo(sink);
            sink.flush();
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        }
        try {
            sink.put(END);
        } catch (IOException e) {
            // nobody reads any more
        }
    }

    private final class Sink extends OutputStream {
        private final byte[] piece = new byte[PIECE];
        private int length;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            int from = offset;
            int left = count;
            while (left > 0) {
                int step = Math.min(left, PIECE - length);
                System.arraycopy(bytes, from, piece, length, step);
                length += step;
                from += step;
                left -= step;
                if (length == PIECE) {
                    flush();
                }
            }
        }

        @Override
        public void flush() throws IOException {
            if (length > 0) {
                put(Arrays.copyOf(piece, length));
                length = 0;
            }
        }

        private void put(byte[] bytes) throws IOException {
            try {
                while (!pieces.offer(bytes, 100, TimeUnit.MILLISECONDS)) {
                    if (closed) {
                        throw new IOException("nobody reads any more");
                    }
                }
            } catch (InterruptedException e) {
                throw new InterruptedIOException("interrupted");
            }
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        while (position == current.length && !ended) {
            take();
        }
        if (ended) {
            return -1;
        }
        int count = Math.min(length, current.length - position);
        System.arraycopy(current, position, target, offset, count);
        position += count;
        return count;
    }

    private void take() throws IOException {
        try {
            current = pieces.take();
            position = 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        if (current.length == 0) {
            ended = true;
            rethrow(failure);
        }
    }

    private static void rethrow(@Nullable Throwable failure) throws IOException {
        switch (failure) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
    }

    /** Ends the writer too, and waits for it: what it reads may be closed afterwards. */
    @Override
    public void close() {
        closed = true;
        pieces.clear();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
