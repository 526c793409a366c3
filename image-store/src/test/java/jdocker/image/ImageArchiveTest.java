package jdocker.image;

import static jdocker.image.FakeArchive.config;
import static jdocker.image.FakeArchive.layer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import jdocker.oci.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageArchiveTest {
    private static final byte[] ONE = layer(1);
    private static final byte[] TWO = layer(2);
    private static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";

    @Test
    void readsWhatDockerSaveWritesWhereverTheManifestStands() {
        String manifest = "[{\"Config\":\"c.json\",\"RepoTags\":[\"app:v1\",\"localhost:5000/x:y\"],"
                + "\"Layers\":[\"1/layer.tar\",\"2/layer.tar\"]}]";
        var last = new FakeArchive()
                .directory("1/")
                .file("1/VERSION", "1.0")
                .file("1/layer.tar", ONE)
                .file("2/layer.tar", TWO)
                .file("c.json", config(ONE, TWO))
                .file("manifest.json", manifest)
                .file("repositories", "{}");
        var first = new FakeArchive()
                .file("manifest.json", manifest)
                .file("c.json", config(ONE, TWO))
                .file("2/layer.tar", TWO)
                .file("1/layer.tar", ONE);

        for (FakeArchive archive : new FakeArchive[] {first, last}) {
            var images = archive.read();
            assertThat(images).hasSize(1);
            var image = images.getFirst();
            assertThat(image.tags()).extracting(ImageRef::familiar).containsExactly("app:v1", "localhost:5000/x:y");
            assertThat(image.layers())
                    .extracting(ArchivedLayer::diffId)
                    .containsExactly(Digest.of(ONE), Digest.of(TWO));
            assertThat(image.id()).isEqualTo(Digest.of(image.configBytes()));
        }
    }

    @Test
    void followsLinksBetweenLayersWithinTheArchive() {
        var images = new FakeArchive()
                .file("a/layer.tar", ONE)
                .symlink("b/layer.tar", "../a/layer.tar")
                .hardLink("c/layer.tar", "b/layer.tar")
                .file("c.json", config(ONE, ONE, ONE))
                .file(
                        "manifest.json",
                        "[{\"Config\":\"c.json\",\"RepoTags\":null,\"Layers\":[\"a/layer.tar\",\"b/layer.tar\",\"c/layer.tar\"]}]")
                .read();
        assertThat(images.getFirst().layers()).hasSize(3);
        assertThat(images.getFirst().tags()).isEmpty();
    }

    @Test
    void unpacksLayersOfEveryCompression() throws IOException {
        for (byte[] packed : new byte[][] {gzip(ONE), Zstd.compress(ONE)}) {
            var image = new FakeArchive()
                    .file("l", packed)
                    .file("c.json", config(ONE))
                    .file("manifest.json", "[{\"Config\":\"c.json\",\"Layers\":[\"l\"]}]")
                    .read()
                    .getFirst();
            assertThat(image.layers().getFirst().diffId()).isEqualTo(Digest.of(ONE));
        }
    }

    @Test
    void anEmptyLayerIsALayer() {
        byte[] empty = new byte[1024];
        var image = new FakeArchive()
                .file("l", empty)
                .file("c.json", config(empty))
                .file("manifest.json", "[{\"Config\":\"c.json\",\"Layers\":[\"l\"]}]")
                .read()
                .getFirst();
        assertThat(image.layers()).hasSize(1);
    }

    @Test
    void readsTheOciLayoutWithPackedLayers() throws IOException {
        var archive = new FakeArchive();
        String manifest = ociManifest(archive, config(ONE, TWO), gzip(ONE), TWO);
        archive.file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
        archive.file(
                "index.json",
                index("{\"mediaType\":\"" + OCI_MANIFEST + "\"," + manifest
                        + ",\"annotations\":{\"io.containerd.image.name\":\"docker.io/library/app:v1\"}}"));

        var image = archive.read().getFirst();
        assertThat(image.tags()).extracting(ImageRef::familiar).containsExactly("app:v1");
        assertThat(image.layers()).hasSize(2);
        assertThat(image.manifest()).isPresent();
    }

    @Test
    void picksThePlatformFromNestedIndexesAndPassesAttestations() throws IOException {
        var archive = new FakeArchive();
        String amd = ociManifest(archive, config(ONE), ONE);
        String arm = ociManifest(archive, config(TWO).replace("amd64", "arm64"), TWO);
        String inner = "{\"schemaVersion\":2,\"manifests\":["
                + "{\"mediaType\":\"" + OCI_MANIFEST + "\"," + arm
                + ",\"platform\":{\"architecture\":\"arm64\",\"os\":\"linux\",\"variant\":\"v8\"}},"
                + "{\"mediaType\":\"" + OCI_MANIFEST + "\"," + amd
                + ",\"platform\":{\"architecture\":\"amd64\",\"os\":\"linux\"}},"
                + "{\"mediaType\":\"" + OCI_MANIFEST + "\"," + archive.blob("{\"attestation\":1}")
                + ",\"platform\":{\"architecture\":\"unknown\",\"os\":\"unknown\"},\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"}}]}";
        archive.file(
                "index.json",
                index("{\"mediaType\":\"" + OCI_INDEX + "\"," + archive.blob(inner)
                        + ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"example.com/app:v1\"}}"));

        assertThat(archive.read().getFirst().layers().getFirst().diffId()).isEqualTo(Digest.of(ONE));
        var wanted = WantedPlatform.parse("linux/arm64").orElseThrow();
        assertThat(archive.read(wanted).getFirst().layers().getFirst().diffId()).isEqualTo(Digest.of(TWO));
        assertThatThrownBy(() -> archive.read(WantedPlatform.parse("s390x").orElseThrow()))
                .isInstanceOf(InvalidArchive.class)
                .hasMessageContaining("no image for platform linux/s390x");
    }

    /** Two manifests for one platform cannot be one image for several. */
    @Test
    void severalManifestsForOnePlatformAreAllTakenOrTold() {
        var archive = new FakeArchive();
        String one = platformOf("amd64", ociManifest(archive, config(ONE), ONE));
        String two = platformOf("amd64", ociManifest(archive, config(TWO), TWO));
        String arm = platformOf("arm64", ociManifest(archive, config(TWO).replace("amd64", "arm64"), TWO));
        String name = ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"example.com/app:v1\"}}";
        archive.file(
                "index.json",
                index(String.join(
                        ",",
                        one + "}",
                        arm + "}",
                        two + "}",
                        two + "}", // without a name: two images for us
                        two + name,
                        arm + name,
                        one + name))); // one name: the first of two
        archive.rewind();
        try (var reading = new ImageArchive<>(archive, archive::unpack, Optional.empty())) {
            while (reading.nextLayer().isPresent()) {
                // until the end
            }
            var images = reading.images(WantedPlatform.parse("linux/amd64"));
            assertThat(images)
                    .extracting(
                            image -> image.tags().isEmpty(),
                            image -> image.layers().getFirst().diffId())
                    .containsExactly(tuple(true, Digest.of(ONE)), tuple(false, Digest.of(TWO)));
            assertThat(reading.notes())
                    .singleElement()
                    .asString()
                    .contains("2 images example.com/app:v1", "leaving out");
        }
    }

    private static String platformOf(String architecture, String blob) {
        return "{\"mediaType\":\"" + OCI_MANIFEST + "\"," + blob + ",\"platform\":{\"architecture\":\"" + architecture
                + "\",\"os\":\"linux\"}";
    }

    @Test
    void readsArchivesFromBeforeManifests() {
        String lower = "a".repeat(64);
        String upper = "b".repeat(64);
        var image = new FakeArchive()
                .file(lower + "/json", "{\"id\":\"" + lower + "\",\"created\":\"2015-01-01T00:00:00Z\"}")
                .file(lower + "/layer.tar", ONE)
                .file(
                        upper + "/json",
                        "{\"id\":\"" + upper + "\",\"parent\":\"" + lower
                                + "\",\"os\":\"linux\",\"architecture\":\"amd64\","
                                + "\"config\":{\"Cmd\":[\"sh\"]},\"container_config\":{\"Cmd\":[\"/bin/sh\",\"-c\",\"x\"]}}")
                .file(upper + "/layer.tar", TWO)
                .file("repositories", "{\"old\":{\"v1\":\"" + upper + "\"}}")
                .read()
                .getFirst();

        assertThat(image.tags()).extracting(ImageRef::familiar).containsExactly("old:v1");
        assertThat(image.layers()).hasSize(2);
        assertThat(image.config().history()).hasSize(2);
        assertThat(image.config().history().getLast().createdBy()).isEqualTo("/bin/sh -c x");
        assertThat(new String(image.configBytes(), java.nio.charset.StandardCharsets.UTF_8))
                .doesNotContain(upper);
    }

    @Test
    void refusesLayersThatAreNotThoseOfTheConfig() {
        assertRefused(
                new FakeArchive()
                        .file("l", ONE)
                        .file("c.json", config(TWO))
                        .file("manifest.json", "[{\"Config\":\"c.json\",\"Layers\":[\"l\"]}]"),
                "invalid diffID for layer 0");
        assertRefused(
                new FakeArchive()
                        .file("l", ONE)
                        .file("c.json", config(ONE, TWO))
                        .file("manifest.json", "[{\"Config\":\"c.json\",\"Layers\":[\"l\"]}]"),
                "layers length mismatch: expected 2, got 1");
    }

    /** A small archive may name one large config any number of times. */
    @Test
    void anImageThatIsListedOftenIsReadOnceAndHasAllTheNames() throws IOException {
        String filler = "\"x\":\"" + "y".repeat(1_000_000) + "\",";
        String large = config(ONE).replaceFirst("\\{", "{" + filler);
        var items = new StringBuilder();
        var entries = new StringBuilder();
        var layout = new FakeArchive();
        String manifest = ociManifest(layout, large, ONE);
        for (int i = 0; i < 3000; i++) {
            items.append(i == 0 ? "" : ",")
                    .append("{\"Config\":\"c.json\",\"RepoTags\":[\"app:v" + i + "\"],\"Layers\":[\"l\"]}");
            entries.append(i == 0 ? "" : ",")
                    .append("{\"mediaType\":\"" + OCI_MANIFEST + "\"," + manifest
                            + ",\"annotations\":{\"io.containerd.image.name\":\"docker.io/library/app:v" + i + "\"}}");
        }
        var docker = new FakeArchive().file("l", ONE).file("c.json", large).file("manifest.json", "[" + items + "]");
        layout.file("index.json", index(entries.toString()));
        for (FakeArchive archive : new FakeArchive[] {docker, layout}) {
            var images = archive.read();
            assertThat(images).hasSize(1);
            assertThat(images.getFirst().tags()).hasSize(3000);
            assertThat(images.getFirst().outline().unknown()).isEmpty();
        }
    }

    @Test
    void refusesMoreImagesThanAnybodySavesTogether() {
        var archive = new FakeArchive().file("l", ONE);
        var items = new StringBuilder();
        for (int i = 0; i <= 1000; i++) {
            archive.file("c" + i, config(ONE).replaceFirst("\\{", "{\"author\":\"" + i + "\","));
            items.append(i == 0 ? "" : ",").append("{\"Config\":\"c" + i + "\",\"Layers\":[\"l\"]}");
        }
        assertRefused(archive.file("manifest.json", "[" + items + "]"), "more than 1000 images");
    }

    @Test
    void refusesConfigsOfMillionsOfNodes() {
        String nodes = "\"x\":[" + "{},".repeat(1_000_000) + "{}],";
        assertRefused(
                new FakeArchive()
                        .file("l", ONE)
                        .file("c.json", config(ONE).replaceFirst("\\{", "{" + nodes))
                        .file("manifest.json", "[{\"Config\":\"c.json\",\"Layers\":[\"l\"]}]"),
                "Token count");
    }

    /** Each document is small enough, and all of them together are more than fits into memory. */
    @Test
    void ofTheStepsOfAnOldArchiveOnlyTheHistoryIsKept() {
        var archive = new FakeArchive();
        String filler = ",\"x\":[" + "{},".repeat(90_000) + "{}]";
        for (int i = 0; i < 100; i++) {
            String parent = i == 0 ? "" : ",\"parent\":\"" + String.format("%064x", i - 1) + "\"";
            archive.file(
                            String.format("%064x/json", i),
                            "{\"created\":\"2015-01-01T00:00:00Z\"" + parent + filler + "}")
                    .file(String.format("%064x/layer.tar", i), ONE);
        }
        var image = archive.file("repositories", "{\"old\":{\"v1\":\"" + String.format("%064x", 99) + "\"}}")
                .read()
                .getFirst();
        assertThat(image.layers()).hasSize(100);
        assertThat(image.outline().history()).isEmpty();
    }

    @Test
    void refusesIncompleteAndForeignArchives() {
        assertRefused(new FakeArchive().file("l", ONE), "holds no images");
        assertRefused(
                new FakeArchive().file("manifest.json", "[{\"Config\":\"../../etc/passwd\",\"Layers\":[]}]"),
                "lacks '../../etc/passwd'");
        assertRefused(
                new FakeArchive()
                        .file("c.json", config(ONE))
                        .file("manifest.json", "[{\"Config\":\"c.json\",\"Layers\":[\"none\"]}]"),
                "lacks layer 'none'");
        assertRefused(
                new FakeArchive().file("c.json", config("windows")).file("manifest.json", "[{\"Config\":\"c.json\"}]"),
                "cannot load 'windows' image on linux");
        assertRefused(new FakeArchive().symlink("manifest.json", "manifest.json"), "holds no images");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[",
                "{}",
                "[null]",
                "[{}]",
                "[] []",
                "[{\"Config\":5}]",
                "\"x\"",
                "[{\"Config\":\"c\",\"Layers\":[null]}]"
            })
    void refusesBrokenManifests(String manifest) {
        assertThatThrownBy(
                        () -> new FakeArchive().file("manifest.json", manifest).read())
                .isInstanceOf(InvalidArchive.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"app", "App:v1", "app:v 1", "app@sha256:00", ":x", ""})
    void refusesTagsThatAreNone(String tag) {
        assertRefused(
                new FakeArchive()
                        .file("c.json", config())
                        .file("manifest.json", "[{\"Config\":\"c.json\",\"RepoTags\":[\"" + tag + "\"]}]"),
                "invalid tag");
    }

    @Test
    void refusesBlobsThatAreNotWhatTheirDigestSays() {
        var archive = new FakeArchive();
        String manifest = ociManifest(archive, config(ONE), ONE);
        archive.file("index.json", index("{\"mediaType\":\"" + OCI_MANIFEST + "\"," + manifest + "}"));
        archive.file("blobs/sha256/" + Digest.of(ONE).hex(), TWO); // in place of the right one
        assertRefused(archive, "other content than its digest");
    }

    @Test
    void refusesDocumentsThatAreTwoThingsAtOnce() {
        var archive = new FakeArchive();
        String config = archive.blob(config());
        String both =
                "{\"schemaVersion\":2,\"manifests\":[],\"config\":{\"mediaType\":\"x\"," + config + "},\"layers\":[]}";
        archive.file("index.json", index("{\"mediaType\":\"" + OCI_MANIFEST + "\"," + archive.blob(both) + "}"));
        assertRefused(archive, "both manifest and index");
    }

    @Test
    void forgetsEveryLayerWhenItIsClosed() {
        var archive = new FakeArchive().file("l", ONE).file("l", TWO).file("x", ONE);
        assertThatThrownBy(archive::read).isInstanceOf(InvalidArchive.class);
        assertThat(archive.layers).hasSize(3).allMatch(layer -> layer.closed);
    }

    private static String ociManifest(FakeArchive archive, String config, byte[]... layers) {
        var items = new java.util.ArrayList<String>();
        for (byte[] layer : layers) {
            String packing = layer[0] == 0x1f ? "+gzip" : "";
            items.add("{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar" + packing + "\"," + archive.blob(layer)
                    + "}");
        }
        return archive.blob(
                "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\","
                        + archive.blob(config) + "},\"layers\":[" + String.join(",", items) + "]}");
    }

    private static String index(String manifests) {
        return "{\"schemaVersion\":2,\"manifests\":[" + manifests + "]}";
    }

    private static byte[] gzip(byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    private static void assertRefused(FakeArchive archive, String reason) {
        assertThatThrownBy(archive::read).isInstanceOf(InvalidArchive.class).hasMessageContaining(reason);
    }

    @Test
    void platformsAreReadAsDockerWritesThem() {
        assertThat(WantedPlatform.parse("linux/arm64/v8"))
                .contains(new WantedPlatform("linux", "arm64", Optional.of("v8")));
        assertThat(WantedPlatform.parse("x86_64")).contains(new WantedPlatform("linux", "amd64", Optional.empty()));
        assertThat(WantedPlatform.parse("linux")).contains(WantedPlatform.host());
        for (String bad : new String[] {"", "/", "linux/", "a/b/c/d", "linux/ü", "linux/a b"}) {
            assertThat(WantedPlatform.parse(bad)).as(bad).isEmpty();
        }
    }
}
