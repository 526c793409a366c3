package jdocker.kernel;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A file that is there whole or not at all, whatever crashes: written beside its name ({@code .name.random.tmp}), synced,
 * renamed, its directory synced. After {@link #commit} it survives a power cut; closed without, nothing is left.
 */
public final class AtomicFile implements AutoCloseable {
    /** What a start may remove from a directory: the leavings of a crash. */
    public static final String SUFFIX = ".tmp";

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path target;
    private final Path beside;
    private final FileChannel channel;
    private boolean committed;

    private AtomicFile(Path target, Set<PosixFilePermission> permissions) throws IOException {
        this.target = target.toAbsolutePath();
        String random = Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), 36);
        this.beside = this.target.resolveSibling("." + target.getFileName() + "." + random + SUFFIX);
        this.channel = FileChannel.open(
                beside,
                Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                PosixFilePermissions.asFileAttribute(permissions));
    }

    /** Begins a file that only its owner may read. */
    public static AtomicFile begin(Path target) {
        return begin(target, OWNER_ONLY);
    }

    /** The permissions are subject to the umask. */
    public static AtomicFile begin(Path target, Set<PosixFilePermission> permissions) {
        try {
            return new AtomicFile(target, permissions);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts the whole content in place of whatever the name had; mode 0600. */
    public static void write(Path target, byte[] content) {
        write(target, content, OWNER_ONLY);
    }

    public static void write(Path target, byte[] content, Set<PosixFilePermission> permissions) {
        try (AtomicFile file = begin(target, permissions)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                file.channel.write(buffer);
            }
            file.commit();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + target, e);
        }
    }

    public OutputStream output() {
        return Channels.newOutputStream(channel);
    }

    public FileChannel channel() {
        return channel;
    }

    /** Publishes what was written. */
    public void commit() {
        try {
            channel.force(true);
            channel.close();
            Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            committed = true;
            syncDirectory(target);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + target, e);
        }
    }

    /** Makes names in the file's directory, new, moved or removed, survive a power cut. */
    public static void syncDirectory(Path file) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        try (FileChannel directory = FileChannel.open(parent == null ? file : parent, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
            if (!committed) {
                Files.deleteIfExists(beside);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
