package jdocker.image;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Stops a stream that unpacks to far more than files do: a bomb. */
final class RatioGuard extends FilterInputStream {
    /** So much is always allowed; a legitimate file of zeros may pack ten thousand to one. */
    private static final long FREE = 1L << 30;

    private static final long RATIO = 2000;

    private final Counted packed;
    private long unpacked;

    RatioGuard(InputStream in, Counted packed) {
        super(in);
        this.packed = packed;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = in.read(target, offset, length);
        unpacked += Math.max(count, 0);
        if (unpacked > FREE && unpacked / RATIO > packed.count) {
            throw new InvalidArchive("the archive unpacks to more than " + RATIO + " times its size");
        }
        return count;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** Counts what the decompressor takes. */
    static final class Counted extends FilterInputStream {
        private long count;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int b = in.read();
            count += b < 0 ? 0 : 1;
            return b;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int n = in.read(target, offset, length);
            count += Math.max(n, 0);
            return n;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
