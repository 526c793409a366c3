package jdocker.daemon.image;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.image.InvalidArchive;
import jdocker.storage.RefusedArchive;

/** An archive that is read from a connection; remembers whether it was the connection that failed. */
final class ArchiveBody extends FilterInputStream {
    private boolean failed;

    ArchiveBody(InputStream in) {
        super(in);
    }

    /** What is wrong with an archive is the client's fault, unless the connection or the disk failed. */
    <R> R reading(Supplier<R> reading) {
        try {
            return reading.get();
        } catch (RefusedArchive | InvalidArchive e) {
            throw new InvalidRequest(String.valueOf(e.getMessage()));
        } catch (UncheckedIOException e) {
            if (failed) {
                throw e;
            }
            throw new InvalidRequest("the archive cannot be unpacked: " + e.getMessage());
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        try {
            return in.read(target, offset, length);
        } catch (IOException e) {
            failed = true;
            throw e;
        }
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
