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
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import jdocker.oci.Digest;
import jdocker.oci.Digest.Algorithm;

/**
 * Content by digest, below {@code blobs/<algorithm>/<hex>}. A blob is whole or absent: it is written beside, verified,
 * synced, renamed, and its folder synced before anybody is told.
 */
public final class BlobStore {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

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
            for (Path folder : List.of(root.resolve(Algorithm.SHA256.label()), temporary)) {
                Files.createDirectories(folder, OWNER_ONLY);
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

    /** Reads a blob through and tells whether it is what its name says; false when it is absent. */
    public boolean verify(Digest digest) {
        var hash = digest.algorithm().hash();
        try (InputStream in = Files.newInputStream(path(digest))) {
            byte[] buffer = new byte[256 * 1024];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                hash.update(buffer, 0, count);
            }
            return HexFormat.of().formatHex(hash.digest()).equals(digest.hex());
        } catch (NoSuchFileException _) {
            return false;
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

    /** Bytes of a blob; empty when absent. */
    public OptionalLong size(Digest digest) {
        try {
            return OptionalLong.of(Files.size(path(digest)));
        } catch (NoSuchFileException _) {
            return OptionalLong.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keeps this content durably and tells its address. */
    public Digest put(byte[] content) {
        try (StagedBlob staged = stage(content)) {
            publish(List.of(staged));
            return staged.digest();
        }
    }

    /** Writes content beside the store; {@link #publish} makes a blob of it. */
    public StagedBlob stage(byte[] content) {
        try (Writing writing = write(Algorithm.SHA256)) {
            writing.out().write(content);
            return writing.stage();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Makes blobs visible, durably: when this returns they survive a power cut. They take the place of what the store has
     * of them already, which a disk may have damaged since; whoever reads that goes on reading it. Cheap where the file
     * system was synced since they were written.
     */
    public void publish(List<StagedBlob> staged) {
        var folders = new HashSet<Path>();
        try {
            for (StagedBlob blob : staged) {
                // Of a download that several share the first has published it.
                if (!blob.isTaken() || !contains(blob.digest())) {
                    Path folder = root.resolve(blob.digest().algorithm().label());
                    Files.createDirectories(folder, OWNER_ONLY);
                    sync(blob.file());
                    Files.move(blob.file(), path(blob.digest()), StandardCopyOption.ATOMIC_MOVE);
                    folders.add(folder);
                }
                blob.taken();
            }
            for (Path folder : folders) {
                sync(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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

    /** A blob being written; closing it before {@link #keep} or {@link #stage} forgets it. */
    public final class Writing implements AutoCloseable {
        private final Path file;
        private final Algorithm algorithm;
        private final MessageDigest hash;
        private final DigestOutputStream out;
        private boolean staged;

        private Writing(Path file, OutputStream out, Algorithm algorithm) {
            this.file = file;
            this.algorithm = algorithm;
            this.hash = algorithm.hash();
            this.out = new DigestOutputStream(out, hash);
        }

        public OutputStream out() {
            return out;
        }

        /** Ends the content, leaving it beside the store for {@link BlobStore#publish}. */
        public StagedBlob stage() {
            try {
                out.close();
                var digest = new Digest(algorithm, HexFormat.of().formatHex(hash.digest()));
                staged = true;
                return new StagedBlob(file, digest, Files.size(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /**
         * Makes the blob visible, durably.
         *
         * @throws InvalidArchive when its content has another digest than the expected one
         */
        public Digest keep(Optional<Digest> expected) {
            try (StagedBlob blob = stage()) {
                if (expected.isPresent() && !expected.get().equals(blob.digest())) {
                    throw new InvalidArchive(
                            "wrong content: expected digest " + expected.get() + ", got " + blob.digest());
                }
                publish(List.of(blob));
                return blob.digest();
            }
        }

        @Override
        public void close() {
            try {
                out.close();
                if (!staged) {
                    Files.deleteIfExists(file);
                }
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

    /** Every blob. */
    public List<Digest> all() {
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
