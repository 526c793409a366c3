package jdocker.cli;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Docker's stream framing: a byte for the stream, three zeros, a big-endian length, then the data. */
final class Frames {
    private static final int HEADER = 8;
    private static final int BUFFER = 32 * 1024;

    private Frames() {}

    /** Copies until the end of the stream; an output that is null is not wanted. */
    static void copy(InputStream in, @Nullable Output out, @Nullable Output err) throws IOException {
        byte[] buffer = new byte[BUFFER];
        while (readFully(in, buffer, HEADER)) {
            long length = (buffer[4] & 0xffL) << 24
                    | (buffer[5] & 0xffL) << 16
                    | (buffer[6] & 0xffL) << 8
                    | (buffer[7] & 0xffL);
            int stream = buffer[0];
            switch (stream) {
                case 0, 1 -> copy(in, length, out, buffer);
                case 2 -> copy(in, length, err, buffer);
                case 3 -> throw new IOException(message(in, length));
                default -> throw new IOException("Unrecognized input header: " + stream);
            }
        }
    }

    private static void copy(InputStream in, long length, @Nullable Output to, byte[] buffer) throws IOException {
        long left = length;
        while (left > 0) {
            int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (count < 0) {
                throw new EOFException("unexpected EOF");
            }
            if (to != null) {
                to.bytes(buffer, 0, count);
            }
            left -= count;
        }
    }

    private static String message(InputStream in, long length) throws IOException {
        return new String(in.readNBytes((int) Math.min(length, BUFFER)), StandardCharsets.UTF_8);
    }

    /** False at the end of the stream, which may only be where a frame would begin. */
    private static boolean readFully(InputStream in, byte[] buffer, int wanted) throws IOException {
        int count = 0;
        while (count < wanted) {
            int more = in.read(buffer, count, wanted - count);
            if (more < 0) {
                if (count == 0) {
                    return false;
                }
                throw new EOFException("unexpected EOF");
            }
            count += more;
        }
        return true;
    }
}
