package jdocker.storage;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import jdocker.oci.Digest;

/** Hashes what passes. */
final class HashedStream extends FilterInputStream {
    private final MessageDigest hash = Digest.Algorithm.SHA256.hash();

    HashedStream(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        int b = in.read();
        if (b >= 0) {
            hash.update((byte) b);
        }
        return b;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = in.read(target, offset, length);
        if (count > 0) {
            hash.update(target, offset, count);
        }
        return count;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** Of all that was read. */
    Digest digest() {
        return Digest.ofSha256(hash.digest());
    }

    @Override
    public void close() {
        // The stream belongs to whoever opened it.
    }
}
