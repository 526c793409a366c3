package jdocker.daemon.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import jdocker.daemon.http.TestClient.Reply;
import jdocker.daemon.state.Durability;
import jdocker.image.ImageRef;
import jdocker.kernel.KernelTest;
import jdocker.oci.Digest;
import org.junit.jupiter.api.Test;

@KernelTest
class ImageRemovalTest extends ImageServerTest {

    @Test
    void aPruneTakesTheNamesOfAnImageOnWhichOthersStandAndLeavesIt() throws IOException {
        load("base:v1");
        String config = ArchiveBytes.config("\"author\":\"child\",", ONE, TWO);
        post("/images/load", ArchiveBytes.saved(config, "child:v1", ONE, TWO));
        String child = Digest.of(config.getBytes(StandardCharsets.UTF_8)).toString();
        store.write(Durability.FULL, tx -> {
            Image image = tx.get(Image.ALL, child).orElseThrow();
            tx.put(Image.ALL, child, image.withParent(ID));
            return true;
        });
        users.uses.put(child, new ImageUsers.Use("web", false, 1));
        assertThat(send("POST", "/images/prune?filters=" + filters("{\"dangling\":[\"0\"]}"))
                        .text())
                .contains("\"Untagged\":\"base:v1\"")
                .doesNotContain("Deleted\":\"sha", "child:v1");
        assertThat(get("/images/" + ID + "/json").get("RepoTags")).isEmpty();
    }

    /** What a pull has left: two tags of a repository and the digest by which it came, beside another name. */
    @Test
    void aPruneTakesAllNamesOfAnImageWhereTheLastTagTakesTheDigestAlong() throws IOException {
        load("zzz:v1");
        Digest digest = Digest.of(new byte[] {1});
        store.write(Durability.FULL, tx -> {
            for (String name : List.of("r.example/app:1", "r.example/app:2", "r.example/app@" + digest)) {
                tx.put(ImageTag.ALL, ImageLibrary.key(ImageRef.parse(name)), new ImageTag(ID, Instant.now()));
            }
            return true;
        });
        JsonNode pruned = JSON.readTree(send("POST", "/images/prune?filters=" + filters("{\"dangling\":[\"0\"]}"))
                .bytes());
        assertThat(pruned.get("ImagesDeleted").toString())
                .contains("app:1", "app:2", "app@" + digest, "zzz:v1", "\"Deleted\":\"" + ID);
        assertThat(get("/images/json")).isEmpty();
        // Docker tells tags alone, each by the image's id.
        assertThat(events().stream().filter(("untag " + ID)::equals)).hasSize(3);
    }

    @Test
    void untaggingTheLastNameRemovesTheImageAndItsLayers() throws IOException {
        load("app:v1");
        send("POST", "/images/app:v1/tag?repo=other");

        assertThat(send("DELETE", "/images/other").text()).isEqualTo("[{\"Untagged\":\"other:latest\"}]\n");
        JsonNode answers = JSON.readTree(send("DELETE", "/images/app:v1").bytes());

        assertThat(answers).hasSize(4);
        assertThat(answers.get(0).toString()).isEqualTo("{\"Untagged\":\"app:v1\"}");
        assertThat(answers.get(1).toString()).isEqualTo("{\"Deleted\":\"" + ID + "\"}");
        assertThat(answers.get(3).get("Deleted").asText())
                .isEqualTo(Digest.of(ONE).toString());
        assertThat(get("/images/json")).isEmpty();
        assertThat(layers.layers()).isEmpty();
        assertThat(root.resolve("blobs/sha256")).isEmptyDirectory();
        assertThat(events())
                .containsSubsequence("load " + ID, "tag other:latest", "untag " + ID, "untag " + ID, "delete " + ID);
    }

    @Test
    void layersOfAnotherImageStay() throws IOException {
        load("app:v1");
        String other = ArchiveBytes.config("", ONE);
        post("/images/load", ArchiveBytes.saved(other, "base:v1", ONE));

        assertThat(JSON.readTree(send("DELETE", "/images/app:v1").bytes())).hasSize(3);
        assertThat(layers.layers()).hasSize(1);
        assertThat(JSON.readTree(send("DELETE", "/images/base:v1").bytes())).hasSize(3);
        assertThat(layers.layers()).isEmpty();
    }

    @Test
    void severalNamesNeedForceWhenTheIdIsGiven() throws IOException {
        load("app:v1");
        send("POST", "/images/app:v1/tag?repo=other");
        Reply refused = send("DELETE", "/images/" + ID);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text())
                .contains("conflict: unable to delete " + ID.substring(7, 19)
                        + " (must be forced) - image is referenced in multiple repositories");
        assertThat(JSON.readTree(send("DELETE", "/images/" + ID + "?force=1").bytes()))
                .hasSize(5);
        load("app:v1");
        assertThat(JSON.readTree(
                        send("DELETE", "/images/" + ID.substring(7, 19)).bytes()))
                .hasSize(4);
    }

    @Test
    void imagesInUseAreProtected() throws IOException {
        load("app:v1");
        users.layers.add(images.find("app:v1").orElseThrow().topLayer());
        String shortId = ID.substring(7, 19);

        users.uses.put(ID, new ImageUsers.Use("c0ffee000001", false, 1));
        assertThat(message(send("DELETE", "/images/app:v1")))
                .isEqualTo("conflict: unable to remove repository reference \"app:v1\" (must force) - container"
                        + " c0ffee000001 is using its referenced image " + shortId);
        assertThat(message(send("DELETE", "/images/" + ID)))
                .isEqualTo("conflict: unable to delete " + shortId
                        + " (must be forced) - image is being used by stopped container c0ffee000001");

        users.uses.put(ID, new ImageUsers.Use("c0ffee000001", true, 1));
        assertThat(message(send("DELETE", "/images/" + ID + "?force=1")))
                .isEqualTo("conflict: unable to delete " + shortId
                        + " (cannot be forced) - image is being used by running container c0ffee000001");
        assertThat(send("DELETE", "/images/app:v1?force=1").text()).isEqualTo("[{\"Untagged\":\"app:v1\"}]\n");
        assertThat(get("/images/json").get(0).get("Containers").asInt()).isEqualTo(1);

        users.uses.put(ID, new ImageUsers.Use("c0ffee000001", false, 1));
        assertThat(JSON.readTree(send("DELETE", "/images/" + ID + "?force=1").bytes()))
                .hasSize(1);
        assertThat(get("/images/json")).isEmpty();
        assertThat(layers.layers()).hasSize(2); // its container stands on them
        String top = users.layers.iterator().next();
        users.layers.clear();
        images.releaseLayers(top);
        assertThat(layers.layers()).isEmpty();
    }

    private static String message(Reply reply) throws IOException {
        assertThat(reply.status()).isEqualTo(409);
        return JSON.readTree(reply.bytes()).get("message").asText();
    }
}
