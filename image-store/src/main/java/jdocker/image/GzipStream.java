package jdocker.image;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Gzip with any number of members, checksums verified. The JDK's own class may take a pause of the network between two
 * members for the end.
 */
final class GzipStream extends InputStream {
    private static final int BUFFER = 64 * 1024;
    private static final int HAS_HEADER_SUM = 2;
    private static final int HAS_EXTRA = 4;
    private static final int HAS_NAME = 8;
    private static final int HAS_COMMENT = 16;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 sum = new CRC32();
    private boolean ended;

    GzipStream(InputStream in) throws IOException {
        this.in = in;
        header();
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
        while (!ended) {
            int count = inflate(target, offset, length);
            if (count > 0) {
                sum.update(target, offset, count);
                return count;
            }
            if (inflater.finished()) {
                endMember();
            } else if (inflater.needsInput()) {
                if (position == limit && !refill()) {
                    throw new EOFException("the gzip stream is truncated");
                }
                inflater.setInput(buffer, position, limit - position);
                position = limit;
            } else {
                throw new IOException("invalid gzip stream: it needs a dictionary");
            }
        }
        return -1;
    }

    private int inflate(byte[] target, int offset, int length) throws IOException {
        try {
            return inflater.inflate(target, offset, length);
        } catch (DataFormatException e) {
            throw new IOException("invalid gzip stream: " + e.getMessage(), e);
        }
    }

    private void endMember() throws IOException {
        position = limit - inflater.getRemaining();
        long expectedSum = little(4);
        long expectedSize = little(4);
        if (expectedSum != sum.getValue() || expectedSize != (inflater.getBytesWritten() & 0xffffffffL)) {
            throw new IOException("invalid gzip stream: wrong checksum");
        }
        if (position == limit && !refill() || buffer[position] == 0) {
            ended = true; // zeros after the last member are padding, as gzip itself takes them
            inflater.end();
            return;
        }
        inflater.reset();
        sum.reset();
        header();
    }

    private void header() throws IOException {
        if (octet() != 0x1f || octet() != 0x8b || octet() != 8) {
            throw new IOException("invalid gzip stream: wrong header");
        }
        int flags = octet();
        skip(6);
        if ((flags & HAS_EXTRA) != 0) {
            skip((int) little(2));
        }
        for (int text : new int[] {HAS_NAME, HAS_COMMENT}) {
            if ((flags & text) != 0) {
                while (octet() != 0) {
                    // up to its NUL
                }
            }
        }
        if ((flags & HAS_HEADER_SUM) != 0) {
            skip(2);
        }
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            octet();
        }
    }

    private long little(int bytes) throws IOException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (long) octet() << 8 * i;
        }
        return value;
    }

    private int octet() throws IOException {
        if (position == limit && !refill()) {
            throw new EOFException("the gzip stream is truncated");
        }
        return buffer[position++] & 0xff;
    }

    private boolean refill() throws IOException {
        int count = in.read(buffer, 0, BUFFER);
        position = 0;
        limit = Math.max(count, 0);
        return count > 0;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }
}
