package jdocker.daemon.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.Random;
import jdocker.daemon.http.TestClient;
import jdocker.daemon.http.TestClient.Reply;
import jdocker.kernel.KernelTest;
import jdocker.storage.TarEntry.TarTime;
import jdocker.storage.TarReader;
import jdocker.storage.TarWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Copies, exports and commits by the API, of containers whose files are a folder. */
@KernelTest
@Timeout(60)
class FileRoutesTest {
    private static final String PLAIN = "{'Image':'busybox','HostConfig':{'NetworkMode':'none'}}";

    @TempDir
    Path directory;

    private ContainerHarness api;
    private Path files;

    @BeforeEach
    void open() throws Exception {
        files = Files.createDirectories(directory.resolve("files/etc")).getParent();
        Files.writeString(files.resolve("etc/passwd"), "root");
        api = new ContainerHarness(Files.createDirectory(directory.resolve("data")));
        api.roots.files = Optional.of(files);
    }

    @AfterEach
    void close() throws Exception {
        api.close();
    }

    private static byte[] tar(String name, byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        var tar = new TarWriter(out);
        tar.file(name, content.length, new TarTime(0, 0));
        tar.write(content, 0, content.length);
        tar.end();
        return out.toByteArray();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Reply put(String id, String query, byte[] body) throws IOException {
        try (TestClient client = api.server.connect()) {
            client.write(head(id, query, body.length));
            client.write(body);
            return client.reply();
        }
    }

    private static String head(String id, String query, int length) {
        return "PUT /containers/" + id + "/archive?" + query
                + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-tar\r\nContent-Length: " + length + "\r\n\r\n";
    }

    @ParameterizedTest(name = "running: {0}")
    @CsvSource({"false", "true"})
    void anArchiveIsUnpackedInAContainer(boolean running) throws Exception {
        String id = running ? api.run("web", PLAIN) : api.create("web", PLAIN);
        assertThat(put(id, "path=/etc", tar("made", text("made"))).status()).isEqualTo(200);
        assertThat(files.resolve("etc/made")).hasContent("made");
        assertThat(api.events()).endsWith("extract-to-dir");
    }

    /** An upload of this size does not fit into memory. */
    @Test
    void aSlowUploadToAStoppedContainerHoldsNobodyUp() throws Exception {
        String id = api.create("web", PLAIN);
        byte[] content = new byte[3 << 20];
        new Random(1).nextBytes(content);
        byte[] archive = tar("large", content);
        try (TestClient slow = api.server.connect()) {
            slow.write(head(id, "path=/etc", archive.length));
            slow.write(java.util.Arrays.copyOf(archive, 2 << 20));
            assertThat(api.call("POST", "/containers/" + id + "/rename?name=other")
                            .status())
                    .isEqualTo(204);
            assertThat(api.call("POST", "/containers/" + id + "/start").status())
                    .isEqualTo(204);
            assertThat(files.resolve("etc/large")).doesNotExist();
            slow.write(java.util.Arrays.copyOfRange(archive, 2 << 20, archive.length));
            assertThat(slow.reply().status()).isEqualTo(200);
        }
        assertThat(files.resolve("etc/large")).hasBinaryContent(content);
        assertThat(api.dataRoot().resolve("tmp")).isEmptyDirectory();
    }

    private static byte[] tarOfFiles(int count) throws IOException {
        byte[] content = new byte[1 << 20];
        new Random(2).nextBytes(content);
        var out = new ByteArrayOutputStream();
        var tar = new TarWriter(out);
        for (int i = 0; i < count; i++) {
            tar.file("file" + i, content.length, new TarTime(0, 0));
            tar.write(content, 0, content.length);
        }
        tar.end();
        return out.toByteArray();
    }

    private void awaitFile(String name) throws InterruptedException {
        while (!Files.exists(files.resolve("etc").resolve(name))) {
            Thread.sleep(20);
        }
    }

    /** Of so large an archive only a part is received before the container is held. */
    @Test
    void aLargeUploadIsUnpackedWhileItComes() throws Exception {
        String id = api.create("web", PLAIN);
        byte[] archive = tarOfFiles(40);
        int part = 30 << 20;
        try (TestClient client = api.server.connect()) {
            client.write(head(id, "path=/etc", archive.length));
            client.write(java.util.Arrays.copyOf(archive, part));
            awaitFile("file20");
            assertThat(files.resolve("etc/file35")).doesNotExist();
            client.write(java.util.Arrays.copyOfRange(archive, part, archive.length));
            assertThat(client.reply().status()).isEqualTo(200);
        }
        assertThat(files.resolve("etc/file39")).hasSize(1 << 20);
        assertThat(api.call("DELETE", "/containers/" + id).status()).isEqualTo(204);
    }

    @Test
    void aForcedRemovalBreaksALargeUploadOff() throws Exception {
        String id = api.create("web", PLAIN);
        byte[] archive = tarOfFiles(25);
        try (TestClient client = api.server.connect()) {
            client.write(head(id, "path=/etc", archive.length));
            client.write(java.util.Arrays.copyOf(archive, archive.length - 4096));
            awaitFile("file20");
            assertThat(api.call("DELETE", "/containers/" + id + "?force=1").status())
                    .isEqualTo(204);
            Reply reply = client.reply();
            assertThat(reply.status()).as(reply.text()).isEqualTo(409);
            assertThat(ContainerHarness.message(reply)).contains("is not whole: broken off for 'remove'");
        }
    }

    @Test
    void aBrokenOffUploadChangesNothing() throws Exception {
        String id = api.create("web", PLAIN);
        byte[] archive = tar("broken", new byte[2 << 20]);
        try (TestClient client = api.server.connect()) {
            client.write(head(id, "path=/etc", archive.length));
            client.write(java.util.Arrays.copyOf(archive, 1 << 20));
        }
        assertThat(api.call("DELETE", "/containers/" + id).status()).isEqualTo(204);
        assertThat(files.resolve("etc/broken")).doesNotExist();
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "path=/nowhere, 404, Could not find the file /nowhere in container",
        "path=/etc/passwd, 400, extraction point is not a directory",
        "path=, 400, path cannot be empty",
        "path=/a%00b, 400, NUL is not allowed",
    })
    void whatCannotBeCopiedIntoIsToldWithoutWaitingForTheUpload(String query, int status, String message)
            throws Exception {
        String id = api.create("web", PLAIN);
        try (TestClient client = api.server.connect()) {
            client.write(head(id, query, 1 << 20)); // and nothing of it
            Reply reply = client.reply();
            assertThat(reply.status()).as(reply.text()).isEqualTo(status);
            assertThat(ContainerHarness.message(reply)).contains(message);
        }
    }

