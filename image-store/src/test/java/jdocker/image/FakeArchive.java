package jdocker.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import jdocker.oci.Digest;

/** An archive in memory, and a sink that only hashes. */
final class FakeArchive implements ArchiveEntries {
    private record Item(Entry entry, byte[] content) {}

    static final class FakeLayer implements ArchivedLayer {
        private final Digest diffId;
        boolean closed;

        FakeLayer(Digest diffId) {
            this.diffId = diffId;
        }

        @Override
        public Digest diffId() {
            return diffId;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    final List<FakeLayer> layers = new ArrayList<>();
    private final List<Item> items = new ArrayList<>();
    private Iterator<Item> rest = items.iterator();
    private byte[] current = {};

    /** Something that looks like a layer: a tar header with its checksum, then filler. */
    static byte[] layer(int seed) {
        var tar = new byte[2048];
        byte[] name = ("file-" + seed).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(name, 0, tar, 0, name.length);
        Arrays.fill(tar, 148, 156, (byte) ' ');
        long sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += tar[i] & 0xff;
        }
        byte[] checksum = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(checksum, 0, tar, 148, 8);
        return tar;
    }

    static String config(byte[]... layers) {
        return config("linux", layers);
    }

    static String config(String os, byte[]... layers) {
        var diffIds = new ArrayList<String>();
        for (byte[] layer : layers) {
            diffIds.add("\"" + Digest.of(layer) + "\"");
        }
        return "{\"architecture\":\"amd64\",\"os\":\"" + os + "\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
                + String.join(",", diffIds) + "]}}";
    }

    FakeArchive file(String name, byte[] content) {
        items.add(new Item(new Entry(name, Kind.FILE, "", content.length), content));
        return this;
    }

    FakeArchive file(String name, String content) {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Under its digest in an OCI layout; tells descriptor's JSON members. */
    String blob(byte[] content) {
        Digest digest = Digest.of(content);
        file("blobs/sha256/" + digest.hex(), content);
        return "\"digest\":\"" + digest + "\",\"size\":" + content.length;
    }

    String blob(String content) {
        return blob(content.getBytes(StandardCharsets.UTF_8));
    }

    FakeArchive symlink(String name, String target) {
        items.add(new Item(new Entry(name, Kind.SYMLINK, target, 0), new byte[0]));
        return this;
    }

    FakeArchive hardLink(String name, String target) {
        items.add(new Item(new Entry(name, Kind.HARD_LINK, target, 0), new byte[0]));
        return this;
    }

    FakeArchive directory(String name) {
        items.add(new Item(new Entry(name, Kind.OTHER, "", 0), new byte[0]));
        return this;
    }

    List<ArchivedImage<FakeLayer>> read() {
        return read(new WantedPlatform("linux", "amd64", Optional.empty()));
    }

    List<ArchivedImage<FakeLayer>> read(WantedPlatform platform) {
        return read(Optional.of(platform), Optional.empty(), images -> images);
    }

    /** @param use is called before the archive is closed */
    <R> R read(
            Optional<WantedPlatform> platform,
            Optional<BlobStore> blobs,
            Function<List<ArchivedImage<FakeLayer>>, R> use) {
        rewind();
        try (var archive = new ImageArchive<>(this, this::unpack, blobs)) {
            while (archive.nextLayer().isPresent()) {
                // until the end
            }
            return use.apply(archive.images(platform));
        }
    }

    void rewind() {
        rest = items.iterator();
    }

    FakeLayer unpack(InputStream tar) {
        try {
            var layer = new FakeLayer(Digest.of(tar.readAllBytes()));
            layers.add(layer);
            return layer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<Entry> next() {
        if (!rest.hasNext()) {
            return Optional.empty();
        }
        Item item = rest.next();
        current = item.content;
        return Optional.of(item.entry);
    }

    @Override
    public InputStream content() {
        return new ByteArrayInputStream(current);
    }
}
