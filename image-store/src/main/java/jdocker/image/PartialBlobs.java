package jdocker.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jdocker.oci.Digest;

/**
 * Blobs on their way, below {@code blobs/partial}: what a cut download has brought stays here, so that the next one goes
 * on from there. Nothing in it is trusted: it is hashed again from its first byte.
 */
public final class PartialBlobs {
    private final Path folder;
    private final Set<String> inUse = ConcurrentHashMap.newKeySet();

    private PartialBlobs(Path folder) {
        this.folder = folder;
    }

    public static PartialBlobs open(Path dataRoot) {
        try {
            Path folder = dataRoot.resolve("blobs").resolve("partial");
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            return new PartialBlobs(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes a blob's file for oneself; release it by {@link #release}. */
    Path take(Digest digest) {
        String name = name(digest);
        synchronized (inUse) { // nobody removes it in between
            if (!inUse.add(name)) {
                throw new IllegalStateException("blob " + digest + " is being fetched already");
            }
        }
        return folder.resolve(name);
    }

    void release(Digest digest) {
        inUse.remove(name(digest));
    }

    /** Forgets what is there of a blob that one has taken; before its release. */
    void discard(Digest digest) {
        delete(folder.resolve(name(digest)));
    }

    private static String name(Digest digest) {
        return digest.algorithm().label() + "-" + digest.hex();
    }

    /** Removes what nobody has written to for so long, and is not at this moment. Bytes that were freed. */
    public long removeOlderThan(Duration age) {
        Instant limit = Instant.now().minus(age);
        long freed = 0;
        for (Path file : all()) {
            synchronized (inUse) {
                try {
                    boolean old = !Files.getLastModifiedTime(file).toInstant().isAfter(limit);
                    if (old && !inUse.contains(file.getFileName().toString())) {
                        freed += Files.size(file);
                        delete(file);
                    }
                } catch (IOException _) {
                    // it went meanwhile
                }
            }
        }
        return freed;
    }

    /** Bytes that lie here and that nobody works with. */
    public long size() {
        long size = 0;
        for (Path file : all()) {
            if (!inUse.contains(file.getFileName().toString())) {
                size += file.toFile().length();
            }
        }
        return size;
    }

    private List<Path> all() {
        try (var files = Files.list(folder)) {
            return new ArrayList<>(files.toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
