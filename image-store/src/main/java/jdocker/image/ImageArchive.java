package jdocker.image;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.oci.Digest;
import jdocker.oci.Digest.Algorithm;
import org.jspecify.annotations.Nullable;

/**
 * Reads an archive of images, as {@code docker save} writes it (with a manifest.json, or a repositories file only) or in
 * the OCI layout. It is read once, as it arrives: which entries are layers shows their first bytes, and they are unpacked
 * at once, since the file that says what belongs to whom often comes last. Not thread-safe.
 */
public final class ImageArchive<L extends ArchivedLayer> implements AutoCloseable {
    private static final int LARGEST_DOCUMENT = 8 * 1024 * 1024;
    private static final int ALL_DOCUMENTS = 64 * 1024 * 1024;
    private static final int MOST_NAMES = 100_000;
    private static final int LONGEST_NAME = 4096; // of any file
    private static final int ALL_NAMES = 16 * 1024 * 1024;
    private static final int LINK_DEPTH = 8;
    private static final int BLOCK = 512;
    private static final int BUFFER = 256 * 1024;
    private static final String BLOBS = "blobs/";

    private final ArchiveEntries entries;
    private final LayerSink<L> sink;
    private final Map<String, byte[]> documents = new HashMap<>();
    private final Map<String, StoredLayer<L>> layers = new HashMap<>();
    private final Map<String, String> links = new HashMap<>();
    private final List<String> notes = new ArrayList<>();
    private long documentBytes;
    private long nameLengths;

    private final Optional<BlobStore> blobs;

    /**
     * A layer with the digest and size of what stood in the archive, packed or not.
     *
     * @param packed what stood there, where it is packed and to be kept
     */
    record StoredLayer<L extends ArchivedLayer>(
            L layer, Digest blob, long blobSize, Compression compression, Optional<StagedBlob> packed) {
        void close() {
            layer.close();
            packed.ifPresent(StagedBlob::close);
        }
    }

    /** Keeps nothing of layers but what the sink makes of them. */
    public ImageArchive(ArchiveEntries entries, LayerSink<L> sink) {
        this(entries, sink, Optional.empty());
    }

    /** @param blobs where packed layers are put beside the store, as they are, for those that a manifest names */
    public ImageArchive(ArchiveEntries entries, LayerSink<L> sink, Optional<BlobStore> blobs) {
        this.entries = entries;
        this.sink = sink;
        this.blobs = blobs;
    }

    /**
     * Reads on up to and including the next layer; empty at the archive's end.
     *
     * @throws InvalidArchive when the archive cannot be read
     */
    public Optional<L> nextLayer() {
        for (var entry = entries.next(); entry.isPresent(); entry = entries.next()) {
            if (documents.size() + layers.size() + links.size() > MOST_NAMES) {
                throw new InvalidArchive("the archive has more than " + MOST_NAMES + " entries");
            }
            checkNames(entry.get());
            Optional<L> layer = take(entry.get());
            if (layer.isPresent()) {
                return layer;
            }
        }
        return Optional.empty();
    }

    /**
     * The images for a platform, once {@link #nextLayer} has said that there are no more layers.
     *
     * @param platform empty for all images, and of one for several platforms that for this machine
     * @throws InvalidArchive when the archive is incomplete or contradicts itself, or holds none for the platform
     */
    public List<ArchivedImage<L>> images(Optional<WantedPlatform> platform) {
        List<ArchivedImage<L>> all = imagesOf(new ArchiveContents<>(this), platform.orElseGet(WantedPlatform::host));
        List<ArchivedImage<L>> wanted = all.stream()
                .filter(image -> platform.isEmpty()
                        || image.outline().architecture().isEmpty()
                        || platform.get().matches(image.outline()))
                .toList();
        if (wanted.isEmpty() && !all.isEmpty()) {
            throw new InvalidArchive("the archive holds no image for platform " + platform.orElseThrow());
        }
        return wanted;
    }

    /** What a user should know of what {@link #images} has found, a sentence each. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    private List<ArchivedImage<L>> imagesOf(ArchiveContents<L> contents, WantedPlatform platform) {
        if (document("manifest.json").isPresent()) {
            return new DockerArchive<>(contents, new OciLayout<>(contents, platform, notes::add)).images();
        }
        if (document("index.json").isPresent()) {
            return new OciLayout<>(contents, platform, notes::add).images();
        }
        if (document("repositories").isPresent()) {
            return new LegacyArchive<>(contents).images();
        }
        throw new InvalidArchive("the archive holds no images: neither manifest.json nor index.json");
    }

    /** Every name is remembered, and packed a long one takes no room. */
    private void checkNames(ArchiveEntries.Entry entry) {
        int longest = Math.max(entry.name().length(), entry.link().length());
        if (longest > LONGEST_NAME) {
            throw new InvalidArchive("an entry of the archive has a name of " + longest + " characters");
        }
        nameLengths += entry.name().length() + entry.link().length();
        if (nameLengths > ALL_NAMES) {
            throw new InvalidArchive("the names in the archive are longer than " + ALL_NAMES + " characters");
        }
    }

    private Optional<L> take(ArchiveEntries.Entry entry) {
        String name = clean(entry.name());
        return switch (entry.kind()) {
            case SYMLINK -> {
                int slash = name.lastIndexOf('/');
                links.put(name, clean(slash < 0 ? entry.link() : name.substring(0, slash + 1) + entry.link()));
                yield Optional.empty();
            }
            case HARD_LINK -> {
                links.put(name, clean(entry.link()));
                yield Optional.empty();
            }
            case FILE -> takeFile(name, entry.size());
            case OTHER -> Optional.empty();
        };
    }