    @Test
    void archivesThatLeaveTheirDirectoryOrAreNoneAreRefused() throws Exception {
        String id = api.create("web", PLAIN);
        for (byte[] bad : new byte[][] {
            tar("../escaped", text("x")), text("no tar at all"), {0x1f, (byte) 0x8b, 8, 0, 1}, new byte[700]
        }) {
            Reply reply = put(id, "path=/etc", bad);
            assertThat(reply.status())
                    .as(bad.length + " bytes: " + reply.text())
                    .isEqualTo(400);
        }
        assertThat(files.resolve("escaped")).doesNotExist();
        assertThat(files.getParent().resolve("escaped")).doesNotExist();
    }

    @Test
    void whatIsCopiedBelongsToTheContainersUserWhereThatIsWanted() throws Exception {
        String id = api.create("web", "{'Image':'busybox','User':'someone','HostConfig':{'NetworkMode':'none'}}");
        put(id, "path=/etc&copyUIDGID=1", tar("owned", text("x")));
        assertThat(Files.getAttribute(files.resolve("etc/owned"), "unix:uid")).isEqualTo(7);
        assertThat(Files.getAttribute(files.resolve("etc/owned"), "unix:gid")).isEqualTo(8);
    }

    @Test
    void filesAreToldAndCopiedOut() throws Exception {
        String id = api.create("web", PLAIN);
        Reply head = api.call("HEAD", "/containers/" + id + "/archive?path=/etc/passwd");
        JsonNode stat = ContainerHarness.JSON.readTree(
                Base64.getDecoder().decode(head.headers().get("x-docker-container-path-stat")));
        assertThat(stat.get("name").asText()).isEqualTo("passwd");
        assertThat(stat.get("size").asLong()).isEqualTo(4);
        Reply out = api.call("GET", "/containers/" + id + "/archive?path=/etc/passwd");
        var tar = new TarReader(new ByteArrayInputStream(out.bytes()));
        assertThat(new String(tar.next().orElseThrow().name(), StandardCharsets.UTF_8))
                .isEqualTo("passwd");
        assertThat(api.call("GET", "/containers/" + id + "/archive?path=/nowhere")
                        .status())
                .isEqualTo(404);
        assertThat(api.call("GET", "/containers/" + id + "/export").bytes()).isNotEmpty();
        assertThat(api.json("/containers/" + id + "/changes").get(0).get("Path").asText())
                .isEqualTo("/etc");
        assertThat(api.call("GET", "/containers/nosuch/archive?path=/").status())
                .isEqualTo(404);
    }

