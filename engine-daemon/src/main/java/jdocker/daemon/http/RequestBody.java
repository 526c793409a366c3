package jdocker.daemon.http;

import io.netty.buffer.ByteBuf;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A body between the event loop, which offers bytes as they come, and a handler's thread, which reads. */
final class RequestBody extends InputStream {
    /** Above this the connection reads no more; below {@link #LOW} it reads on. */
    private static final int HIGH = 256 * 1024;

    private static final int LOW = 64 * 1024;

    /** What the reader asks of the connection; any thread. */
    interface Source {
        /** The handler wants the body: let it come. */
        void wanted();

        /** There is room again. */
        void resume();
    }

    private final Source source;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<ByteBuf> buffers = new ArrayDeque<>();
    private int buffered;
    private boolean started;
    private boolean full;
    private boolean ended;
    private boolean abandoned;
    private @Nullable IOException failure;
    private Duration patience = Duration.ofDays(365);

    RequestBody(Source source) {
        this.source = source;
    }

    /** How long a read waits for the next byte; without an end unless told. */
    void patience(Duration most) {
        patience = most;
    }

    /** Event loop: takes over the buffer. False when the loop should stop reading until {@link Source#resume}. */
    boolean offer(ByteBuf data) {
        lock.lock();
        try {
            if (abandoned) {
                data.release();
                return true;
            }
            buffers.add(data);
            buffered += data.readableBytes();
            full = buffered >= HIGH;
            changed.signalAll();
            return !full;
        } finally {
            lock.unlock();
        }
    }

    /** Event loop: that was all. */
    void end() {
        finish(null);
    }

    /** Event loop: there will be no more, and it was not all. */
    void fail(IOException cause) {
        finish(cause);
    }

    private void finish(@Nullable IOException cause) {
        lock.lock();
        try {
            if (!ended) {
                ended = true;
                failure = cause;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nobody reads any more: what is here and what still comes is thrown away. */
    void abandon() {
        lock.lock();
        try {
            abandoned = true;
            buffers.forEach(ByteBuf::release);
            buffers.clear();
            buffered = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Any thread: ends a read that waits. */
    @Override
    public void close() {
        abandon();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        boolean first;
        boolean room = false;
        int count;
        lock.lock();
        try {
            first = !started;
            started = true;
            if (first && buffers.isEmpty() && !ended) {
                source.wanted();
            }
            ByteBuf next = await();
            if (next == null) {
                return -1;
            }
            count = Math.min(length, next.readableBytes());
            next.readBytes(bytes, offset, count);
            buffered -= count;
            if (!next.isReadable()) {
                buffers.remove();
                next.release();
            }
            if (full && buffered <= LOW) {
                full = false;
                room = true;
            }
        } finally {
            lock.unlock();
        }
        if (room) {
            source.resume();
        }
        return count;
    }

    private @Nullable ByteBuf await() throws IOException {
        long left = patience.toNanos();
        while (buffers.isEmpty()) {
            if (abandoned) {
                throw new IOException("the request is over");
            }
            if (ended) {
                if (failure != null) {
                    throw failure;
                }
                return null;
            }
            try {
                if (left <= 0) {
                    throw new SocketTimeoutException("nothing came for " + patience.toSeconds() + " s");
                }
                left = changed.awaitNanos(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while reading a request's body");
            }
        }
        return buffers.peek();
    }

    @Override
    public int available() {
        lock.lock();
        try {
            return buffered;
        } finally {
            lock.unlock();
        }
    }

    static EOFException clientGone() {
        return new EOFException("unexpected end of the request's body: the client has gone");
    }
}
