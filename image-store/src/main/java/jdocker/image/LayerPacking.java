package jdocker.image;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.zip.CRC32;

/**
 * Gzip (RFC 1952) that deflates several pieces of its content at once, and makes of the same bytes the same file each time, as
 * long as the library that deflates is the same: no name, no time, one level, pieces cut at fixed places. Each piece is a
 * member of its own (RFC 1952, section 2.2), as libdeflate ends a stream with each call. Closing ends the file and leaves
 * the stream beneath and the threads alone.
 */
public final class LayerPacking extends OutputStream {
    /** Bytes of content that one thread deflates at a time; no safepoint of the JVM comes while it does. */
    static final int PIECE = 256 * 1024;

    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};
    private static final int TRAILER = 2 * Integer.BYTES;

    private final OutputStream out;
    private final ExecutorService threads;
    private final int most = Runtime.getRuntime().availableProcessors() + 1;
    private final Queue<Future<Piece>> deflating = new ArrayDeque<>();
    private final Queue<Piece> written = new ArrayDeque<>();
    private Optional<Piece> filling = Optional.empty();
    private boolean begun;
    private boolean closed;

    /** Buffers that are used again and again, one of them filled, the others deflated or written. */
    private static final class Piece {
        private final LayerDeflater deflater = new LayerDeflater();
        private final byte[] content = new byte[PIECE];
        private final byte[] member = new byte[HEADER.length + deflater.mostFor(PIECE) + TRAILER];
        private final CRC32 sum = new CRC32();
        private int filled;
        private int packed;

        Piece pack() {
            System.arraycopy(HEADER, 0, member, 0, HEADER.length);
            sum.reset();
            sum.update(content, 0, filled);
            int end = HEADER.length + deflater.deflate(content, filled, member, HEADER.length);
            ByteBuffer.wrap(member, end, TRAILER)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt((int) sum.getValue())
                    .putInt(filled);
            packed = end + TRAILER;
            return this;
        }
    }

    /** @param threads deflate; at least one of them gets to it in the end */
    public LayerPacking(OutputStream out, ExecutorService threads) {
        this.out = out;
        this.threads = threads;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int taken = 0;
        while (taken < length) {
            Piece piece = piece();
            int count = Math.min(PIECE - piece.filled, length - taken);
            System.arraycopy(bytes, offset + taken, piece.content, piece.filled, count);
            taken += count;
            piece.filled += count;
            if (piece.filled == PIECE) {
                submit(piece);
            }
        }
    }

    /** @throws InterruptedIOException when the thread is interrupted; the file is not complete then */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (!begun || filling.isPresent()) {
                submit(piece());
            }
            while (!deflating.isEmpty()) {
                writeNext();
            }
        } finally {
            deflating.forEach(task -> task.cancel(false));
        }
    }

    private Piece piece() {
        if (filling.isEmpty()) {
            Piece next = written.isEmpty() ? new Piece() : written.remove();
            next.filled = 0;
            filling = Optional.of(next);
        }
        return filling.get();
    }

    private void submit(Piece piece) throws IOException {
        begun = true;
        filling = Optional.empty();
        deflating.add(threads.submit(piece::pack));
        if (deflating.size() > most) {
            writeNext();
        }
    }

    private void writeNext() throws IOException {
        try {
            Piece next = deflating.remove().get();
            out.write(next.member, 0, next.packed);
            written.add(next);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("packing was cancelled").initCause(e);
        } catch (ExecutionException e) {
            throw new IOException("packing failed: " + e.getCause(), e.getCause());
        }
    }
}
