package jdocker.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import jdocker.oci.Digest;
import jdocker.oci.Digest.Algorithm;

/**
 * Content by digest, below {@code blobs/<algorithm>/<hex>}. A blob is whole or absent: it is written beside, verified,
 * synced, renamed, and its folder synced before anybody is told.
 */
public final class BlobStore {
    private final Path root;
    private final Path temporary;

    private BlobStore(Path root, Path temporary) {
        this.root = root;
        this.temporary = temporary;
    }

    /** Opens the store of a data root, making its folders; {@code tmp} beside it holds what is being written. */
    public static BlobStore open(Path dataRoot) {
        try {
            Path root = dataRoot.resolve("blobs");
            Path temporary = dataRoot.resolve("tmp");
            var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
            for (Path folder : List.of(root.resolve(Algorithm.SHA256.label()), temporary)) {
                Files.createDirectories(folder, ownerOnly);
            }
            return new BlobStore(root, temporary);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean contains(Digest digest) {
        return Files.isRegularFile(path(digest));
    }

    /** The content, verified again: what a disk has damaged is no longer that blob. Empty when absent. */
    public Optional<byte[]> read(Digest digest) {
        try {
            byte[] content = Files.readAllBytes(path(digest));
            byte[] hash = digest.algorithm().hash().digest(content);
            if (!HexFormat.of().formatHex(hash).equals(digest.hex())) {
                throw new InvalidArchive("blob " + digest + " is damaged on disk");
            }
            return Optional.of(content);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens a blob for reading, unverified; empty when absent. */
    public Optional<InputStream> open(Digest digest) {
        try {
            return Optional.of(Files.newInputStream(path(digest)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keeps this content durably and tells its address. */
    public Digest put(byte[] content) {
        Digest digest = Digest.of(content);
        if (!contains(digest)) {
            try (Writing writing = write(Algorithm.SHA256)) {
                writing.out().write(content);
                writing.keep(Optional.of(digest));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return digest;
    }

    /** Begins a blob whose content comes as a stream. */
    public Writing write(Algorithm algorithm) {
        try {
            Path file = temporary.resolve("blob-" + UUID.randomUUID());
            return new Writing(file, Files.newOutputStream(file, StandardOpenOption.CREATE_NEW), algorithm);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A blob being written; closing it before {@link #keep} forgets it. */
    public final class Writing implements AutoCloseable {
        private final Path file;
        private final Algorithm algorithm;
        private final MessageDigest hash;
        private final DigestOutputStream out;

        private Writing(Path file, OutputStream out, Algorithm algorithm) {
            this.file = file;
            this.algorithm = algorithm;
            this.hash = algorithm.hash();
            this.out = new DigestOutputStream(out, hash);
        }

        public OutputStream out() {
            return out;
        }

        /**
         * Makes the blob visible, durably.
         *
         * @throws InvalidArchive when its content has another digest than the expected one
         */
        public Digest keep(Optional<Digest> expected) {
            try {
                out.close();
                var digest = new Digest(algorithm, HexFormat.of().formatHex(hash.digest()));
                if (expected.isPresent() && !expected.get().equals(digest)) {
                    throw new InvalidArchive("wrong content: expected digest " + expected.get() + ", got " + digest);
                }
                sync(file);
                Path folder = root.resolve(algorithm.label());
                Files.createDirectories(folder);
                Files.move(file, folder.resolve(digest.hex()), StandardCopyOption.ATOMIC_MOVE);
                sync(folder);
                return digest;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try {
                out.close();
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    public void remove(Digest digest) {
        try {
            Files.deleteIfExists(path(digest));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes every blob that nothing refers to. */
    public void removeUnreferenced(Set<Digest> live) {
        all().stream().filter(digest -> !live.contains(digest)).forEach(this::remove);
    }

    private List<Digest> all() {
        var digests = new ArrayList<Digest>();
        for (Algorithm algorithm : Algorithm.values()) {
            Path folder = root.resolve(algorithm.label());
            if (!Files.isDirectory(folder)) {
                continue;
            }
            try (var files = Files.list(folder)) {
                files.map(file -> Digest.tryParse(algorithm.label() + ":" + file.getFileName()))
                        .flatMap(Optional::stream)
                        .forEach(digests::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return digests;
    }

    private Path path(Digest digest) {
        return root.resolve(digest.algorithm().label()).resolve(digest.hex());
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
