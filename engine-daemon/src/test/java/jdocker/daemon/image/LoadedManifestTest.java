package jdocker.daemon.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import jdocker.daemon.http.TestClient.Reply;
import jdocker.image.ArchiveEntries;
import jdocker.kernel.KernelTest;
import jdocker.oci.Digest;
import org.junit.jupiter.api.Test;

/** Digests of archives survive: what was packed stays packed, what was a manifest stays that manifest. */
@KernelTest
class LoadedManifestTest extends ImageServerTest {
    static final String OCI = "application/vnd.oci.image.";
    static final byte[] PACKED_ONE = gzip(ONE);
    static final byte[] PACKED_TWO = gzip(TWO);
    static final byte[] MANIFEST = manifest(CONFIG, PACKED_ONE, PACKED_TWO);

    @Test
    void theDigestsOfAnOciLayoutSurviveLoadAndSave() throws IOException {
        loaded(layout("app:v1").end());
        assertThat(blob(MANIFEST)).exists();
        assertThat(blob(PACKED_ONE)).hasBinaryContent(PACKED_ONE);
        assertThat(blob(PACKED_TWO)).hasBinaryContent(PACKED_TWO);
        Map<String, byte[]> saved = entries(send("GET", "/images/app:v1/get").bytes());
        assertThat(saved.get(path(MANIFEST))).isEqualTo(MANIFEST);
        assertThat(saved.get(path(PACKED_ONE))).isEqualTo(PACKED_ONE);
        assertThat(new String(saved.get("index.json"), StandardCharsets.UTF_8))
                .contains(Digest.of(MANIFEST).toString());

        send("DELETE", "/images/app:v1");
        assertThat(root.resolve("blobs/sha256")).isEmptyDirectory();
        loaded(packedAgain(saved));
        assertThat(blob(MANIFEST)).as("what was saved is loaded as it was").exists();
    }

    @Test
    void aDockerArchiveWithAnIndexKeepsItsManifest() throws IOException {
        String item = "[{\"Config\":\"" + path(CONFIG.getBytes(StandardCharsets.UTF_8))
                + "\",\"RepoTags\":[\"app:v1\"],\"Layers\":[\"" + path(PACKED_ONE) + "\",\"" + path(PACKED_TWO)
                + "\"]}]";
        loaded(layout("ignored:v1").file("manifest.json", item).end());
        assertThat(blob(MANIFEST)).exists();
        assertThat(get("/images/json")).hasSize(1);
        assertThat(get("/images/app:v1/json").get("RepoTags")).hasSize(1);
    }

    @Test
    void packedLayersAreNotKeptWhereThePolicySaysSo() throws IOException {
        stop();
        keep = KeepBlobs.NEVER;
        start();
        loaded(layout("app:v1").end());
        assertThat(blob(PACKED_ONE)).doesNotExist();
        assertThat(root.resolve("tmp")).isEmptyDirectory();
        Map<String, byte[]> saved = entries(send("GET", "/images/app:v1/get").bytes());
        assertThat(saved.get(path(ONE))).isEqualTo(ONE);
        assertThat(images.content().forms(Digest.of(ONE)).packed().getFirst().digest())
                .as("the digest stays known, for a registry may have it")
                .isEqualTo(Digest.of(PACKED_ONE).toString());
    }

    @Test
    void packedLayersThatNoManifestNamesAreNotKept() throws IOException {
        loaded(new ArchiveBytes()
                .file("blobs/sha256/" + Digest.of(PACKED_ONE).hex(), PACKED_ONE)
                .file("config.json", ArchiveBytes.config("", ONE))
                .file("manifest.json", "[{\"Config\":\"config.json\",\"Layers\":[\"" + path(PACKED_ONE) + "\"]}]")
                .end());
        assertThat(blob(PACKED_ONE)).doesNotExist();
        assertThat(root.resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void whatTheManifestLiesAboutIsRefusedAndLeavesNothing() throws IOException {
        byte[] lying = manifest(CONFIG, PACKED_TWO, PACKED_ONE); // the other way round
        byte[] archive = layout("app:v1", lying).end();
        Reply reply = post("/images/load", archive);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.text()).contains("invalid diffID for layer 0");
        assertThat(root.resolve("tmp")).isEmptyDirectory();
        assertThat(root.resolve("blobs/sha256")).isEmptyDirectory();
        assertThat(layers.layers()).isEmpty();
    }

    @Test
    void severalPlatformsAtOnceAreRefusedInClearWords() throws IOException {
        Reply reply = post(
                "/v1.51/images/load?platform=linux/amd64&platform=linux/arm64",
                layout("app:v1").end());
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.text()).contains("load them one by one");
        assertThat(post("/images/load?platform=linux/arm64", layout("app:v1").end())
                        .text())
                .contains("no image for platform linux/arm64");
    }

    private void loaded(byte[] archive) throws IOException {
        Reply reply = post("/images/load", archive);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.text()).contains("Loaded image");
    }

    private java.nio.file.Path blob(byte[] content) {
        return root.resolve(path(content));
    }

    private static String path(byte[] content) {
        return "blobs/sha256/" + Digest.of(content).hex();
    }

    static ArchiveBytes layout(String name) {
        return layout(name, MANIFEST);
    }

    private static ArchiveBytes layout(String name, byte[] manifest) {
        byte[] config = CONFIG.getBytes(StandardCharsets.UTF_8);
        String descriptor = descriptor(OCI + "manifest.v1+json", manifest);
        return new ArchiveBytes()
                .file(path(PACKED_ONE), PACKED_ONE)
                .file(path(PACKED_TWO), PACKED_TWO)
                .file(path(config), config)
                .file(path(manifest), manifest)
                .file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}")
                .file(
                        "index.json",
                        "{\"schemaVersion\":2,\"manifests\":[" + descriptor.substring(0, descriptor.length() - 1)
                                + ",\"annotations\":{\"io.containerd.image.name\":\"" + name + "\"}}]}");
    }

    private static byte[] manifest(String config, byte[] one, byte[] two) {
        // Spaces that no program would write again.
        return ("{ \"schemaVersion\":2, \"config\":"
                        + descriptor(OCI + "config.v1+json", config.getBytes(StandardCharsets.UTF_8)) + ", \"layers\":["
                        + descriptor(OCI + "layer.v1.tar+gzip", one) + "," + descriptor(OCI + "layer.v1.tar+gzip", two)
                        + "] }")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String descriptor(String type, byte[] content) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + Digest.of(content) + "\",\"size\":" + content.length
                + "}";
    }

    private static byte[] packedAgain(Map<String, byte[]> saved) {
        var archive = new ArchiveBytes();
        saved.forEach(archive::file);
        return archive.end();
    }

    static Map<String, byte[]> entries(byte[] tar) {
        var archive = new TarArchive(new ByteArrayInputStream(tar));
        var entries = new HashMap<String, byte[]>();
        for (var entry = archive.next(); entry.isPresent(); entry = archive.next()) {
            if (entry.get().kind() == ArchiveEntries.Kind.FILE) {
                try {
                    entries.put(entry.get().name(), archive.content().readAllBytes());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return entries;
    }

    private static byte[] gzip(byte[] content) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
