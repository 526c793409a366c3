package jdocker.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import jdocker.daemon.error.EngineException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpServerTest {
    /** What a route that takes JSON takes. */
    record Given(String name, Integer count, List<String> list) {}

    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer(HttpServerTest::routes);
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    private static void routes(Router router) {
        router.add(HttpMethod.GET, "/things/{id}/json", Lane.READ, r -> Response.ok(Map.of("id", r.path("id"))));
        router.add(HttpMethod.GET, "/lane/{id}/json", Lane.WORK, r -> Response.ok(Map.of("id", r.path("id"))));
        router.add(
                HttpMethod.GET,
                "/version",
                Lane.READ,
                r -> Response.ok(Map.of("v", r.version().toString())));
        router.add(
                HttpMethod.GET,
                "/images/{name}/get",
                Lane.READ,
                r -> Response.ok(Map.of("v", r.version().toString())));
        router.add(HttpMethod.GET, "/html", Lane.READ, _ -> Response.ok(Map.of("m", "<a>&'\u2028")));
        router.add(HttpMethod.GET, "/big", Lane.READ, _ -> Response.ok(List.of("x".repeat(300_000))));
        router.add(HttpMethod.HEAD, "/head", Lane.READ, _ -> Response.ok(Map.of("a", 1)));
        router.add(HttpMethod.POST, "/nothing", Lane.READ, _ -> Response.noContent());
        router.add(HttpMethod.POST, "/same", Lane.READ, _ -> Response.notModified());
        router.add(HttpMethod.POST, "/json", Lane.READ, r -> Response.created(r.json(Given.class)));
        router.add(
                HttpMethod.POST,
                "/maybe",
                Lane.READ,
                r -> Response.ok(Map.of("there", r.optionalJson(Given.class).isPresent())));
        router.add(
                HttpMethod.GET,
                "/unwritable",
                Lane.READ,
                _ -> Response.ok(new Object() {
                    @SuppressWarnings("unused")
                    public String getX() {
                        throw new IllegalStateException("broken bean");
                    }
                }));
        router.add(
                HttpMethod.GET,
                "/loop",
                Lane.LOOP,
                r -> r.query().flag("long") ? Response.on(Lane.WORK, _ -> thread()) : thread());
        router.add(HttpMethod.GET, "/fail/{how}", Lane.READ, HttpServerTest::fail);
        router.add(
                HttpMethod.GET, "/query", Lane.READ, r -> Response.ok(r.query().all("a")));
        router.add(
                HttpMethod.GET,
                "/peer",
                Lane.READ,
                r -> Response.ok(Map.of("pid", r.peer().pid())));
    }

    private static Response thread() {
        return Response.text(200, Thread.currentThread().getName());
    }

    private static Response fail(Request request) {
        throw switch (request.path("how")) {
            case "400" -> new EngineException.InvalidRequest("bad");
            case "403" -> new EngineException.Forbidden("no");
            case "404" -> new EngineException.NotFound("No such container: x");
            case "409" -> new EngineException.Conflict("taken");
            case "413" -> new EngineException.TooLarge("big");
            case "501" -> new EngineException.NotImplemented("later");
            case "503" -> new EngineException.Unavailable("swarm");
            default -> new IllegalStateException("disk on fire");
        };
    }

    @Test
    void everyResponseCarriesDockersHeaders() throws IOException {
        for (String path : List.of("/things/a/json", "/nowhere", "/fail/409", "/v1.99/version")) {
            assertThat(server.get(path).headers())
                    .containsEntry("api-version", "1.51")
                    .containsEntry("docker-experimental", "false")
                    .containsEntry("ostype", "linux")
                    .containsEntry("server", "Docker/test (linux)")
                    .containsEntry("content-type", "application/json")
                    .containsKey("date");
        }
    }

    @Test
    void jsonEndsWithANewlineAndIsNotEscapedForHtml() throws IOException {
        assertThat(server.get("/html").text()).isEqualTo("{\"m\":\"<a>&'\u2028\"}\n");
    }

    @ParameterizedTest(name = "{0} is answered as {1}")
    @CsvSource({
        "400, bad",
        "403, no",
        "404, No such container: x",
        "409, taken",
        "413, big",
        "501, later",
        "503, swarm",
        "500, disk on fire"
    })
    void failuresBecomeDockersErrors(int status, String message) throws IOException {
        var reply = server.get("/fail/" + status);
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.text()).isEqualTo("{\"message\":\"" + message + "\"}\n");
    }

    @Test
    void whatCannotBeWrittenAsJsonIsAnError() throws IOException {
        assertThat(server.get("/unwritable").status()).isEqualTo(500);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/nowhere", "/v1.41/nowhere", "/v1.41", "/vx/version", "//version", "/version/", "*"})
    void unknownPathsAreNotFound(String path) throws IOException {
        var reply = server.get(path);
        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.text()).isEqualTo("{\"message\":\"page not found\"}\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "HEAD", "PATCH", "get", "BREW"})
    void unknownMethodsAreNotFoundToo(String method) throws IOException {
        try (TestClient client = server.connect()) {
            assertThat(client.send(method, "/version").status()).isEqualTo(404);
            assertThat(client.send("GET", "/version").status()).isEqualTo(200);
        }
    }

    @Test
    void optionsIsAnsweredEverywhere() throws IOException {
        try (TestClient client = server.connect()) {
            assertThat(client.send("OPTIONS", "/anything").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest(name = "{0} asks for version {1}")
    @CsvSource({"/version, 1.51", "/v1.24/version, 1.24", "/v1.51/version, 1.51", "/v1.44/version, 1.44"})
    void versionsWithinTheWindowAreServed(String path, String version) throws IOException {
        assertThat(server.get(path).text()).isEqualTo("{\"v\":\"" + version + "\"}\n");
    }

    @Test
    void toolsThatAskForAVersionBelowTheWindowForImagesAloneAreServedTheOldest() throws IOException {
        assertThat(server.get("/v1.22/images/x/get").text()).isEqualTo("{\"v\":\"1.24\"}\n");
        assertThat(server.get("/v1.21/images/x/get").status()).isEqualTo(400);
        assertThat(server.get("/v1.22/version").status()).isEqualTo(400);
    }

    @Test
    void versionsOutsideTheWindowAreRefusedInDockersWords() throws IOException {
        assertThat(server.get("/v1.52/version").text())
                .isEqualTo("{\"message\":\"client version 1.52 is too new."
                        + " Maximum supported API version is 1.51\"}\n");
        var old = server.get("/v1.23/version");
        assertThat(old.status()).isEqualTo(400);
        assertThat(old.headers()).containsEntry("content-type", "text/plain; charset=utf-8");
        assertThat(old.text())
                .isEqualTo("client version 1.23 is too old. Minimum supported API version is 1.24,"
                        + " please upgrade your client to a newer version\n");
    }

    @Test
    void headHasTheLengthButNoBody() throws IOException {
        try (TestClient client = server.connect()) {
            assertThat(client.send("HEAD", "/head").headers()).containsEntry("content-length", "8");
            assertThat(client.send("GET", "/version").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/same"})
    void emptyAnswersHaveNeitherTypeNorLength(String path) throws IOException {
        try (TestClient client = server.connect()) {
            assertThat(client.send("POST", path).headers()).doesNotContainKeys("content-type", "content-length");
            assertThat(client.send("GET", "/version").status()).isEqualTo(200);
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws IOException {
        try (TestClient client = server.connect()) {
            var requests = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                requests.append(
                        "GET /" + (i % 2 == 0 ? "lane" : "things") + "/" + i + "/json HTTP/1.1\r\nHost: x\r\n\r\n");
            }
            client.write(requests.toString());
            for (int i = 0; i < 200; i++) {
                assertThat(client.reply().text()).isEqualTo("{\"id\":\"" + i + "\"}\n");
            }
        }
    }

    @Test
    void manyPipelinedErrorsDoNotExhaustTheStack() throws IOException {
        try (TestClient client = server.connect()) {
            Thread writer =
                    Thread.ofVirtual().start(() -> write(client, "GET /x HTTP/1.1\r\nHost: x\r\n\r\n".repeat(20_000)));
            for (int i = 0; i < 20_000; i++) {
                assertThat(client.reply().status()).isEqualTo(404);
            }
            writer.interrupt();
        }
    }

    private static void write(TestClient client, String text) {
        try {
            client.write(text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aRequestMayArriveByteByByte() throws IOException {
        try (TestClient client = server.connect()) {
            String head = String.join(
                    "\r\n",
                    "POST /json HTTP/1.1",
                    "Host: x",
                    "Content-Type: application/json",
                    "Transfer-Encoding: chunked");
            String body = String.join("\r\n", "5", "{\"nam", "8;ext=1", "e\":\"web\"", "1", "}", "0", "Trailer: 1");
            String request = head + "\r\n\r\n" + body + "\r\n\r\n";
            for (int i = 0; i < request.length(); i++) {
                client.write(request.substring(i, i + 1));
            }
            assertThat(client.reply().text()).contains("\"name\":\"web\"");
            assertThat(client.send("GET", "/version").status()).isEqualTo(200);
        }
    }

    @Test
    void oldHttpIsAnsweredAndClosed() throws IOException {
        try (TestClient client = server.connect()) {
            client.write("GET /version HTTP/1.0\r\n\r\n");
            var reply = client.reply();
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.headers()).containsEntry("connection", "close");
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void connectionCloseIsHonoured() throws IOException {
        try (TestClient client = server.connect()) {
            client.write("GET /version HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertThat(client.reply().headers()).containsEntry("connection", "close");
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void aClientThatHasSentItsLastStillGetsItsAnswer() throws IOException {
        try (TestClient client = server.connect()) {
            client.write("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
            client.shutdownOutput();
            assertThat(client.reply().bytes()).hasSize(300_005);
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void aQuickRouteMayHandOverWhatTakesLonger() throws IOException {
        assertThat(server.get("/loop").text()).startsWith("loop-");
        assertThat(server.get("/loop?long=1").text()).startsWith("work-");
    }

    @Test
    void theKernelSaysWhoAsks() throws IOException {
        assertThat(server.get("/peer").text())
                .isEqualTo("{\"pid\":" + ProcessHandle.current().pid() + "}\n");
    }

    @Test
    void absoluteTargetsAreUnderstood() throws IOException {
        assertThat(server.get("http://docker/v1.41/version").text()).isEqualTo("{\"v\":\"1.41\"}\n");
    }

    @ParameterizedTest(name = "{0} is the id {1}")
    @CsvSource({"/things/a%20b/json, a b", "/things/%C3%A9/json, é", "/things/a+b/json, a+b", "/things/%2e%2e/json, .."
    })
    void pathsAreDecodedOnce(String path, String id) throws IOException {
        assertThat(server.get(path).text()).isEqualTo("{\"id\":\"" + id + "\"}\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/things/a%00b/json", "/things/a%zz/json", "/things/a%2/json", "/things/%ff/json", "/query?a=%"})
    void wrongEncodingIsABadRequest(String path) throws IOException {
        assertThat(server.get(path).status()).isEqualTo(400);
    }

    @Test
    void theQueryIsDecodedWithItsRepetitions() throws IOException {
        assertThat(server.get("/query?a=1&a=%26+x&b=2&a").text()).isEqualTo("[\"1\",\"& x\",\"\"]\n");
    }

    @Test
    void jsonBodiesAreRead() throws IOException {
        try (TestClient client = server.connect()) {
            assertThat(client.sendJson("POST", "/json", "{\"name\":\"a\",\"unknown\":[1],\"COUNT\":3}")
                            .text())
                    .isEqualTo("{\"name\":\"a\",\"count\":3,\"list\":null}\n");
            assertThat(client.sendJson("POST", "/maybe", "{}").text()).isEqualTo("{\"there\":true}\n");
            assertThat(client.sendJson("POST", "/maybe", "").text()).isEqualTo("{\"there\":false}\n");
            assertThat(client.send("POST", "/maybe").text()).isEqualTo("{\"there\":false}\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "nonsense",
                "{} {}",
                "{}x",
                "{\"name\":\"a\",\"name\":\"b\"}",
                "{\"count\":\"3\"}",
                "{\"count\":3.5}",
                "{\"list\":[[]]}",
                "[]",
                "{\"count\":99999999999999999999}"
            })
    void brokenJsonIsABadRequest(String body) throws IOException {
        try (TestClient client = server.connect()) {
            var reply = client.sendJson("POST", "/json", body);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.text()).startsWith("{\"message\":\"invalid JSON: ").doesNotContain("jdocker");
        }
    }

    @Test
    void deepJsonIsABadRequest() throws IOException {
        try (TestClient client = server.connect()) {
            String deep = "{\"unknown\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
            assertThat(client.sendJson("POST", "/json", deep).status()).isEqualTo(400);
        }
    }

    @Test
    void onlyJsonIsTakenForJson() throws IOException {
        try (TestClient client = server.connect()) {
            client.write("POST /json HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}");
            assertThat(client.reply().text())
                    .isEqualTo("{\"message\":\"unsupported Content-Type header (text/plain):"
                            + " must be 'application/json'\"}\n");
            client.write("POST /json HTTP/1.1\r\nHost: x\r\nContent-Type: Application/JSON; charset=utf-8\r\n"
                    + "Content-Length: 2\r\n\r\n{}");
            assertThat(client.reply().status()).isEqualTo(201);
        }
    }

    @Test
    void tooMuchJsonIsRefusedBeforeItIsSent() throws IOException {
        try (TestClient client = server.connect()) {
            client.write(String.join(
                    "\r\n",
                    "POST /json HTTP/1.1",
                    "Host: x",
                    "Content-Type: application/json",
                    "Content-Length: 99999999",
                    "Expect: 100-continue",
                    "\r\n"));
            var reply = client.reply();
            assertThat(reply.status()).isEqualTo(413);
            assertThat(reply.headers()).containsEntry("connection", "close");
        }
    }
}
