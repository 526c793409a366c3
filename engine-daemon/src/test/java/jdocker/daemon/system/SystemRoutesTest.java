package jdocker.daemon.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import jdocker.daemon.event.Event;
import jdocker.daemon.http.TestClient;
import jdocker.daemon.http.TestServer;
import jdocker.daemon.state.Durability;
import jdocker.daemon.state.StateStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SystemRoutesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private StateStore store;
    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        store = StateStore.open(directory.resolve("state.db"));
        var info = new EngineInfo(
                "the-id",
                AllRoutes::config,
                () -> new ObjectCounts(1, 2, 3, 4),
                store.events(),
                Path.of("/"),
                new EngineInfo.Isolation("cgroupfs", false));
        server = new TestServer(router -> new SystemRoutes(info, store.events()).addTo(router));
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
        server.close();
    }

    private JsonNode json(String path) throws IOException {
        TestClient.Reply reply = server.get(path);
        assertThat(reply.status()).isEqualTo(200);
        return JSON.readTree(reply.text());
    }

    private void happen(Event event) {
        store.write(Durability.NORMAL, tx -> {
            tx.append(event);
            return true;
        });
    }

    private static Event container(String action, String id, Map<String, String> attributes) {
        return Event.now("container", action, id, attributes);
    }

    @Test
    void pingIsTwoBytesAndTellsTheBuilder() throws IOException {
        TestClient.Reply reply = server.get("/_ping");
        assertThat(reply.text()).isEqualTo("OK");
        assertThat(reply.headers())
                .containsEntry("api-version", "1.51")
                .containsEntry("builder-version", "1")
                .containsEntry("swarm", "inactive")
                .containsEntry("ostype", "linux")
                .containsEntry("cache-control", "no-cache, no-store, must-revalidate")
                .containsEntry("pragma", "no-cache")
                .containsEntry("content-type", "text/plain; charset=utf-8");
        try (TestClient client = server.connect()) {
            TestClient.Reply head = client.send("HEAD", "/_ping");
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.headers()).containsEntry("content-length", "0").containsEntry("builder-version", "1");
            assertThat(client.send("GET", "/v1.24/_ping").text()).isEqualTo("OK");
        }
    }

    @Test
    void versionNamesTheParts() throws IOException {
        JsonNode version = json("/version");
        assertThat(version.path("ApiVersion").asText()).isEqualTo("1.51");
        assertThat(version.path("MinAPIVersion").asText()).isEqualTo("1.24");
        assertThat(version.path("Os").asText()).isEqualTo("linux");
        assertThat(version.path("Version").asText()).startsWith("28.");
        assertThat(version.path("Components").findValuesAsText("Name"))
                .containsExactly("Engine", "jdocker", "jdocker-shim");
        version.path("Components")
                .get(0)
                .path("Details")
                .forEach(value -> assertThat(value.isTextual()).isTrue());
    }

    @Test
    void infoHasTheTypesThatStrictClientsExpect() throws IOException {
        JsonNode info = json("/info");
        assertThat(info.path("ID").asText()).isEqualTo("the-id");
        assertThat(info.path("Containers").intValue()).isEqualTo(6);
        assertThat(info.path("ContainersRunning").intValue()).isEqualTo(1);
        assertThat(info.path("ContainersPaused").intValue()).isEqualTo(2);
        assertThat(info.path("ContainersStopped").intValue()).isEqualTo(3);
        assertThat(info.path("Images").intValue()).isEqualTo(4);
        assertThat(info.path("MemTotal").longValue()).isPositive();
        assertThat(info.path("NCPU").intValue()).isPositive();
        assertThat(info.path("OperatingSystem").asText()).isNotEmpty();
        for (String list : List.of("DriverStatus", "Labels", "SecurityOptions", "Warnings", "CDISpecDirs")) {
            assertThat(info.path(list).isArray()).as(list).isTrue();
        }
        for (String object : List.of("Plugins", "RegistryConfig", "Runtimes", "Swarm")) {
            assertThat(info.path(object).isObject()).as(object).isTrue();
        }
        assertThat(info.path("Plugins").path("Log").isArray()).isTrue();
        assertThat(info.path("Swarm").path("LocalNodeState").asText()).isEqualTo("inactive");
        assertThat(info.path("LiveRestoreEnabled").booleanValue()).isTrue();
    }

    private TestClient follow(String query) throws IOException {
        TestClient client = server.connect();
        client.write("GET /events" + query + " HTTP/1.1\r\nHost: x\r\n\r\n");
        TestClient.Reply head = client.head();
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.headers()).containsEntry("content-type", "application/json");
        return client;
    }

    private static JsonNode next(TestClient client) throws IOException {
        return JSON.readTree(client.chunk());
    }

    @Test
    void eventsHaveDockersShape() throws IOException {
        try (TestClient client = follow("")) {
            happen(new Event(
                    "container",
                    "start",
                    "abc",
                    Map.of("image", "busybox", "name", "web"),
                    Instant.ofEpochSecond(1_700_000_000L, 123_456_789),
                    0));
            assertThat(new String(client.chunk(), StandardCharsets.UTF_8))
                    .isEqualTo("{\"status\":\"start\",\"id\":\"abc\",\"from\":\"busybox\",\"Type\":\"container\","
                            + "\"Action\":\"start\",\"Actor\":{\"ID\":\"abc\",\"Attributes\":{\"image\":\"busybox\","
                            + "\"name\":\"web\"}},\"scope\":\"local\",\"time\":1700000000,"
                            + "\"timeNano\":1700000000123456789}\n");
            happen(Event.now("volume", "create", "v", Map.of("driver", "local")));
            JsonNode volume = next(client);
            assertThat(volume.has("status")).isFalse();
            assertThat(volume.path("Type").asText()).isEqualTo("volume");
        }
    }

    @Test
    void thePastIsReplayedAndTheStreamEndsAtItsTime() throws IOException {
        for (int i = 0; i < 2000; i++) {
            happen(container("a" + i, "id", Map.of()));
        }
        TestClient.Reply all = server.get(
                "/events?since=1&until=" + Instant.now().plusMillis(1).getEpochSecond() + ".999999999");
        List<String> lines = all.text().lines().toList();
        assertThat(lines).hasSize(2000);
        assertThat(lines.getLast()).contains("\"Action\":\"a1999\"");
        assertThat(server.get("/events?since=1&until=2").text()).isEmpty();
        assertThat(server.get("/events?until=" + Instant.now().getEpochSecond() + ".999999999")
                        .text()
                        .lines())
                .hasSize(2000);
    }

    @Test
    void theReplayGoesOverIntoTheLiveStreamWithoutGapOrDouble() throws Exception {
        for (int i = 0; i < 1500; i++) {
            happen(container("a" + i, "id", Map.of()));
        }
        Thread producer = Thread.ofPlatform().start(() -> {
            for (int i = 1500; i < 3000; i++) {
                happen(container("a" + i, "id", Map.of()));
            }
        });
        try (TestClient client = follow("?since=1")) {
            assertInOrder(client, 3000);
        }
        producer.join();
    }

    private static void assertInOrder(TestClient client, int count) throws IOException {
        String rest = "";
        int expected = 0;
        while (expected < count) {
            String[] lines = (rest + new String(client.chunk(), StandardCharsets.UTF_8)).split("\n", -1);
            for (int i = 0; i < lines.length - 1; i++) {
                assertThat(lines[i]).contains("\"Action\":\"a" + expected++ + "\"");
            }
            rest = lines[lines.length - 1];
        }
    }

    @Test
    void aFutureEndIsWaitedFor() throws IOException {
        Instant until = Instant.now().plus(Duration.ofMillis(700));
        try (TestClient client =
                follow("?until=" + until.getEpochSecond() + "." + String.format("%09d", until.getNano()))) {
            happen(container("start", "abc", Map.of()));
            assertThat(next(client).path("id").asText()).isEqualTo("abc");
            assertThat(client.chunk()).isEmpty();
            assertThat(Instant.now()).isAfterOrEqualTo(until);
        }
    }

    @ParameterizedTest(name = "{0} shows {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":{\"container\":true}} | c1 c2 c3 c4",
                "{\"type\":[\"image\"]} | i1",
                "{\"event\":[\"start\",\"die\"]} | c1 c2",
                "{\"event\":[\"exec_create\"]} | c3",
                "{\"event\":[\"exec_create: ls -l\"]} | c3",
                "{\"event\":[\"health_status\"]} | c4",
                "{\"event\":[\"health_status: healthy\"]} | c4",
                "{\"event\":[\"exec\"]} | ''",
                "{\"container\":[\"web\"]} | c1 c2",
                "{\"container\":[\"c3\"]} | c3",
                "{\"container\":[\"we\"]} | c1 c2",
                "{\"image\":[\"busybox\"]} | c1 i1",
                "{\"image\":[\"busybox:latest\"]} | c1",
                "{\"image\":[\"i1\"]} | i1",
                "{\"label\":[\"tier=web\"]} | c1",
                "{\"label\":[\"tier\"]} | c1 c2",
                "{\"label\":[\"tier\",\"zone=x\"]} | c2",
                "{\"scope\":[\"local\"],\"type\":[\"image\"]} | i1",
                "{\"scope\":[\"swarm\"]} | ''",
                "{\"volume\":[\"v1\"]} | v1",
                "{\"daemon\":[\"x\"]} | ''",
                "{} | c1 c2 c3 c4 i1 v1",
            })
    void filtersChoose(String filters, String ids) throws IOException {
        happen(container("start", "c1", Map.of("name", "web1", "image", "busybox:latest", "tier", "web")));
        happen(container("die", "c2", Map.of("name", "web2", "image", "alpine", "tier", "db", "zone", "x")));
        happen(container("exec_create: ls -l", "c3", Map.of("name", "other")));
        happen(container("health_status: healthy", "c4", Map.of("name", "other2")));
        happen(Event.now("image", "tag", "i1", Map.of("name", "busybox:1.36")));
        happen(Event.now("volume", "create", "v1", Map.of()));
        String encoded = java.net.URLEncoder.encode(filters, StandardCharsets.UTF_8);
        List<String> seen = server.get(
                        "/events?since=1&until=" + Instant.now().getEpochSecond() + ".999999999&filters=" + encoded)
                .text()
                .lines()
                .map(SystemRoutesTest::actor)
                .toList();
        assertThat(seen).isEqualTo(ids.isEmpty() ? List.of() : List.of(ids.split(" ")));
    }

    private static String actor(String line) {
        try {
            return JSON.readTree(line).path("Actor").path("ID").asText();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest(name = "{0} is refused: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "?filters={\"colour\":[\"red\"]} | invalid filter 'colour'",
                "?filters=nonsense | invalid filters",
                "?filters=[] | invalid filters",
                "?filters={\"type\":\"x\"} | invalid filter 'type'",
                "?since=yesterday | invalid time 'yesterday'",
                "?since=20&until=10 | cannot be after",
            })
    void wrongQuestionsAreRefused(String query, String message) throws IOException {
        TestClient.Reply reply = server.get("/events" + query);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.text()).contains(message);
    }

    @Test
    void aReaderThatDoesNotReadHoldsUpNobodyAndMissesNothing() throws IOException {
        try (TestClient slow = follow("")) {
            String padding = "x".repeat(1000);
            for (int i = 0; i < 3000; i++) {
                happen(container("a" + i, "id", Map.of("padding", padding)));
            }
            assertInOrder(slow, 3000);
        }
    }

    @Test
    void readersThatHaveGoneAreForgotten() throws Exception {
        for (int i = 0; i < 20; i++) {
            follow("").close();
        }
        for (int i = 0; i < 100 && store.events().readers() > 0; i++) {
            Thread.sleep(20);
        }
        assertThat(store.events().readers()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"2026-11-22T10:00:00Z", "2026-11-22T10:00:00.5%2B02:00", "1763805600", "1763805600.25", "0"})
    void timesAreUnderstood(String since) throws IOException {
        follow("?since=" + since).close();
    }
}
