package jdocker.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What could make two readers see two different requests is refused, and the connection closed. */
@Timeout(60)
class RequestHeadTest {
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer(
                router -> {
                    router.add(HttpMethod.GET, "/ok", Lane.READ, _ -> Response.noContent());
                    router.add(
                            HttpMethod.POST,
                            "/ok",
                            Lane.READ,
                            r -> Response.text(200, "" + r.body().readAllBytes().length));
                },
                Duration.ofMillis(500),
                4096);
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /ok HTTP/1.1\nHost: x\n\n",
                "GET /ok HTTP/1.1\r\nHost: x\n\r\n",
                "GET /ok HTTP/1.1\r\n\r\n",
                "GET /ok HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
                "GET /ok HTTP/1.1\r\nHost : x\r\n\r\n",
                "GET /ok HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n",
                "GET /ok HTTP/1.1\r\nHost: x\r\n\tfolded\r\n\r\n",
                "GET /ok HTTP/1.1\r\n Host: x\r\n\r\n",
                "GET /ok HTTP/1.1\r\nHost: x\r\nA\u0000: y\r\n\r\n",
                "GET /ok HTTP/1.1\r\nHost: x\r\nA: y\u0000\r\n\r\n",
                "GET /ok HTTP/1.1\r\nHost: x\r\nA: y\rB: z\r\n\r\n",
                "GET /ok HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n",
                "GET /ok HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n",
                "GET  /ok HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /o k HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET ok HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /ok\r\nHost: x\r\n\r\n",
                "GET /ok HTTP/2.0\r\nHost: x\r\n\r\n",
                "GET /ok http/1.1\r\nHost: x\r\n\r\n",
                "G(T /ok HTTP/1.1\r\nHost: x\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\n\r\n",
                "POST /ok HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /ok HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
                "POST /ok HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\na",
                "POST /ok HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na",
                "POST /ok HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\na",
                "POST /ok HTTP/1.1\r\nHost: x\r\nContent-Length: 0x1\r\n\r\na",
                "POST /ok HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\na",
                "POST /ok HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999999999999\r\n\r\na",
                "POST /ok HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "POST /ok HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "POST /ok HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /ok HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /ok HTTP/1.1\r\nHost: x\r\nExpect: a-miracle\r\n\r\n"
            })
    void ambiguousRequestsEndTheConnection(String request) throws IOException {
        try (TestClient client = server.connect()) {
            client.write(request + "GET /ok HTTP/1.1\r\nHost: x\r\n\r\n");
            var reply = client.reply();
            assertThat(reply.status()).isIn(400, 417, 501, 505);
            assertThat(reply.headers()).containsEntry("connection", "close");
            assertThat(reply.text()).startsWith("{\"message\":\"");
            assertThat(client.rest()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x\r\nabc",
                "-1\r\na\r\n0\r\n\r\n",
                "+1\r\na\r\n0\r\n\r\n",
                "1\na\r\n0\r\n\r\n",
                "1\r\nab\r\n0\r\n\r\n",
                "1 \r\na\r\n0\r\n\r\n",
                " 1\r\na\r\n0\r\n\r\n",
                "\r\na\r\n0\r\n\r\n",
                "ffffffffffffffff\r\na",
                "1111111111111111111\r\na"
            })
    void brokenChunksEndTheConnection(String chunks) throws IOException {
        try (TestClient client = server.connect()) {
            client.write("POST /ok HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
            assertThat(client.reply().status()).isEqualTo(500);
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void hugeHeadersAreRefused() throws IOException {
        try (TestClient client = server.connect()) {
            client.write("GET /ok HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(HeadReader.MAX_BYTES));
            assertThat(client.reply().status()).isEqualTo(431);
        }
        try (TestClient client = server.connect()) {
            client.write("GET /ok HTTP/1.1\r\nHost: x\r\n" + "A: b\r\n".repeat(300) + "\r\n");
            assertThat(client.reply().status()).isEqualTo(431);
        }
    }

    @Test
    void largeHeadersThatAreAllowedAreRead() throws IOException {
        try (TestClient client = server.connect()) {
            client.write("GET /ok HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(900_000) + "\r\n\r\n");
            assertThat(client.reply().status()).isEqualTo(204);
        }
    }

    @Test
    void aHeadThatNeverEndsIsGivenUp() throws IOException {
        try (TestClient client = server.connect()) {
            client.write("GET /ok HTTP/1.1\r\nHo");
            assertThat(client.reply().status()).isEqualTo(408);
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void emptyLinesBetweenRequestsAreForgiven() throws IOException {
        try (TestClient client = server.connect()) {
            client.write("\r\n\r\nGET /ok HTTP/1.1\r\nHost: x\r\n\r\n\r\n");
            assertThat(client.reply().status()).isEqualTo(204);
            assertThat(client.send("GET", "/ok").status()).isEqualTo(204);
        }
    }

    /** Whatever comes, the answer is an error or the connection ends; the server lives. */
    @Test
    void randomBytesDoNoHarm() throws IOException {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        byte[] valid = "POST /ok HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
                .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        for (int round = 0; round < 500; round++) {
            byte[] bytes = valid.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try (TestClient client = server.connect()) {
                client.write(bytes);
                client.shutdownOutput();
                client.rest();
            } catch (IOException e) {
                // closed on us: fine too
            }
        }
        assertThat(server.get("/ok").status()).isEqualTo(204);
    }
}