    private Optional<L> takeFile(String name, long size) {
        if (size == 0) {
            return Optional.empty();
        }
        try {
            // No more than the entry has: an archive may have a million of them.
            var content = new BufferedInputStream(entries.content(), Math.clamp(size, BLOCK, BUFFER));
            content.mark(BLOCK);
            byte[] start = content.readNBytes(BLOCK);
            content.reset();
            if (isLayer(start, size)) {
                return Optional.of(takeLayer(name, content, size));
            }
            if (size <= LARGEST_DOCUMENT && isDocument(start)) {
                documentBytes += size;
                if (documentBytes > ALL_DOCUMENTS) {
                    throw new InvalidArchive("the archive's documents are larger than " + ALL_DOCUMENTS + " bytes");
                }
                documents.put(name, content.readAllBytes());
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private L takeLayer(String name, InputStream content, long size) throws IOException {
        Algorithm algorithm = algorithmOf(name);
        Compression compression = compressionOf(content);
        StoredLayer<L> stored;
        if (compression == Compression.NONE && algorithm == Algorithm.SHA256) {
            // The digest of an unpacked layer is its diffID, which the sink computes anyway.
            L layer = sink.unpack(content);
            content.transferTo(OutputStream.nullOutputStream());
            stored = new StoredLayer<>(layer, layer.diffId(), size, compression, Optional.empty());
        } else if (compression != Compression.NONE && blobs.isPresent() && name.startsWith(BLOBS)) {
            stored = takeKeeping(blobs.get(), algorithm, compression, content, size);
        } else {
            var hashed = new DigestInputStream(content, algorithm.hash());
            L layer = unpack(compression, hashed);
            String hex = HexFormat.of().formatHex(hashed.getMessageDigest().digest());
            stored = new StoredLayer<>(layer, new Digest(algorithm, hex), size, compression, Optional.empty());
        }
        @Nullable StoredLayer<L> before = layers.put(name, stored);
        if (before != null) {
            before.close();
        }
        return stored.layer;
    }

    private StoredLayer<L> takeKeeping(
            BlobStore store, Algorithm algorithm, Compression compression, InputStream content, long size)
            throws IOException {
        try (BlobStore.Writing writing = store.write(algorithm)) {
            var out = new BufferedOutputStream(writing.out(), BUFFER);
            L layer = unpack(compression, new TeeStream(content, out));
            try {
                out.flush();
                StagedBlob packed = writing.stage();
                return new StoredLayer<>(layer, packed.digest(), size, compression, Optional.of(packed));
            } catch (IOException | RuntimeException e) {
                layer.close();
                throw e;
            }
        }
    }

    /** To the last byte, also of what stands behind the packed stream. */
    private L unpack(Compression compression, InputStream source) throws IOException {
        try (InputStream unpacked = compression.open(source)) {
            L layer = sink.unpack(unpacked);
            try {
                source.transferTo(OutputStream.nullOutputStream());
                return layer;
            } catch (IOException | RuntimeException e) {
                layer.close();
                throw e;
            }
        }
    }

    private static Compression compressionOf(InputStream content) throws IOException {
        content.mark(BLOCK);
        byte[] start = content.readNBytes(6);
        content.reset();
        return Compression.of(start, start.length);
    }

    private static Algorithm algorithmOf(String name) {
        for (Algorithm algorithm : Algorithm.values()) {
            if (name.startsWith(BLOBS + algorithm.label() + "/")) {
                return algorithm;
            }
        }
        return Algorithm.SHA256;
    }

    private static boolean isLayer(byte[] start, long size) {
        if (Compression.of(start, start.length) != Compression.NONE) {
            return true;
        }
        if (start.length < BLOCK) {
            return false;
        }
        boolean empty = size % BLOCK == 0;
        for (byte b : start) {
            empty &= b == 0;
        }
        return empty || hasTarChecksum(start);
    }

    private static boolean hasTarChecksum(byte[] block) {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : block[i] & 0xff;
        }
        long stated = 0;
        for (int i = 148; i < 156; i++) {
            if (block[i] >= '0' && block[i] <= '7') {
                stated = stated * 8 + block[i] - '0';
            } else if (block[i] != ' ' && block[i] != 0) {
                return false;
            }
        }
        return sum == stated;
    }

    private static boolean isDocument(byte[] start) {
        for (byte b : start) {
            if (b == '{' || b == '[') {
                return true;
            }
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return false;
            }
        }
        return false;
    }

    Optional<byte[]> document(String name) {
        return Optional.ofNullable(documents.get(resolve(name)));
    }

    Optional<StoredLayer<L>> layer(String name) {
        return Optional.ofNullable(layers.get(resolve(name)));
    }

    private String resolve(String name) {
        String at = clean(name);
        for (int i = 0; i < LINK_DEPTH && links.containsKey(at); i++) {
            at = links.get(at);
        }
        return at;
    }

    /** A name as a key: names never become paths of the host. */
    private static String clean(String name) {
        var components = new ArrayDeque<String>();
        for (String component : name.split("/")) {
            if (component.equals("..")) {
                components.pollLast();
            } else if (!component.isEmpty() && !component.equals(".")) {
                components.addLast(component);
            }
        }
        return String.join("/", components);
    }

    /** Forgets the layers that nobody has put to use. */
    @Override
    public void close() {
        layers.values().forEach(StoredLayer::close);
    }
}
