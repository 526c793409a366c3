package jdocker.daemon.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jdocker.daemon.http.TestClient.Reply;
import jdocker.kernel.KernelTest;
import jdocker.oci.Digest;
import org.junit.jupiter.api.Test;

/** What keeps images few, and tells them apart. */
@KernelTest
class ImageCareRoutesTest extends ImageServerTest {
    private static final String YOUNG = ArchiveBytes.config(
            "\"created\":\"2025-01-01T00:00:00Z\",\"config\":{\"Labels\":{\"keep\":\"yes\"}},", ONE);
    private static final String YOUNG_ID =
            Digest.of(YOUNG.getBytes(java.nio.charset.StandardCharsets.UTF_8)).toString();

    private JsonNode prune(String filters) throws IOException {
        Reply reply = send("POST", "/images/prune" + (filters.isEmpty() ? "" : "?filters=" + filters(filters)));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return JSON.readTree(reply.bytes());
    }

    private List<String> ids() throws IOException {
        var ids = new ArrayList<String>();
        get("/images/json").forEach(image -> ids.add(image.get("Id").asText()));
        return ids;
    }

    @Test
    void aPruneTakesWhatHasNoNameAndTellsWhatThatFreed() throws IOException {
        load("app:v1");
        post("/images/load", ArchiveBytes.saved(YOUNG, null, ONE));
        assertThat(prune("").get("ImagesDeleted")).hasSize(1);
        assertThat(ids()).containsExactly(ID);
        JsonNode again = prune("");
        assertThat(again.get("ImagesDeleted").isNull()).isTrue();
        assertThat(again.get("SpaceReclaimed").asLong()).isZero();
        JsonNode all = prune("{\"dangling\":[\"false\"]}");
        assertThat(all.get("SpaceReclaimed").asLong()).isEqualTo(12);
        assertThat(ids()).isEmpty();
        assertThat(layers.layers()).isEmpty();
    }

    @Test
    void aPruneLeavesWhatContainersUse() throws IOException {
        load("app:v1");
        post("/images/load", ArchiveBytes.saved(YOUNG, null, ONE));
        users.uses.put(YOUNG_ID, new ImageUsers.Use("web", false, 1));
        prune("{\"dangling\":[\"false\"]}");
        assertThat(ids()).containsExactly(YOUNG_ID);
    }

    @Test
    void filtersNarrowAPruneDown() throws IOException {
        load("app:v1");
        post("/images/load", ArchiveBytes.saved(YOUNG, "young:v1", ONE));
        prune("{\"dangling\":[\"false\"],\"label!\":[\"keep\"],\"label\":[\"nosuch\"]}");
        assertThat(ids()).hasSize(2);
        prune("{\"dangling\":[\"false\"],\"until\":[\"2024-01-01T00:00:00Z\"]}");
        assertThat(ids()).hasSize(2);
        prune("{\"dangling\":[\"false\"],\"until\":[\"2024-12-01T00:00:00Z\"]}");
        assertThat(ids()).containsExactly(YOUNG_ID);
        prune("{\"dangling\":[\"false\"],\"label!\":[\"keep=yes\"]}");
        assertThat(ids()).containsExactly(YOUNG_ID);
        prune("{\"dangling\":[\"false\"],\"label\":[\"keep=yes\"]}");
        assertThat(ids()).isEmpty();
        for (String bad : List.of(
                "{\"nosuch\":[\"x\"]}",
                "{\"until\":[\"1h\",\"2h\"]}",
                "{\"until\":[\"x\"]}",
                "{\"dangling\":[\"x\"]}")) {
            assertThat(send("POST", "/images/prune?filters=" + filters(bad)).status())
                    .as(bad)
                    .isEqualTo(400);
        }
    }

    @Test
    void twoImagesAreToldApartByFilesAndConfiguration() throws IOException {
        load("app:v1");
        byte[] changed = ArchiveBytes.layer("one", "longer than first");
        String config = ArchiveBytes.config("\"config\":{\"Cmd\":[\"other\"],\"Env\":[\"A=b\"]},", changed);
        post("/images/load", ArchiveBytes.saved(config, "other:v1", changed));
        JsonNode difference = get("/images/app:v1/diff?other=other:v1");
        assertThat(difference.get("From").asText()).isEqualTo(ID);
        assertThat(difference.get("SharedLayers").asInt()).isZero();
        assertThat(difference.get("Size").asLong()).isEqualTo(17 - 12);
        var files = new ArrayList<String>();
        difference
                .get("Files")
                .forEach(file -> files.add(file.get("Kind").asInt() + " "
                        + file.get("Path").asText() + " " + file.get("OldSize").asLong() + " "
                        + file.get("NewSize").asLong()));
        assertThat(files).containsExactlyInAnyOrder("0 /one 5 17", "2 /two 7 0");
        var names = new ArrayList<String>();
        difference.get("Config").forEach(item -> names.add(item.get("Name").asText()));
        assertThat(names).containsExactly("author", "Cmd", "Labels");
    }

    @Test
    void anImageDiffersInNothingFromItselfAndNeedsAnother() throws IOException {
        load("app:v1");
        JsonNode same = get("/images/app:v1/diff?other=" + ID);
        assertThat(same.get("Files")).isEmpty();
        assertThat(same.get("Config")).isEmpty();
        assertThat(same.get("SharedLayers").asInt()).isEqualTo(2);
        assertThat(send("GET", "/images/app:v1/diff").status()).isEqualTo(400);
        assertThat(send("GET", "/images/app:v1/diff?other=nosuch").status()).isEqualTo(404);
        assertThat(send("GET", "/images/nosuch/diff?other=app:v1").status()).isEqualTo(404);
    }
}
