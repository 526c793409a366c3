package jdocker.storage;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import jdocker.kernel.Fd;
import jdocker.kernel.FileData;

/**
 * Writes down what a layer's files do not tell of the tar that they came in, so that the very same bytes, and with them the
 * diffID, can be given out again: every header and padding as it was, and for contents which file has them. A content that
 * a later entry replaces is kept aside. The record is packed; it takes about a hundredth of its size as a tar.
 */
final class TarRecord implements TarRecorder, AutoCloseable {
    /** Of the file in the layer's folder. */
    static final String FILE = "tar";

    /** Folder for contents that later entries of the same layer have replaced, by number. */
    static final String REPLACED = "replaced";

    static final byte[] MAGIC = "jdocker tar 1\n".getBytes(StandardCharsets.US_ASCII);
    static final int END = 0;
    static final int RAW = 1;
    static final int CONTENT = 2;
    static final int MOVED = 3;
    /** One piece of raw bytes in the record. */
    static final int PIECE = 64 * 1024;

    private static final int LEVEL = 1;

    private final DataOutputStream out;
    private final byte[] pending = new byte[PIECE];
    private int pendingLength;
    private long size;
    private int moved;

    TarRecord(FileData data, Fd file) {
        try {
            out = new DataOutputStream(
                    new BufferedOutputStream(new ZstdOutputStreamNoFinalizer(new FdOutput(data, file), LEVEL), PIECE));
            out.write(MAGIC);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class FdOutput extends OutputStream {
        private final FileData data;
        private final Fd file;

        FdOutput(FileData data, Fd file) {
            this.data = data;
            this.file = file;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            data.write(file, ByteBuffer.wrap(bytes, offset, length));
        }
    }

    @Override
    public void raw(byte[] bytes, int offset, int length) {
        int from = offset;
        int left = length;
        while (left > 0) {
            int count = Math.min(left, PIECE - pendingLength);
            System.arraycopy(bytes, from, pending, pendingLength, count);
            pendingLength += count;
            from += count;
            left -= count;
            if (pendingLength == PIECE) {
                flushRaw();
            }
        }
        size += length;
    }

    /** The content that comes now: so many bytes, found at this place of this file. */
    void content(byte[] path, long position, long length) {
        if (length == 0) {
            return;
        }
        flushRaw();
        try {
            out.writeByte(CONTENT);
            name(path);
            out.writeLong(position);
            out.writeLong(length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        size += length;
    }

    /** What stood at this path till now has been moved aside; the number is its name there. */
    void moved(byte[] path, int number) {
        flushRaw();
        try {
            out.writeByte(MOVED);
            name(path);
            out.writeInt(number);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A number for what is moved aside next. */
    int nextMoved() {
        return moved++;
    }

    /** Whether anything has been. */
    boolean hasMoved() {
        return moved > 0;
    }

    private void name(byte[] path) throws IOException {
        out.writeShort(path.length);
        out.write(path);
    }

    private void flushRaw() {
        if (pendingLength == 0) {
            return;
        }
        try {
            out.writeByte(RAW);
            out.writeInt(pendingLength);
            out.write(pending, 0, pendingLength);
            pendingLength = 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes of the tar so far. */
    long size() {
        return size;
    }

    /** Ends the record. */
    void finish() {
        flushRaw();
        try {
            out.writeByte(END);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
