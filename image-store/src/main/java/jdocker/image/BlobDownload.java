package jdocker.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import jdocker.image.RegistryConnection.Answer;
import jdocker.image.RegistryException.Kind;
import jdocker.oci.Descriptor;
import org.jspecify.annotations.Nullable;

/**
 * One blob's way from a registry to a file, hashed as it goes; readers follow the file as it grows and see its end only
 * once the whole is verified. A cut connection is continued from where it broke. One thread runs it; used once.
 */
final class BlobDownload {
    private static final int BUFFER = 256 * 1024;
    /** So much new content makes up for a failure before it: a bad connection need not bring all of it at once. */
    private static final long FRESH_START = 64 * 1024;

    private final RepositorySources sources;
    private final Descriptor blob;
    private final Path file;
    private final MessageDigest hash;
    private int place = Integer.MAX_VALUE;
    private long written;
    private boolean complete;
    private boolean verified;
    private @Nullable RuntimeException failure;

    BlobDownload(RepositorySources sources, Descriptor blob, Path file) {
        this.sources = sources;
        this.blob = blob;
        this.file = file;
        this.hash = blob.digest().algorithm().hash();
    }

    /** What lay in the file was not the beginning of this blob; it is gone, and a new attempt may do. */
    static final class Stale extends RuntimeException {
        private static final long serialVersionUID = 1;

        Stale() {
            super("what was left of an earlier download is no part of the blob");
        }
    }

    /** Bytes that are in the file. */
    synchronized long written() {
        return written;
    }

    /** Whether everything has arrived, be it good or not. */
    synchronized boolean isComplete() {
        return complete;
    }

    synchronized boolean isVerified() {
        return verified;
    }

    /**
     * Fetches everything and verifies it.
     *
     * @return the file as a blob to be
     * @throws Stale when only an earlier download's remains may be to blame
     */
    StagedBlob run() {
        try (FileChannel out =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long kept = resume(out);
            fetch(out);
            verify(kept > 0);
            return new StagedBlob(file, blob.digest(), blob.size());
        } catch (ClosedByInterruptException e) {
            throw fail(new CancellationException("the download of " + blob.digest() + " was cancelled"));
        } catch (IOException e) {
            throw fail(new RegistryException(
                    Kind.UNAVAILABLE, "cannot write blob " + blob.digest() + ": " + RegistryConnection.reason(e), e));
        } catch (RuntimeException e) {
            throw fail(e);
        }
    }

    /** The first of the places that have sent anything, after the download; beyond all where none has. */
    int place() {
        return place;
    }

    private RuntimeException fail(RuntimeException e) {
        abandon(e);
        return e;
    }

    /** Lets the readers know that nothing will come. */
    synchronized void abandon(RuntimeException cause) {
        failure = cause;
        notifyAll();
    }

    /** Takes over what an earlier download has left. */
    private long resume(FileChannel out) throws IOException {
        long kept = out.size();
        if (kept > blob.size()) {
            out.truncate(0);
            return 0;
        }
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        for (long at = 0; at < kept; ) {
            buffer.clear();
            int count = out.read(buffer, at);
            if (count < 0) {
                break;
            }
            hash.update(buffer.array(), 0, count);
            at += count;
            advance(at);
        }
        out.position(written());
        return written();
    }

    private synchronized void advance(long position) {
        written = position;
        notifyAll();
    }

    private void fetch(FileChannel out) throws IOException {
        var retry = new Retry(sources.settings().attempts());
        byte[] buffer = new byte[BUFFER];
        while (written() < blob.size()) {
            long before = written();
            RepositorySources.From from = sources.blob(blob.digest(), before);
            place = Math.min(place, from.place());
            try (Answer answer = from.answer()) {
                copy(beginning(answer, before), out, buffer);
                if (written() < blob.size()) {
                    throw new IOException("the connection ended");
                }
            } catch (Unwritable e) {
                throw e.failure();
            } catch (IOException e) {
                if (written() - before >= FRESH_START) {
                    retry.progress();
                }
                retry.after(
                        Optional.empty(),
                        new RegistryException(
                                Kind.UNAVAILABLE,
                                "fetching blob " + blob.digest() + ": after " + written() + " of " + blob.size()
                                        + " bytes: " + RegistryConnection.reason(e),
                                e));
            }
        }
        synchronized (this) {
            complete = true;
            notifyAll();
        }
    }

