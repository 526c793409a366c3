package jdocker.daemon.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import jdocker.daemon.http.TestClient.Reply;
import jdocker.image.BlobStore;
import jdocker.kernel.KernelTest;
import jdocker.oci.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@KernelTest
class ImageRoutesTest extends ImageServerTest {

    @Test
    void loadsAndTellsTheNames() throws IOException {
        Reply reply = post("/v1.51/images/load?quiet=1", ArchiveBytes.saved(CONFIG, "app:v1", ONE, TWO));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.headers()).containsEntry("content-type", "application/json");
        assertThat(reply.text().strip()).isEqualTo("{\"stream\":\"Loaded image: app:v1\\n\"}");
        assertThat(post("/images/load", ArchiveBytes.saved(CONFIG, null, ONE, TWO))
                        .text())
                .contains("Loaded image ID: " + ID);
    }

    @Test
    void tellsTheProgressOfALoadToThoseWhoWantIt() throws IOException {
        String text = post("/v1.51/images/load?quiet=0", ArchiveBytes.saved(CONFIG, "app:v1", ONE, TWO))
                .text();
        assertThat(text.lines()).hasSize(3);
        assertThat(JSON.readTree(text.lines().findFirst().orElseThrow())
                        .get("status")
                        .asText())
                .isEqualTo("Loading layer");
        assertThat(text).endsWith("{\"stream\":\"Loaded image: app:v1\\n\"}\r\n".replace("\r", ""));
    }

    @Test
    void loadsPackedArchives() throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(ArchiveBytes.saved(CONFIG, "app:v1", ONE, TWO));
        }
        assertThat(post("/images/load", packed.toByteArray()).status()).isEqualTo(200);
        assertThat(get("/images/app:v1/json").get("Id").asText()).isEqualTo(ID);
    }

    @Test
    void aNameThatMovesIsTold() throws IOException {
        load("app:v1");
        String other = ArchiveBytes.config("", ONE);
        assertThat(post("/images/load", ArchiveBytes.saved(other, "app:v1", ONE))
                        .text())
                .contains("The image app:v1 already exists, renaming the old one with ID " + ID + " to empty string");
        assertThat(get("/images/json?filters=" + filters("{\"dangling\":[\"true\"]}")))
                .hasSize(1);
    }

    @Test
    void brokenAndHostileArchivesAreRefusedAndLeaveNothing() throws IOException {
        byte[] good = ArchiveBytes.saved(CONFIG, "app:v1", ONE, TWO);
        for (byte[] bad : new byte[][] {
            Arrays.copyOf(good, 700),
            Arrays.copyOf(good, good.length - 2048),
            "hello".getBytes(StandardCharsets.UTF_8),
            new byte[0],
            new byte[1024],
            ArchiveBytes.saved(CONFIG, "app:v1", TWO, ONE),
            ArchiveBytes.saved(CONFIG, "app:v1", ONE),
            ArchiveBytes.saved(CONFIG, "App", ONE, TWO),
            ArchiveBytes.saved("{", "app:v1", ONE, TWO),
            ArchiveBytes.saved(CONFIG, "app:v1", ArchiveBytes.layer("../../x", "y"), TWO),
            {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3}
        }) {
            Reply reply = post("/images/load", bad);
            assertThat(reply.status()).as(reply.text()).isEqualTo(400);
            assertThat(JSON.readTree(reply.bytes()).get("message").asText()).isNotEmpty();
        }
        String late = post("/images/load?quiet=0", ArchiveBytes.saved(CONFIG, "app:v1", TWO, ONE))
                .text();
        assertThat(late).contains("\"errorDetail\":{\"message\":\"invalid diffID for layer 0");
        assertThat(get("/images/json")).isEmpty();
        try (var left = Files.list(root.resolve("tmp"))) {
            assertThat(left).isEmpty();
        }
        assertThat(layers.layers()).isEmpty();
    }

    @Test
    void inspectsByNameIdAndPrefix() throws IOException {
        load("localhost:5000/team/app:v1");
        String digits = ID.substring("sha256:".length());
        for (String name : List.of(
                "localhost:5000/team/app:v1",
                ID,
                digits,
                digits.substring(0, 12),
                "sha256:" + digits.substring(0, 8))) {
            assertThat(get("/v1.51/images/" + name + "/json").get("Id").asText())
                    .isEqualTo(ID);
        }
        JsonNode image = get("/v1.51/images/" + ID + "/json");
        assertThat(image.get("RepoTags").toString()).isEqualTo("[\"localhost:5000/team/app:v1\"]");
        assertThat(image.get("RepoDigests").toString()).isEqualTo("[]");
        assertThat(image.get("Created").asText()).isEqualTo("2024-05-06T07:08:09.5Z");
        assertThat(image.get("Config").get("Cmd").toString()).isEqualTo("[\"sh\"]");
        assertThat(image.get("Config").get("Labels").get("stage").asText()).isEqualTo("test");
        assertThat(image.get("RootFS").get("Layers").toString())
                .isEqualTo("[\"" + Digest.of(ONE) + "\",\"" + Digest.of(TWO) + "\"]");
        assertThat(image.get("Size").asLong()).isEqualTo(12);
        assertThat(image.get("GraphDriver").get("Data").get("UpperDir").asText())
                .contains("/overlay2/");
        assertThat(image.get("Author").asText()).isEqualTo("me");
        assertThat(image.has("VirtualSize")).isFalse();
        assertThat(get("/v1.40/images/" + ID + "/json").get("VirtualSize").asLong())
                .isEqualTo(12);
    }

    @ParameterizedTest
    @CsvSource({
        "nosuch, 404, No such image: nosuch:latest",
        "nosuch:v2, 404, No such image: nosuch:v2",
        "ghcr.io/a/b, 404, No such image: ghcr.io/a/b:latest",
        "0123456789ab, 404, No such image: 0123456789ab:latest",
        "UPPER, 400, invalid reference format: repository name (UPPER) must be lowercase",
        "a..b, 400, invalid reference format",
    })
    void unknownImagesAnswerInDockersWords(String name, int status, String message) throws IOException {
        for (Reply reply : List.of(
                send("GET", "/images/" + name + "/json"),
                send("GET", "/images/" + name + "/history"),
                send("DELETE", "/images/" + name),
                send("POST", "/images/" + name + "/tag?repo=x"))) {
            assertThat(reply.status()).isEqualTo(status);
            assertThat(JSON.readTree(reply.bytes()).get("message").asText()).isEqualTo(message);
        }
    }

    @Test
    void listsWithFilters() throws IOException {
        load("app:v1");
        send("POST", "/images/app:v1/tag?repo=other/app&tag=v2");
        String second = ArchiveBytes.config("\"created\":\"2025-01-01T00:00:00Z\",", ONE);
        post("/images/load", ArchiveBytes.saved(second, null, ONE));

        JsonNode all = get("/v1.51/images/json");
        assertThat(all).hasSize(2);
        assertThat(all.get(0).get("RepoTags").toString()).isEqualTo("[]"); // newest first
        assertThat(all.get(1).get("RepoTags").toString()).isEqualTo("[\"app:v1\",\"other/app:v2\"]");
        assertThat(all.get(1).get("Created").asLong()).isEqualTo(1_714_979_289L);
        assertThat(all.get(1).get("SharedSize").asLong()).isEqualTo(-1);
        assertThat(get("/v1.51/images/json?shared-size=1")
                        .get(1)
                        .get("SharedSize")
                        .asLong())
                .isEqualTo(5);
        assertThat(get("/v1.42/images/json").get(0).get("RepoTags").toString()).isEqualTo("[\"<none>:<none>\"]");
        assertThat(get("/v1.42/images/json").get(0).get("VirtualSize").asLong()).isEqualTo(5);

        assertThat(ids("{\"dangling\":{\"true\":true}}")).hasSize(1).doesNotContain(ID);
        assertThat(ids("{\"dangling\":[\"false\"]}")).containsExactly(ID);
        assertThat(ids("{\"label\":[\"stage=test\"]}")).containsExactly(ID);
        assertThat(ids("{\"label\":[\"stage\",\"empty=\"]}")).containsExactly(ID);
        assertThat(ids("{\"label\":[\"stage=other\"]}")).isEmpty();
        assertThat(ids("{\"reference\":[\"app\"]}")).containsExactly(ID);
        assertThat(ids("{\"reference\":[\"app:v*\"]}")).containsExactly(ID);
        assertThat(ids("{\"reference\":[\"*/app\"]}")).containsExactly(ID);
        assertThat(ids("{\"reference\":[\"none*\"]}")).isEmpty();
        assertThat(ids("{\"since\":[\"app:v1\"]}")).hasSize(1).doesNotContain(ID);
        assertThat(ids("{\"before\":[\"app:v1\"]}")).isEmpty();
        assertThat(ids("{\"until\":[\"2024-12-31T00:00:00Z\"]}")).containsExactly(ID);
        assertThat(ids("{\"until\":[\"24h\"]}")).hasSize(2);
        for (String bad : List.of(
                "{\"nosuch\":[\"x\"]}",
                "{\"dangling\":[\"perhaps\"]}",
                "{\"until\":[\"x\"]}",
                "{\"reference\":[\"[\"]}")) {
            assertThat(send("GET", "/images/json?filters=" + filters(bad)).status())
                    .as(bad)
                    .isEqualTo(400);
        }
        assertThat(send("GET", "/images/json?filters=" + filters("{\"since\":[\"nosuch\"]}"))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void eachVersionGetsItsOwnShape() throws IOException {
        load("app:v1");
        JsonNode old = get("/v1.49/images/app:v1/json").get("Config");
        assertThat(old.has("Hostname")).isTrue();
        JsonNode now = get("/v1.50/images/app:v1/json").get("Config");
        for (String gone : List.of(
                "Hostname", "Domainname", "AttachStdin", "Tty", "OpenStdin", "StdinOnce", "Image", "StopTimeout")) {
            assertThat(now.has(gone)).as(gone).isFalse();
        }
        // Unset ones stay until 1.52.
        assertThat(now.get("User").asText()).isEmpty();
        assertThat(now.get("Entrypoint").isNull()).isTrue();
        assertThat(now.get("Env").toString()).isEqualTo("[\"A=b\"]");
        assertThat(now.get("Labels").get("stage").asText()).isEqualTo("test");
        for (String path : List.of("/v1.51/images/json?manifests=1", "/v1.51/images/app:v1/json?manifests=1")) {
            JsonNode image = path.contains("app") ? get(path) : get(path).get(0);
            assertThat(image.has("Descriptor")).as(path).isFalse();
            assertThat(image.has("Manifests")).as(path).isFalse();
        }
        users.uses.put(ID, new ImageUsers.Use("web", false, 2));
        assertThat(get("/v1.51/images/json").get(0).get("Containers").asLong()).isEqualTo(2);
        assertThat(get("/v1.50/images/json").get(0).get("Containers").asLong()).isEqualTo(-1);
    }

    @Test
    void aPlatformThatAnImageIsNotForIsNotFound() throws IOException {
        load("app:v1");
        String arm = filters("{\"os\":\"linux\",\"architecture\":\"arm64\"}");
        String amd = filters("{\"os\":\"linux\",\"architecture\":\"amd64\"}");
        for (String path : List.of("json", "history")) {
            assertThat(send("GET", "/v1.51/images/app:v1/" + path + "?platform=" + amd)
                            .status())
                    .isEqualTo(200);
            Reply reply = send("GET", "/v1.51/images/app:v1/" + path + "?platform=" + arm);
            assertThat(reply.status()).isEqualTo(404);
            assertThat(reply.text())
                    .contains("its platform (linux/amd64) does not match the specified platform (linux/arm64)");
            assertThat(send("GET", "/v1.51/images/app:v1/" + path + "?platform=a/b/c/d")
                            .status())
                    .isEqualTo(400);
        }
        assertThat(send("GET", "/v1.47/images/app:v1/json?platform=" + arm).status())
                .isEqualTo(200);
        assertThat(send("GET", "/v1.51/images/app:v1/json?manifests=1&platform=" + amd)
                        .status())
                .isEqualTo(400);
        assertThat(send("DELETE", "/v1.51/images/app:v1?platforms=" + arm).status())
                .isEqualTo(404);
        assertThat(send("DELETE", "/v1.51/images/app:v1?platforms=" + arm + "&platforms=" + amd)
                        .status())
                .isEqualTo(400);
        assertThat(send("DELETE", "/v1.51/images/app:v1?platforms=" + amd).status())
                .isEqualTo(200);
    }

    @Test
    void tellsTheHistoryNewestFirst() throws IOException {
        load("app:v1");
        JsonNode history = get("/images/app:v1/history");
        assertThat(history).hasSize(3);
        assertThat(history.get(0).get("Id").asText()).isEqualTo(ID);
        assertThat(history.get(0).get("Size").asLong()).isEqualTo(7);
        assertThat(history.get(0).get("Tags").toString()).isEqualTo("[\"app:v1\"]");
        assertThat(history.get(0).get("Comment").asText()).isEqualTo("top");
        assertThat(history.get(1).get("Size").asLong()).isZero();
        assertThat(history.get(1).get("Id").asText()).isEqualTo("<missing>");
        assertThat(history.get(2).get("Size").asLong()).isEqualTo(5);
        assertThat(history.get(2).get("CreatedBy").asText()).isEqualTo("ADD one");
    }

    @Test
    void tagsAndRefusesWhatIsNoName() throws IOException {
        load("app:v1");
        assertThat(send("POST", "/images/app:v1/tag?repo=ghcr.io/x/y&tag=1").status())
                .isEqualTo(201);
        assertThat(send("POST", "/images/" + ID + "/tag?repo=plain").status()).isEqualTo(201);
        assertThat(get("/images/plain/json").get("RepoTags")).hasSize(3);
        for (String bad : List.of("repo=App", "repo=a&tag=b%20c", "repo=", "", "repo=sha256&tag=x", "repo=a@" + ID)) {
            assertThat(send("POST", "/images/app:v1/tag?" + bad).status())
                    .as(bad)
                    .isEqualTo(400);
        }
        assertThat(events()).contains("tag ghcr.io/x/y:1", "tag plain:latest");
    }

    @Test
    void importsARootFileSystem() throws IOException {
        String changes = "&changes=" + filters("CMD [\"sh\",\"-c\"]") + "&changes=" + filters("ENV A=b C=\"d e\"")
                + "&changes=" + filters("LABEL x=y") + "&changes=" + filters("EXPOSE 80 53/udp");
        Reply reply = post("/v1.51/images/create?fromSrc=-&repo=made&tag=v1&message=hello" + changes, ONE);

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        String id = JSON.readTree(reply.bytes()).get("status").asText();
        JsonNode image = get("/v1.51/images/made:v1/json");
        assertThat(image.get("Id").asText()).isEqualTo(id);
        assertThat(image.get("Comment").asText()).isEqualTo("hello");
        assertThat(image.get("Os").asText()).isEqualTo("linux");
        assertThat(image.get("Config").get("Cmd").toString()).isEqualTo("[\"sh\",\"-c\"]");
        assertThat(image.get("Config").get("Env").toString()).isEqualTo("[\"A=b\",\"C=d e\"]");
        assertThat(image.get("Config").get("ExposedPorts").has("53/udp")).isTrue();
        assertThat(get("/images/made:v1/history").get(0).get("Comment").asText())
                .isEqualTo("hello");
        assertThat(events()).containsExactly("tag made:v1", "import " + id);
        assertThat(post("/images/create?fromSrc=-", ONE).status()).isEqualTo(200);
    }

    @Test
    void importRefusesNonsense() throws IOException {
        assertThat(post("/images/create?fromSrc=-", "no tar".getBytes(StandardCharsets.UTF_8))
                        .status())
                .isEqualTo(400);
        assertThat(post("/images/create?fromSrc=-&repo=UPPER", ONE).status()).isEqualTo(400);
        assertThat(post("/images/create?fromSrc=-&changes=RUN%20x", ONE).text())
                .contains("RUN is not a valid change command");
        assertThat(post("/images/create?fromSrc=-&platform=a/b/c/d", ONE).status())
                .isEqualTo(400);
        assertThat(send("POST", "/images/create?fromImage=busybox&tag=latest").status())
                .isEqualTo(501);
        for (String source : List.of("", "http://", "a%20b", "file:///etc/passwd")) {
            assertThat(send("POST", "/images/create?fromSrc=" + source).status())
                    .as(source)
                    .isEqualTo(400);
        }
        // As Docker, whose client for the web refuses it.
        assertThat(send("POST", "/images/create?fromSrc=ftp://example.com/x").status())
                .isEqualTo(500);
        assertThat(get("/images/json")).isEmpty();
    }

    @Test
    void everythingIsThereAgainAfterARestartAndLeavingsAreGone() throws IOException {
        load("app:v1");
        // A crash after the layers and before the row.
        layers.apply(java.util.Optional.empty(), new java.io.ByteArrayInputStream(TWO), java.util.Optional.empty());
        BlobStore.open(root).put(new byte[] {1});
        stop();
        start();

        assertThat(get("/images/app:v1/json").get("Id").asText()).isEqualTo(ID);
        assertThat(layers.layers()).hasSize(2);
        assertThat(root.resolve("blobs/sha256")).isDirectoryContaining("glob:**" + ID.substring(7));
        try (var blobs = Files.list(root.resolve("blobs/sha256"))) {
            assertThat(blobs).hasSize(1);
        }
    }

    @Test
    void ambiguousPrefixesAreNamed() throws IOException {
        // Seventeen images have sixteen first digits.
        for (int i = 0; i < 17; i++) {
            post("/images/load", ArchiveBytes.saved(ArchiveBytes.config("\"author\":\"" + i + "\",", ONE), null, ONE));
        }
        boolean seen = false;
        for (char c : "0123456789abcdef".toCharArray()) {
            Reply reply = send("GET", "/images/" + c + "/json");
            seen |= reply.status() == 400 && reply.text().contains("multiple IDs found with provided prefix: " + c);
        }
        assertThat(seen).isTrue();
    }

    private List<String> ids(String filters) throws IOException {
        return get("/v1.51/images/json?filters=" + filters(filters))
                .valueStream()
                .map(image -> image.get("Id").asText())
                .toList();
    }
}
