package jdocker.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Reads a stream in another thread a little ahead, so that unpacking and writing go on at the same time. */
final class ReadAhead extends InputStream {
    private static final int PIECE = 256 * 1024;
    private static final int PIECES = 4;

    private final BlockingQueue<Piece> full = new ArrayBlockingQueue<>(PIECES + 1);
    private final BlockingQueue<byte[]> empty = new ArrayBlockingQueue<>(PIECES);
    private Piece current = new Piece(new byte[0], 0, null);
    private int position;
    private volatile boolean closed;

    /** @param count of bytes; -1 at the end */
    private record Piece(byte[] bytes, int count, @Nullable Throwable failure) {}

    ReadAhead(InputStream in, Executor threads) {
        for (int i = 0; i < PIECES; i++) {
            empty.add(new byte[PIECE]);
        }
        threads.execute(() -> readAll(in));
    }

    private void readAll(InputStream in) {
        try {
            while (!closed) {
                byte[] bytes = empty.take();
                int count = in.readNBytes(bytes, 0, bytes.length);
                full.put(new Piece(bytes, count == 0 ? -1 : count, null));
                if (count == 0) {
                    return;
                }
            }
        } catch (InterruptedException _) {
            full.offer(new Piece(new byte[0], -1, new InterruptedIOException("cancelled")));
        } catch (IOException | RuntimeException | Error e) {
            full.offer(new Piece(new byte[0], -1, e));
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
    }
}
