package jdocker.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jdocker.oci.Digest;

/**
 * Content that is whole and verified but not a blob yet: {@link BlobStore#publish} makes one of it. Closing it forgets it
 * unless it was published.
 */
public final class StagedBlob implements AutoCloseable {
    private final Path file;
    private final Digest digest;
    private final long size;
    private boolean taken;

    StagedBlob(Path file, Digest digest, long size) {
        this.file = file;
        this.digest = digest;
        this.size = size;
    }

    public Digest digest() {
        return digest;
    }

    /** In bytes. */
    public long size() {
        return size;
    }

    /** Its content. */
    public InputStream open() throws IOException {
        return Files.newInputStream(file);
    }

    Path file() {
        return file;
    }

    boolean isTaken() {
        return taken;
    }

    void taken() {
        taken = true;
    }

    @Override
    public void close() {
        try {
            if (!taken) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