    /** The answer's content from the byte that is wanted. */
    private InputStream beginning(Answer answer, long wanted) throws IOException {
        long length =
                answer.response().headers().firstValueAsLong("Content-Length").orElse(-1);
        if (answer.status() == 206) {
            String range = answer.header("Content-Range").orElse("");
            if (!range.startsWith("bytes " + wanted + "-")) {
                throw new IOException("asked for bytes from " + wanted + ", the registry sends '" + range + "'");
            }
            return answer.body();
        }
        if (length >= 0 && length != blob.size()) {
            throw new RegistryException(
                    Kind.WRONG_CONTENT,
                    "blob " + blob.digest() + " has " + length + " bytes instead of the " + blob.size()
                            + " that its manifest says");
        }
        answer.body().skipNBytes(wanted);
        return answer.body();
    }

    private void copy(InputStream in, FileChannel out, byte[] buffer) throws IOException {
        long at = written();
        while (true) {
            int count = in.read(buffer, 0, buffer.length);
            if (count < 0) {
                return;
            }
            if (at + count > blob.size()) {
                throw new RegistryException(
                        Kind.WRONG_CONTENT,
                        "blob " + blob.digest() + " is longer than the " + blob.size()
                                + " bytes that its manifest says");
            }
            hash.update(buffer, 0, count);
            write(out, buffer, count);
            at += count;
            advance(at);
            if (Thread.interrupted()) {
                Thread.currentThread().interrupt();
                throw new CancellationException("the download of " + blob.digest() + " was cancelled");
            }
        }
    }

    /** The disk's failure, which is none of the registry's. */
    private static final class Unwritable extends IOException {
        private static final long serialVersionUID = 1;
        private final IOException failure;

        Unwritable(IOException failure) {
            super(failure);
            this.failure = failure;
        }

        IOException failure() {
            return failure;
        }
    }

    private static void write(FileChannel out, byte[] buffer, int count) throws Unwritable {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        } catch (IOException e) {
            throw new Unwritable(e);
        }
    }

    private void verify(boolean resumed) {
        String hex = HexFormat.of().formatHex(hash.digest());
        if (!hex.equals(blob.digest().hex())) {
            file.toFile().delete();
            if (resumed) {
                throw new Stale();
            }
            throw new RegistryException(
                    Kind.WRONG_CONTENT,
                    "filesystem layer verification failed for digest " + blob.digest() + ": the content has "
                            + blob.digest().algorithm().label() + ":" + hex);
        }
        synchronized (this) {
            verified = true;
            notifyAll();
        }
    }

    /** The blob's content as it comes; its end, or the failure, when the download has ended. */
    InputStream reader() throws IOException {
        return new Follower(
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ));
    }

    /** Waits for the first byte, or for the verified end of nothing. */
    void awaitContent() throws IOException {
        ahead(0);
    }

    /** How many bytes there are from this one on; waits for the first; 0 at the verified end. */
    private synchronized long ahead(long position) throws IOException {
        try {
            while (failure == null && written <= position && !verified) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("cancelled");
        }
        if (failure != null) {
            throw new IOException("the download has failed", failure);
        }
        return written - position;
    }

    private final class Follower extends InputStream {
        private final FileChannel in;
        private long position;

        Follower(FileChannel in) {
            this.in = in;
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
            long available = ahead(position);
            if (available == 0) {
                return -1;
            }
            int count = in.read(ByteBuffer.wrap(target, offset, (int) Math.min(length, available)), position);
            position += Math.max(count, 0);
            return count;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
