package jdocker.image;

import static jdocker.image.FakeArchive.config;
import static jdocker.image.FakeArchive.layer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import jdocker.oci.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Manifests and packed layers that come with the images of an archive. */
class ArchivedManifestTest {
    private static final byte[] ONE = layer(1);
    private static final byte[] TWO = layer(2);
    private static final byte[] PACKED_ONE = gzip(ONE);
    private static final byte[] PACKED_TWO = gzip(TWO);
    private static final String GZIP_LAYER = MediaTypes.OCI_LAYER + "+gzip";

    @TempDir
    Path root;

    @Test
    void packedLayersOfAnOciLayoutAreKeptAsTheyCame() {
        var archive = new FakeArchive();
        String manifest = manifest(archive, config(ONE, TWO), PACKED_ONE, PACKED_TWO);
        archive.file("index.json", index(manifest));
        var blobs = BlobStore.open(root);
        archive.read(Optional.empty(), Optional.of(blobs), images -> {
            ArchivedManifest found = images.getFirst().manifest().orElseThrow();
            assertThat(found.mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
            for (int i = 0; i < 2; i++) {
                StagedBlob packed = found.layers().get(i).packed().orElseThrow();
                assertThat(packed.digest()).isEqualTo(Digest.of(i == 0 ? PACKED_ONE : PACKED_TWO));
                assertThat(content(packed)).isEqualTo(i == 0 ? PACKED_ONE : PACKED_TWO);
            }
            return images;
        });
        assertThat(root.resolve("tmp")).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", MediaTypes.OCI_LAYER, MediaTypes.OCI_LAYER + "+zstd"})
    void aManifestThatCallsALayerWhatItIsNotIsNotKept(String type) {
        var archive = new FakeArchive();
        String layer = "{\"mediaType\":\"" + type + "\"," + archive.blob(PACKED_ONE) + "}";
        archive.file("index.json", index(manifest(archive, config(ONE), List.of(layer))));
        ArchivedImage<?> image = archive.read().getFirst();
        assertThat(image.layers().getFirst().diffId()).isEqualTo(Digest.of(ONE));
        assertThat(image.manifest()).isEmpty();
    }

    @Test
    void nothingIsKeptWithoutAStore() {
        var archive = new FakeArchive();
        archive.file("index.json", index(manifest(archive, config(ONE), PACKED_ONE)));
        ArchivedManifest found = archive.read().getFirst().manifest().orElseThrow();
        assertThat(found.layers().getFirst().packed()).isEmpty();
        assertThat(found.layers().getFirst().descriptor().digest()).isEqualTo(Digest.of(PACKED_ONE));
    }

    @Test
    void aDockerArchiveTakesItsManifestFromTheIndexBesideIt() {
        var archive = new FakeArchive();
        String manifest = manifest(archive, config(ONE, TWO), PACKED_ONE, TWO);
        String other = manifest(archive, config(ONE), ONE);
        String config = config(ONE, TWO);
        archive.file("index.json", index(other + "," + manifest)).file("manifest.json", item(config, PACKED_ONE, TWO));
        ArchivedImage<?> image = archive.read().getFirst();
        ArchivedManifest found = image.manifest().orElseThrow();
        assertThat(new String(found.bytes(), StandardCharsets.UTF_8)).contains(GZIP_LAYER);
        assertThat(found.layers().getLast().descriptor().digest()).isEqualTo(Digest.of(TWO));
    }

    @Test
    void aDockerArchiveNeedsNoManifestAndMayLackSome() {
        var archive = new FakeArchive();
        String gone =
                "{\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\",\"digest\":\"" + Digest.of(TWO) + "\",\"size\":5}";
        manifest(archive, config(ONE), ONE);
        archive.file("index.json", index(gone)).file("manifest.json", item(config(ONE), ONE));
        assertThat(archive.read().getFirst().manifest()).isEmpty();
    }

    @Test
    void aManifestOfOtherLayersIsNotThatOfTheImage() {
        var archive = new FakeArchive();
        String manifest = manifest(archive, config(ONE), PACKED_ONE);
        archive.blob(ONE);
        archive.file("index.json", index(manifest)).file("manifest.json", item(config(ONE), ONE));
        assertThat(archive.read().getFirst().manifest()).isEmpty();
    }

    @Test
    void aManifestThatLiesAboutItsSizeIsRefusedBesideManifestJsonToo() {
        var archive = new FakeArchive();
        String manifest = manifest(archive, config(ONE), ONE).replaceFirst("\"size\":\\d+", "\"size\":7");
        archive.file("index.json", index(manifest)).file("manifest.json", item(config(ONE), ONE));
        assertThatThrownBy(archive::read)
                .isInstanceOf(InvalidArchive.class)
                .hasMessageContaining("other content than its digest and size say");
    }

    @Test
    void severalManifestsOfOneNameAreOneImageForSeveralPlatforms() {
        var archive = new FakeArchive();
        String amd = named(manifest(archive, config(ONE), ONE), "amd64", "app:v1");
        String arm = named(manifest(archive, armConfig(TWO), TWO), "arm64", "app:v1");
        archive.file("index.json", index(amd + "," + arm));
        List<? extends ArchivedImage<?>> images = archive.read();
        assertThat(images).hasSize(1);
        assertThat(images.getFirst().layers().getFirst().diffId()).isEqualTo(Digest.of(ONE));
        var wanted = WantedPlatform.parse("linux/arm64").orElseThrow();
        assertThat(archive.read(wanted).getFirst().layers().getFirst().diffId()).isEqualTo(Digest.of(TWO));
        assertThatThrownBy(() -> archive.read(WantedPlatform.parse("s390x").orElseThrow()))
                .hasMessage("the archive holds no image for platform linux/s390x, but for linux/amd64, linux/arm64:"
                        + " choose one by --platform");
    }

    @Test
    void ofADockerArchiveOnlyTheImagesForTheWantedPlatformAreTaken() {
        var archive = new FakeArchive();
        String arm = armConfig(TWO);
        archive.blob(ONE);
        archive.blob(TWO);
        archive.file("amd.json", config(ONE)).file("arm.json", arm);
        archive.file(
                "manifest.json",
                "[{\"Config\":\"amd.json\",\"Layers\":[\"" + path(ONE) + "\"]},{\"Config\":\"arm.json\",\"Layers\":[\""
                        + path(TWO) + "\"]}]");
        var wanted = WantedPlatform.parse("linux/arm64").orElseThrow();
        assertThat(archive.read(wanted)).hasSize(1);
        int all = archive.read(Optional.empty(), Optional.empty(), List::size);
        assertThat(all).isEqualTo(2);
        assertThatThrownBy(() -> archive.read(WantedPlatform.parse("s390x").orElseThrow()))
                .isInstanceOf(InvalidArchive.class)
                .hasMessageContaining("no image for platform linux/s390x");
    }

    @Test
    void aManifestOfAnotherKindIsRefused() {
        var archive = new FakeArchive();
        String odd = "{\"schemaVersion\":2,\"mediaType\":\"text/html\",\"config\":{\"mediaType\":\"x\","
                + archive.blob(config()) + "},\"layers\":[]}";
        archive.file("index.json", index("{\"mediaType\":\"text/html\"," + archive.blob(odd) + "}"));
        assertThatThrownBy(archive::read)
                .isInstanceOf(InvalidArchive.class)
                .hasMessageContaining("'text/html', which is not that of an image");
    }

    @Test
    void indexesThatLeadToThemselvesOrNeverEndAreRefused() {
        var archive = new FakeArchive();
        manifest(archive, config(ONE), ONE);
        String at = archive.blob("{\"schemaVersion\":2,\"manifests\":[]}");
        for (int i = 0; i < 12; i++) {
            at = archive.blob("{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"" + MediaTypes.OCI_INDEX + "\","
                    + at + "}]}");
        }
        archive.file("index.json", index("{\"mediaType\":\"" + MediaTypes.OCI_INDEX + "\"," + at + "}"));
        assertThatThrownBy(archive::read).hasMessageContaining("nested deeper than 8");
        archive.file("manifest.json", item(config(ONE), ONE));
        assertThatThrownBy(archive::read).hasMessageContaining("nested deeper than 8");
    }

    private static String item(String config, byte[]... layers) {
        var names = new java.util.ArrayList<String>();
        for (byte[] layer : layers) {
            names.add("\"" + path(layer) + "\"");
        }
        return "[{\"Config\":\"" + path(config.getBytes(StandardCharsets.UTF_8))
                + "\",\"RepoTags\":[\"app:v1\"],\"Layers\":[" + String.join(",", names) + "]}]";
    }

    private static String path(byte[] content) {
        return "blobs/sha256/" + Digest.of(content).hex();
    }

    private static String armConfig(byte[]... layers) {
        return config(layers).replace("amd64", "arm64");
    }

    private static String named(String descriptor, String architecture, String name) {
        return descriptor.substring(0, descriptor.length() - 1) + ",\"platform\":{\"os\":\"linux\",\"architecture\":\""
                + architecture + "\"},\"annotations\":{\"io.containerd.image.name\":\"" + name + "\"}}";
    }

    /** Its descriptor. */
    private static String manifest(FakeArchive archive, String config, byte[]... layers) {
        var items = new java.util.ArrayList<String>();
        for (byte[] layer : layers) {
            boolean packed = layer[0] == 0x1f;
            items.add("{\"mediaType\":\"" + (packed ? GZIP_LAYER : MediaTypes.OCI_LAYER) + "\"," + archive.blob(layer)
                    + "}");
        }
        return manifest(archive, config, items);
    }

    private static String manifest(FakeArchive archive, String config, List<String> layers) {
        String document = "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"" + MediaTypes.OCI_CONFIG + "\","
                + archive.blob(config) + "},\"layers\":[" + String.join(",", layers) + "]}";
        return "{\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\"," + archive.blob(document) + "}";
    }

    private static String index(String manifests) {
        return "{\"schemaVersion\":2,\"manifests\":[" + manifests + "]}";
    }

    private static byte[] content(StagedBlob blob) {
        try (InputStream in = blob.open()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static byte[] gzip(byte[] content) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
