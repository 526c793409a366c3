package jdocker.daemon.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import jdocker.daemon.http.TestClient.Reply;
import jdocker.kernel.KernelTest;
import jdocker.oci.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Archives by those who mean ill: each is refused with the reason, and nothing of it stays. */
@KernelTest
class HostileLoadTest extends ImageServerTest {
    private static final String OCI = "application/vnd.oci.image.";
    private static final String ITEM = "[{\"Config\":\"config.json\",\"RepoTags\":[\"app:v1\"],\"Layers\":[%s]}]";

    private void refused(byte[] archive, String reason) throws IOException {
        Reply reply = post("/images/load", archive);
        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        assertThat(JSON.readTree(reply.bytes()).get("message").asText())
                .contains(reason)
                .hasSizeLessThan(1000);
        assertThat(get("/images/json")).isEmpty();
        assertThat(layers.layers()).isEmpty();
        assertThat(root.resolve("blobs/sha256")).isEmptyDirectory();
        assertThat(root.resolve("tmp")).isEmptyDirectory();
    }

    private static ArchiveBytes docker(String layers) {
        return new ArchiveBytes()
                .file("l", ONE)
                .file("config.json", ArchiveBytes.config("", ONE))
                .file("manifest.json", ITEM.formatted(layers));
    }

    @ParameterizedTest
    @CsvSource({
        "../../../../etc/passwd",
        "/etc/passwd",
        "./nothing/../../../root/.ssh/id",
        "l/../../../var/lib/jdocker/state.db",
    })
    void aNameIsAKeyInTheArchiveAndNeverAPathOfTheHost(String name) throws IOException {
        refused(docker("\"" + name + "\"").end(), "the archive lacks layer");
        refused(
                new ArchiveBytes()
                        .file("l", ONE)
                        .file(
                                "manifest.json",
                                "[{\"Config\":\"" + name + "\",\"RepoTags\":[\"app:v1\"],\"Layers\":[\"l\"]}]")
                        .end(),
                "the archive lacks");
    }

    @Test
    void aSmallConfigOfMillionsOfNodesDoesNotFillTheMemory() throws IOException {
        String nodes = "\"x\":[" + "{},".repeat(500_000) + "{}],";
        refused(
                new ArchiveBytes()
                        .file("l", ONE)
                        .file("config.json", ArchiveBytes.config(nodes, ONE))
                        .file("manifest.json", ITEM.formatted("\"l\""))
                        .end(),
                "Token count");
    }

    @Test
    void linksOfTheArchiveLeadNowhereElse() throws IOException {
        refused(
                new ArchiveBytes()
                        .symlink("l", "/etc/passwd")
                        .symlink("config.json", "../../../../etc/hostname")
                        .file("manifest.json", ITEM.formatted("\"l\""))
                        .end(),
                "the archive lacks layer");
        refused(
                new ArchiveBytes()
                        .symlink("a", "b")
                        .symlink("b", "a")
                        .file("config.json", ArchiveBytes.config("", ONE))
                        .file("manifest.json", ITEM.formatted("\"a\""))
                        .end(),
                "the archive lacks layer");
    }

    @Test
    void aBlobThatIsALinkToAnotherIsNotTheBlobThatItsNameSays() throws IOException {
        byte[] config = ArchiveBytes.config("", TWO).getBytes(StandardCharsets.UTF_8);
        byte[] manifest = manifest(config, TWO);
        refused(
                layout(manifest, Map.of(path(config), config, path(ONE), ONE))
                        .symlink(path(TWO), Digest.of(ONE).hex())
                        .end(),
                "other content than its digest and size say");
    }