    @Test
    void aCommitRestsARunningContainerUnlessToldNotTo() throws Exception {
        String id = api.run("web", PLAIN);
        Reply reply = api.call("POST", "/commit?container=web&repo=made&tag=v1&author=me&comment=why&changes=CMD%20x");
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        assertThat(ContainerHarness.JSON.readTree(reply.bytes()).get("Id").asText())
                .isEqualTo("sha256:" + "c".repeat(64));
        assertThat(api.events()).containsSubsequence("pause", "unpause", "commit");
        ImageCommit commit = api.images.commits.getFirst();
        assertThat(commit.containerId()).isEqualTo(id);
        assertThat(commit.repository() + ":" + commit.tag()).isEqualTo("made:v1");
        assertThat(commit.author() + " " + commit.comment()).isEqualTo("me why");
        assertThat(commit.changes()).containsExactly("CMD x");
        assertThat(api.status(id)).isEqualTo("running");

        api.call("POST", "/commit?container=web&pause=0");
        assertThat(api.events().stream().filter("pause"::equals)).hasSize(1);
    }

    @Test
    void aCommitTakesAConfigurationAndNeedsAContainer() throws Exception {
        api.create("web", PLAIN);
        assertThat(api.call("POST", "/commit?container=web", "{'Cmd':['other']}")
                        .status())
                .isEqualTo(201);
        assertThat(api.images.commits.getFirst().wanted().orElseThrow().cmd()).containsExactly("other");
        assertThat(api.call("POST", "/commit").status()).isEqualTo(400);
        assertThat(api.call("POST", "/commit?container=nosuch").status()).isEqualTo(404);
        assertThat(api.call("POST", "/commit?container=web", "{'Cmd':").status())
                .isEqualTo(400);
        assertThat(api.images.commits).hasSize(1);
    }

    @Test
    void onlyANewContainerTakesOverFiles() throws Exception {
        String fresh = api.create("fresh", PLAIN);
        assertThat(api.call("POST", "/containers/fresh/written?from=/x/overlay2/y/diff")
                        .status())
                .isEqualTo(204);
        assertThat(api.roots.takenOver)
                .containsExactlyEntriesOf(java.util.Map.of(fresh, Path.of("/x/overlay2/y/diff")));
        api.run("started", PLAIN);
        assertThat(api.call("POST", "/containers/started/written?from=/x/overlay2/y/diff")
                        .status())
                .isEqualTo(409);
        assertThat(api.call("POST", "/containers/fresh/written").status()).isEqualTo(400);
        assertThat(api.call("POST", "/containers/nosuch/written?from=/x").status())
                .isEqualTo(404);
    }
}
