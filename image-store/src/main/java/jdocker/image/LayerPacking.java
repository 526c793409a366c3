package jdocker.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Gzip (RFC 1952) that deflates several pieces of its content at once, and makes of the same bytes the same file each time, as
 * long as the JDK's zlib is the same: no name, no time, one level, pieces cut at fixed places. A piece may refer to what comes
 * before it, as in one stream. Closing ends the file and leaves the stream beneath and the threads alone.
 */
public final class LayerPacking extends OutputStream {
    /** Half the time of zlib's own choice, for a fourteenth more bytes. */
    private static final int LEVEL = 3;

    /** Bytes of content that one thread deflates at a time. */
    static final int PIECE = 512 * 1024;

    /** How far back deflated data may refer (RFC 1951). */
    private static final int WINDOW = 32 * 1024;

    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private final OutputStream out;
    private final ExecutorService threads;
    private final int most = Runtime.getRuntime().availableProcessors() + 1;
    private final Queue<Future<byte[]>> deflating = new ArrayDeque<>();
    private final CRC32 sum = new CRC32();
    private long size;
    private byte[] piece = new byte[PIECE];
    private int filled;
    private byte[] before = {};
    private boolean closed;

    /** @param threads deflate; at least one of them gets to it in the end */
    public LayerPacking(OutputStream out, ExecutorService threads) throws IOException {
        this.out = out;
        this.threads = threads;
        out.write(HEADER);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        sum.update(bytes, offset, length);
        size += length;
        int written = 0;
        while (written < length) {
            int count = Math.min(PIECE - filled, length - written);
            System.arraycopy(bytes, offset + written, piece, filled, count);
            written += count;
            filled += count;
            if (filled == PIECE) {
                submit(false);
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
            submit(true);
            while (!deflating.isEmpty()) {
                writeNext();
            }
            little(sum.getValue());
            little(size);
        } finally {
            deflating.forEach(task -> task.cancel(false));
        }
    }

    private void submit(boolean last) throws IOException {
        byte[] content = piece;
        int length = filled;
        byte[] dictionary = before;
        deflating.add(threads.submit(() -> deflate(dictionary, content, length, last)));
        before = Arrays.copyOfRange(content, Math.max(0, length - WINDOW), length);
        piece = new byte[last ? 0 : PIECE];
        filled = 0;
        if (deflating.size() > most) {
            writeNext();
        }
    }

    private void writeNext() throws IOException {
        try {
            out.write(deflating.remove().get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("packing was cancelled").initCause(e);
        } catch (ExecutionException e) {
            throw new IOException("packing failed: " + e.getCause(), e.getCause());
        }
    }

    private static byte[] deflate(byte[] dictionary, byte[] content, int length, boolean last) {
        var deflater = new Deflater(LEVEL, true);
        try {
            deflater.setDictionary(dictionary);
            deflater.setInput(content, 0, length);
            if (last) {
                deflater.finish();
            }
            int flush = last ? Deflater.NO_FLUSH : Deflater.SYNC_FLUSH;
            var packed = new ByteArrayOutputStream(length / 2 + 64);
            byte[] buffer = new byte[64 * 1024];
            int count;
            do {
                count = deflater.deflate(buffer, 0, buffer.length, flush);
                packed.write(buffer, 0, count);
            } while (last ? !deflater.finished() : count == buffer.length);
            return packed.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private void little(long value) throws IOException {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            out.write((int) (value >> shift));
        }
    }
}
