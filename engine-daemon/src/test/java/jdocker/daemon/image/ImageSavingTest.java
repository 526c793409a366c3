package jdocker.daemon.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jdocker.kernel.KernelTest;
import jdocker.oci.Digest;
import org.junit.jupiter.api.Test;

/** Archives as {@code save} writes them. */
@KernelTest
class ImageSavingTest extends ImageServerTest {
    private static final String OTHER = ArchiveBytes.config("\"author\":\"you\",", ONE);

    private Map<String, byte[]> saved(String path) throws IOException {
        var reply = send("GET", path);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return LoadedManifestTest.entries(reply.bytes());
    }

    private static List<String> tags(Map<String, byte[]> entries) throws IOException {
        var tags = new ArrayList<String>();
        for (JsonNode item : JSON.readTree(entries.get("manifest.json"))) {
            item.get("RepoTags").forEach(tag -> tags.add(tag.asText()));
        }
        return tags;
    }

    @Test
    void anArchiveIsDockersAndAnOciLayoutInOneAndIsTheSameEachTime() throws IOException {
        load("app:v1");
        Map<String, byte[]> entries = saved("/images/app:v1/get");
        JsonNode item = JSON.readTree(entries.get("manifest.json")).get(0);
        assertThat(entries.get(item.get("Config").asText()))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(CONFIG);
        assertThat(entries.get(item.get("Layers").get(0).asText())).isEqualTo(ONE);
        assertThat(entries.get(item.get("Layers").get(1).asText())).isEqualTo(TWO);
        JsonNode descriptor =
                JSON.readTree(entries.get("index.json")).get("manifests").get(0);
        assertThat(descriptor.at("/annotations/io.containerd.image.name").asText())
                .isEqualTo("docker.io/library/app:v1");
        String digest = descriptor.get("digest").asText();
        byte[] manifest = entries.get("blobs/sha256/" + digest.substring("sha256:".length()));
        assertThat(Digest.of(manifest).toString()).isEqualTo(digest);
        assertThat(entries).containsKeys("oci-layout", "repositories");
        assertThat(send("GET", "/images/app:v1/get").bytes())
                .isEqualTo(send("GET", "/images/app:v1/get").bytes());
    }

    @Test
    void aBareNameMeansEveryTagAndAnIdMeansNone() throws IOException {
        load("app:v1");
        send("POST", "/images/app:v1/tag?repo=app&tag=v2");
        send("POST", "/images/app:v1/tag?repo=app2&tag=v1");
        assertThat(tags(saved("/images/app/get"))).containsExactly("app:v1", "app:v2");
        assertThat(tags(saved("/images/app:v2/get"))).containsExactly("app:v2");
        assertThat(tags(saved("/images/" + ID + "/get"))).isEmpty();
        assertThat(tags(saved("/images/get?names=app:v1&names=app2:v1&names=" + ID.substring(7, 19))))
                .containsExactly("app2:v1", "app:v1");
    }

    @Test
    void aLayerOfSeveralImagesIsWrittenOnce() throws IOException {
        load("app:v1");
        post("/images/load", ArchiveBytes.saved(OTHER, "other:v1", ONE));
        byte[] both = send("GET", "/images/get?names=app:v1&names=other:v1").bytes();
        assertThat(JSON.readTree(LoadedManifestTest.entries(both).get("manifest.json")))
                .hasSize(2);
        String text = new String(both, StandardCharsets.ISO_8859_1);
        assertThat(text.split("first", -1)).hasSize(2);
        send("DELETE", "/images/app:v1");
        send("DELETE", "/images/other:v1");
        assertThat(post("/images/load", both).text()).contains("app:v1", "other:v1");
        assertThat(get("/images/app:v1/json").get("Id").asText()).isEqualTo(ID);
    }

    @Test
    void whatIsMissingOrForAnotherPlatformIsToldByTheStatus() throws IOException {
        load("app:v1");
        assertThat(send("GET", "/images/nosuch/get").status()).isEqualTo(404);
        assertThat(send("GET", "/images/get?names=app:v1&names=nosuch").status())
                .isEqualTo(404);
        assertThat(send("GET", "/images/get").status()).isEqualTo(400);
        assertThat(send("GET", "/images/app:v1/get?platform=linux/arm64").text())
                .contains("does not provide the specified platform (linux/arm64)");
        assertThat(send("GET", "/images/app:v1/get?platform=linux/amd64").status())
                .isEqualTo(200);
    }

    /** The status is out when it shows: the broken end tells. */
    @Test
    void aLayerThatIsDamagedOnDiskIsNeverGivenOut() throws IOException {
        load("app:v1");
        try (var overlay = Files.walk(root.resolve("overlay2"), 3)) {
            Files.writeString(
                    overlay.filter(file -> file.endsWith("diff/one"))
                            .findFirst()
                            .orElseThrow(),
                    "fIrst");
        }
        boolean broken;
        try {
            broken = !LoadedManifestTest.entries(
                            send("GET", "/images/app:v1/get").bytes())
                    .containsKey("blobs/sha256/" + Digest.of(TWO).hex());
        } catch (IOException | RuntimeException e) {
            broken = true;
        }
        assertThat(broken).isTrue();
    }
}
