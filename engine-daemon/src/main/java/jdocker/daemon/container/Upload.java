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
import java.util.UUID;

/**
 * What a client has sent, read to its end before anybody is kept waiting for it: small ones in memory, others in a file
 * without a name, which is gone when this is closed or the daemon has ended.
 */
final class Upload implements AutoCloseable {
    private static final int IN_MEMORY = 1 << 20;

    private final byte[] start;
    private final FileChannel rest;

    private Upload(byte[] start, FileChannel rest) {
        this.start = start;
        this.rest = rest;
    }

    /** @param folder where a large one lies meanwhile */
    static Upload of(Path folder, InputStream body) {
        try {
            Files.createDirectories(folder);
            Path file = folder.resolve("upload-" + UUID.randomUUID());
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
            Files.delete(file);
            try {
                byte[] start = start(body);
                if (start.length == IN_MEMORY) {
                    OutputStream out = Channels.newOutputStream(channel);
                    body.transferTo(out);
                    channel.position(0);
                }
                return new Upload(start, channel);
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

    /** All of it; to be read once. */
    InputStream open() {
        return new SequenceInputStream(new ByteArrayInputStream(start), Channels.newInputStream(rest));
    }

    @Override
    public void close() {
        try {
            rest.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
