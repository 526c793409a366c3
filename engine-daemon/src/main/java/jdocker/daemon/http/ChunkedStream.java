package jdocker.daemon.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A streamed body: each piece one chunk, or plain bytes for a client of HTTP/1.0. */
final class ChunkedStream extends ResponseStream {
    private static final int PIECE = 16 * 1024;
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] LAST = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    /** Eight digits hold any size of a piece; leading zeros are allowed. */
    private static final int SIZE_LINE = 10;

    private final HttpConnection connection;
    private final HttpConnection.Turn turn;
    private final Exchange exchange;
    private final boolean chunked;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition writable = lock.newCondition();
    private @Nullable ByteBuf piece;

    ChunkedStream(HttpConnection connection, HttpConnection.Turn turn, Exchange exchange) {
        this.connection = connection;
        this.turn = turn;
        this.exchange = exchange;
        this.chunked = !exchange.head().http10();
        connection.onWritable(turn, this::wake);
        exchange.onDisconnect(this::wake);
    }

    private void wake() {
        lock.lock();
        try {
            writable.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        int from = offset;
        int left = length;
        while (left > 0) {
            ByteBuf out = piece();
            int count = Math.min(left, PIECE - bodyBytes(out));
            out.writeBytes(bytes, from, count);
            from += count;
            left -= count;
            if (bodyBytes(out) == PIECE) {
                flush();
            }
        }
    }

    private int bodyBytes(ByteBuf out) {
        return out.readableBytes() - (chunked ? SIZE_LINE : 0);
    }

    private ByteBuf piece() {
        if (piece == null) {
            piece = connection.channel().alloc().ioBuffer(1024, PIECE + SIZE_LINE + CRLF.length);
            if (chunked) {
                piece.writeZero(SIZE_LINE);
            }
        }
        return piece;
    }

    @Override
    public void appendJsonLine(Object value) throws IOException {
        write(WireJson.mapper().writeValueAsBytes(value));
        write('\n');
    }

    @Override
    public void flush() throws IOException {
        ByteBuf out = piece;
        piece = null;
        if (out != null) {
            if (chunked) {
                String size = String.format("%08x\r\n", bodyBytes(out));
                out.setCharSequence(0, size, StandardCharsets.US_ASCII);
                out.writeBytes(CRLF);
            }
            awaitWritable(out);
            connection.write(out);
        }
        requireConnected();
    }

    private void awaitWritable(ByteBuf out) throws IOException {
        Channel channel = connection.channel();
        lock.lock();
        try {
            while (!channel.isWritable() && channel.isActive()) {
                writable.await();
            }
        } catch (InterruptedException e) {
            out.release();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while writing a response");
        } finally {
            lock.unlock();
        }
    }

    private void requireConnected() throws IOException {
        if (disconnected()) {
            throw new IOException("the client has gone");
        }
    }

    @Override
    public boolean disconnected() {
        return exchange.disconnected() || !connection.channel().isActive();
    }

    /** The end of the body; the connection goes on to the next request. */
    void finish() throws IOException {
        flush();
        ByteBuf last = connection.channel().alloc().ioBuffer(LAST.length);
        if (chunked) {
            last.writeBytes(LAST);
        }
        connection.answer(turn, last);
    }

    /** Gives up: whatever was collected is dropped. */
    void abort() {
        if (piece != null) {
            piece.release();
            piece = null;
        }
        connection.abort(turn);
    }
}
