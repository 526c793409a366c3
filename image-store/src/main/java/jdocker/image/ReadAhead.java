package jdocker.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream in another thread a little ahead, so that unpacking and writing go on at the same time. That thread closes
 * the stream once it has ended, failed or is no longer wanted; closing waits for that, so the stream should not
 * wait forever.
 */
final class ReadAhead extends InputStream {
    private static final int PIECE = 256 * 1024;
    private static final int PIECES = 4;

    private final BlockingQueue<Piece> full = new ArrayBlockingQueue<>(PIECES + 1);
    private final BlockingQueue<byte[]> empty = new ArrayBlockingQueue<>(PIECES);
    private Piece current = new Piece(new byte[0], 0, null);
    private int position;
    private volatile boolean closed;
    private final CountDownLatch ended = new CountDownLatch(1);

    /** @param count of bytes; -1 at the end */
    private record Piece(byte[] bytes, int count, @Nullable Throwable failure) {}

    ReadAhead(InputStream in, Executor threads) {
        for (int i = 0; i < PIECES; i++) {
            empty.add(new byte[PIECE]);
        }
        try {
            threads.execute(() -> readAll(in));
        } catch (RejectedExecutionException _) {
            closed = true;
            readAll(in);
        }
    }

    private void readAll(InputStream in) {
        try {
            full.offer(last(in));
        } finally {
            ended.countDown();
        }
    }

    /** Reads it all and closes it, which for a decoder frees memory that no collector knows. */
    private Piece last(InputStream in) {
        try (in) {
            for (byte[] bytes = empty.take(); !closed; bytes = empty.take()) {
                int count = in.readNBytes(bytes, 0, bytes.length);
                if (count == 0) {
                    break;
                }
                full.put(new Piece(bytes, count, null));
            }
            return new Piece(new byte[0], -1, closed ? new IOException("closed") : null);
        } catch (InterruptedException _) {
            return new Piece(new byte[0], -1, new InterruptedIOException("cancelled"));
        } catch (IOException | RuntimeException | Error e) {
            return new Piece(new byte[0], -1, e);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (position == current.count) {
            next();
        }
        if (current.count < 0) {
            throwFailure();
            return -1;
        }
        int count = Math.min(length, current.count - position);
        System.arraycopy(current.bytes, position, target, offset, count);
        position += count;
        return count;
    }

    private void next() throws IOException {
        if (current.count > 0) {
            empty.offer(current.bytes);
        }
        try {
            current = full.take();
            position = 0;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("cancelled");
        }
    }

    private void throwFailure() throws IOException {
        switch (current.failure) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Throwable e -> throw new IOException(e);
        }
    }

    @Override
    public void close() {
        closed = true;
        empty.offer(new byte[PIECE]); // wakes a reader that waits for room; it sees that it is over
        boolean interrupted = false;
        while (ended.getCount() > 0) {
            try {
                ended.await();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
