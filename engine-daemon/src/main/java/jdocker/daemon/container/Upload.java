package jdocker.daemon.container;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/**
 * What a client has sent, read before anybody is kept waiting for it: small ones whole, in memory or in a file without a
 * name, which is gone when this is closed or the daemon has ended. Of one that is too large for that the rest comes as
 * it is read.
 */
final class Upload implements AutoCloseable {
    private static final int IN_MEMORY = 1 << 20;

    /** As much of one upload is kept on the disk. */
    static final int IN_FILE = 16 << 20;

    private final byte[] start;
    private final FileChannel file;
    private final Optional<UploadStream> rest;

    private Upload(byte[] start, FileChannel file, Optional<UploadStream> rest) {
        this.start = start;
        this.file = file;
        this.rest = rest;
    }

    /** @param folder where a larger one lies meanwhile */
    static Upload of(Path folder, InputStream body) {
        try {
            Files.createDirectories(folder);
            Path file = folder.resolve("upload-" + UUID.randomUUID());
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
            Files.delete(file);
            try {
                byte[] start = start(body);
                boolean whole = start.length < IN_MEMORY || copy(body, Channels.newOutputStream(channel));
                channel.position(0);
                return new Upload(start, channel, whole ? Optional.empty() : Optional.of(new UploadStream(body)));
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] start(InputStream body) throws IOException {
        var bytes = new ByteArrayOutputStream();
        byte[] chunk = new byte[64 * 1024];
        while (bytes.size() < IN_MEMORY) {
            int count = body.read(chunk, 0, Math.min(chunk.length, IN_MEMORY - bytes.size()));
            if (count < 0) {
                break;
            }
            bytes.write(chunk, 0, count);
        }
        return bytes.toByteArray();
    }

    /** Whether that was all of it. */
    private static boolean copy(InputStream body, OutputStream out) throws IOException {
        byte[] chunk = new byte[64 * 1024];
        for (int left = IN_FILE; left > 0; ) {
            int count = body.read(chunk, 0, Math.min(chunk.length, left));
            if (count < 0) {
                return true;
            }
            out.write(chunk, 0, count);
            left -= count;
        }
        return false;
    }

    /** All of it; to be read once. */
    InputStream open() {
        InputStream here = new SequenceInputStream(new ByteArrayInputStream(start), Channels.newInputStream(file));
        return rest.<InputStream>map(coming -> new SequenceInputStream(here, coming))
                .orElse(here);
    }

    /** What it does for those who wait until it has been read. */
    ContainerLocks.Yielding yielding() {
        return rest.<ContainerLocks.Yielding>map(coming -> coming).orElse(ContainerLocks.Yielding.NEVER);
    }

    /** Why it came to no end, when it had to yield. */
    Optional<String> brokenOff() {
        return rest.flatMap(UploadStream::brokenOff);
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
