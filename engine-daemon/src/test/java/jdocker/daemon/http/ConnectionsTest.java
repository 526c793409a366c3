package jdocker.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ConnectionsTest {
    private static void ok(Router router) {
        router.add(HttpMethod.GET, "/ok", Lane.READ, _ -> Response.noContent());
        router.add(HttpMethod.GET, "/slow", Lane.WORK, _ -> {
            Thread.sleep(400);
            return Response.text(200, "done");
        });
    }

    @Test
    void twoThousandIdleConnectionsDoNoHarm() throws IOException {
        List<TestClient> idle = new ArrayList<>();
        try (var server = new TestServer(ConnectionsTest::ok)) {
            for (int i = 0; i < 2000; i++) {
                idle.add(server.connect());
            }
            assertThat(idle.getLast().send("GET", "/ok").status()).isEqualTo(204);
            assertThat(server.get("/ok").status()).isEqualTo(204);
            assertThat(idle.getFirst().send("GET", "/ok").status()).isEqualTo(204);
        } finally {
            for (TestClient client : idle) {
                client.close();
            }
        }
    }

    @Test
    void oneConnectionTooManyIsToldSo() throws IOException {
        try (var server = new TestServer(ConnectionsTest::ok, Duration.ofSeconds(5), 2);
                var first = server.connect();
                var second = server.connect()) {
            first.send("GET", "/ok");
            second.send("GET", "/ok");
            try (var third = server.connect()) {
                var reply = third.reply();
                assertThat(reply.status()).isEqualTo(503);
                assertThat(reply.text()).isEqualTo("{\"message\":\"too many connections\"}\n");
            }
            assertThat(first.send("GET", "/ok").status()).isEqualTo(204);
        }
    }

    @Test
    void theSocketIsForRootAndItsGroup() throws IOException {
        try (var server = new TestServer(ConnectionsTest::ok)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(server.socket())))
                    .isEqualTo("rw-rw----");
        }
    }

    @Test
    void aSocketThatListensAlreadyIsTakenOver() throws IOException {
        try (var server = new TestServer(ConnectionsTest::ok)) {
            Path path = server.socket().resolveSibling("given");
            Socket given = Socket.newSocketDomain();
            given.bind(new DomainSocketAddress(path.toFile()));
            given.listen(16);
            try (var listener = Listener.adopt(server.server(), server.loops(), given.intValue());
                    var client = new TestClient(path)) {
                assertThat(client.send("GET", "/ok").status()).isEqualTo(204);
                assertThat(listener).isNotNull();
            }
            assertThat(path).exists(); // it belongs to whoever gave it
            Files.delete(path);
        }
    }

    @Test
    void fiftySlowRequestsRunSideBySide() throws IOException {
        try (var server = new TestServer(ConnectionsTest::ok)) {
            long start = System.nanoTime();
            List<CompletableFuture<Integer>> replies = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                replies.add(CompletableFuture.supplyAsync(() -> status(server), Thread::startVirtualThread));
            }
            replies.forEach(reply -> assertThat(reply.join()).isEqualTo(200));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        }
    }

    private static int status(TestServer server) {
        try {
            return server.get("/slow").status();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void stoppingFinishesWhatIsBeingAnswered() throws Exception {
        var server = new TestServer(ConnectionsTest::ok);
        try (var client = server.connect();
                var idle = server.connect()) {
            client.write("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
            Thread.sleep(100);
            server.close();
            assertThat(client.reply().text()).isEqualTo("done");
            assertThat(idle.rest()).isEmpty();
        }
    }
}