    @Test
    void digestsAndSizesThatLieAreRefused() throws IOException {
        byte[] config = ArchiveBytes.config("", ONE).getBytes(StandardCharsets.UTF_8);
        byte[] manifest = manifest(config, ONE);
        var good = new LinkedHashMap<String, byte[]>();
        good.put(path(config), config);
        good.put(path(ONE), ONE);
        var wrongLayer = new LinkedHashMap<>(good);
        wrongLayer.put(path(ONE), TWO);
        refused(layout(manifest, wrongLayer).end(), "other content than its digest and size say");
        var wrongConfig = new LinkedHashMap<>(good);
        wrongConfig.put(path(config), "{}".getBytes(StandardCharsets.UTF_8));
        refused(layout(manifest, wrongConfig).end(), "other content than its digest and size say");
        byte[] lying = new String(manifest, StandardCharsets.UTF_8)
                .replaceAll("\"size\":" + ONE.length, "\"size\":1")
                .getBytes(StandardCharsets.UTF_8);
        refused(layout(lying, good).end(), "other content than its digest and size say");
        byte[] traversal = new String(manifest, StandardCharsets.UTF_8)
                .replace(Digest.of(ONE).toString(), "sha256:../../../../etc/passwd")
                .getBytes(StandardCharsets.UTF_8);
        refused(layout(traversal, good).end(), "");
    }

    @Test
    void hugeCountsAreRefused() throws IOException {
        refused(docker("\"l\",".repeat(200) + "\"l\"").end(), "layers length mismatch: expected 1, got 201");
        var many = new byte[200][];
        java.util.Arrays.fill(many, ONE);
        refused(
                new ArchiveBytes()
                        .file("l", ONE)
                        .file("config.json", ArchiveBytes.config("", many))
                        .file("manifest.json", ITEM.formatted("\"l\",".repeat(199) + "\"l\""))
                        .end(),
                "max depth exceeded: 200 layers");
        byte[] config = ArchiveBytes.config("", ONE).getBytes(StandardCharsets.UTF_8);
        byte[] manifest = manifest(config, ONE);
        String descriptors = ("{\"mediaType\":\"" + OCI + "index.v1+json\"," + at(config) + "},").repeat(5000);
        refused(
                new ArchiveBytes()
                        .file(path(config), config)
                        .file(path(manifest), manifest)
                        .file("index.json", "{\"schemaVersion\":2,\"manifests\":[" + descriptors + "{}]}")
                        .end(),
                "");
    }

    @Test
    void documentsThatFillTheMemoryAreRefused() throws IOException {
        byte[] large = ("{\"x\":\"" + "a".repeat(7 << 20) + "\"}").getBytes(StandardCharsets.UTF_8);
        var archive = new ArchiveBytes();
        for (int i = 0; i < 10; i++) {
            archive.file("document" + i + ".json", large);
        }
        refused(archive.end(), "documents are larger than");
        byte[] deep = ("[".repeat(100_000)).getBytes(StandardCharsets.UTF_8);
        refused(new ArchiveBytes().file("manifest.json", deep).end(), "'manifest.json' is");
    }

    @Test
    void theSameNameTwiceMeansTheLastAndLeavesNothingOfTheFirst() throws IOException {
        Reply reply = post(
                "/images/load",
                new ArchiveBytes()
                        .file("l", TWO)
                        .file("l", ONE)
                        .file("config.json", ArchiveBytes.config("", TWO))
                        .file("config.json", ArchiveBytes.config("", ONE))
                        .file("manifest.json", ITEM.formatted("\"l\""))
                        .end());
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(layers.layers()).hasSize(1);
        assertThat(root.resolve("tmp")).isEmptyDirectory();
    }

    private static String path(byte[] content) {
        return "blobs/sha256/" + Digest.of(content).hex();
    }

    private static String at(byte[] content) {
        return "\"digest\":\"" + Digest.of(content) + "\",\"size\":" + content.length;
    }

    private static byte[] manifest(byte[] config, byte[] layer) {
        return ("{\"schemaVersion\":2,\"config\":{\"mediaType\":\"" + OCI + "config.v1+json\"," + at(config)
                        + "},\"layers\":[{\"mediaType\":\"" + OCI + "layer.v1.tar\"," + at(layer) + "}]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static ArchiveBytes layout(byte[] manifest, Map<String, byte[]> blobs) {
        var archive = new ArchiveBytes();
        blobs.forEach(archive::file);
        return archive.file(path(manifest), manifest)
                .file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}")
                .file(
                        "index.json",
                        "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"" + OCI + "manifest.v1+json\","
                                + at(manifest) + "}]}");
    }
}
