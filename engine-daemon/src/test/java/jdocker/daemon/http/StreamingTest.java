package jdocker.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class StreamingTest {
    private static final long LARGE = 512L << 20;

    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch gone = new CountDownLatch(1);
    private final AtomicLong written = new AtomicLong();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        server = new TestServer(this::routes);
    }

    @AfterEach
    void stop() throws IOException {
        release.countDown();
        server.close();
    }

    private void routes(Router router) {
        router.add(HttpMethod.GET, "/ok", Lane.READ, _ -> Response.text(200, "ok"));
        router.add(HttpMethod.POST, "/load", Lane.WORK, r -> Response.ok(Map.of("bytes", count(r.body()))));
        router.add(HttpMethod.POST, "/late", Lane.WORK, r -> {
            release.await();
            return Response.ok(Map.of("bytes", count(r.body())));
        });
        router.add(HttpMethod.POST, "/ignored", Lane.WORK, _ -> Response.ok(Map.of()));
        router.add(HttpMethod.POST, "/broken", Lane.WORK, r -> {
            try {
                count(r.body());
            } catch (IOException e) {
                failure.complete(e);
            }
            return Response.noContent();
        });
        router.add(
                HttpMethod.POST,
                "/echo",
                Lane.WORK,
                r -> Response.stream(200, "text/plain", out -> {
                    byte[] buffer = new byte[1024];
                    for (int n = r.body().read(buffer); n >= 0; n = r.body().read(buffer)) {
                        out.write(buffer, 0, n);
                        out.flush();
                    }
                }));
        router.add(HttpMethod.GET, "/endless", Lane.READ, r -> {
            r.onDisconnect(gone::countDown);
            return Response.stream(200, "application/json", this::endless);
        });
        router.add(HttpMethod.GET, "/silent", Lane.READ, r -> {
            r.onDisconnect(gone::countDown);
            return Response.stream(200, "application/json", _ -> gone.await());
        });
        router.add(HttpMethod.GET, "/wait", Lane.READ, r -> {
            r.onDisconnect(gone::countDown);
            gone.await();
            return Response.noContent();
        });
        router.add(
                HttpMethod.GET,
                "/cut",
                Lane.READ,
                _ -> Response.stream(200, "application/json", out -> {
                    out.writeJsonLine(Map.of("a", 1));
                    throw new IllegalStateException("broken off");
                }));
        router.add(
                HttpMethod.GET,
                "/lines",
                Lane.READ,
                _ -> Response.stream(200, "application/json", out -> {
                    out.writeJsonLine(Map.of("a", 1));
                    out.write("x".repeat(40_000).getBytes(StandardCharsets.US_ASCII));
                }));
    }

    private void endless(ResponseStream out) throws IOException {
        byte[] kilobyte = new byte[1024];
        while (true) {
            out.write(kilobyte);
            out.flush();
            written.addAndGet(kilobyte.length);
        }
    }

    private static long count(InputStream body) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long count = 0;
        for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
            count += n;
        }
        return count;
    }

    private static void upload(TestClient client, String path, long size) throws IOException {
        client.write("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + size + "\r\n\r\n");
        byte[] megabyte = new byte[1 << 20];
        for (long sent = 0; sent < size; sent += megabyte.length) {
            client.write(megabyte);
        }
    }

    @Test
    void aLargeUploadIsStreamedWithFlatMemory() throws IOException {
        try (TestClient client = server.connect()) {
            upload(client, "/load", LARGE);
            assertThat(client.reply().text()).isEqualTo("{\"bytes\":" + LARGE + "}\n");
            assertThat(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory())
                    .isLessThan(48L << 20);
            assertThat(client.send("GET", "/ok").status()).isEqualTo(200);
        }
    }

    @Test
    void aBodyThatNobodyReadsYetStaysInTheSocket() throws Exception {
        try (TestClient client = server.connect()) {
            AtomicLong sent = new AtomicLong();
            Thread writer = Thread.ofPlatform().start(() -> {
                try {
                    client.write("POST /late HTTP/1.1\r\nHost: x\r\nContent-Length: " + (64 << 20) + "\r\n\r\n");
                    byte[] block = new byte[64 * 1024];
                    for (int i = 0; i < 1024; i++) {
                        client.write(block);
                        sent.addAndGet(block.length);
                    }
                } catch (IOException e) {
                    failure.complete(e);
                }
            });
            Thread.sleep(700);
            assertThat(sent.get()).isLessThan(2 << 20);
            release.countDown();
            assertThat(client.reply().text()).isEqualTo("{\"bytes\":" + (64 << 20) + "}\n");
            writer.join();
        }
    }

    @Test
    void aResponseMayBeginWhileTheBodyArrives() throws IOException {
        try (TestClient client = server.connect()) {
            client.write("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            assertThat(client.head().headers()).containsEntry("transfer-encoding", "chunked");
            assertThat(client.chunk()).asString().isEqualTo("hello");
            client.write("5\r\nworld\r\n");
            assertThat(client.chunk()).asString().isEqualTo("world");
            client.write("0\r\n\r\n");
            assertThat(client.chunk()).isEmpty();
            assertThat(client.send("GET", "/ok").status()).isEqualTo(200);
        }
    }

    @Test
    void continueIsSaidWhenTheBodyIsWanted() throws IOException {
        try (TestClient client = server.connect()) {
            client.write("POST /load HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.head().status()).isEqualTo(100);
            client.write("abc");
            assertThat(client.reply().text()).isEqualTo("{\"bytes\":3}\n");
            assertThat(client.send("GET", "/ok").status()).isEqualTo(200);
        }
    }

    @Test
    void aBodyThatIsNotWantedIsNotAskedFor() throws IOException {
        try (TestClient client = server.connect()) {
            client.write("POST /ignored HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
            var reply = client.reply();
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.headers()).containsEntry("connection", "close");
        }
    }

    @Test
    void aSmallUnreadBodyIsSkipped() throws IOException {
        try (TestClient client = server.connect()) {
            for (String body : new String[] {
                "Content-Length: 100000\r\n\r\n" + "x".repeat(100_000),
                "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
            }) {
                client.write("POST /ignored HTTP/1.1\r\nHost: x\r\n" + body);
                assertThat(client.reply().status()).isEqualTo(200);
                assertThat(client.send("GET", "/ok").text()).isEqualTo("ok");
            }
        }
    }

    @Test
    void aLargeUnreadBodyEndsTheConnectionBehindTheAnswer() throws IOException {
        try (TestClient client = server.connect()) {
            client.write("POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: " + LARGE + "\r\n\r\n");
            client.write(new byte[1 << 20]);
            var reply = client.reply();
            assertThat(reply.status()).isEqualTo(404);
            assertThat(reply.headers()).containsEntry("connection", "close");
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void aClientThatEndsWithinAnUnreadBodyIsLetGo() throws Exception {
        try (TestClient client = server.connect()) {
            client.write("POST /ignored HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na");
            assertThat(client.reply().status()).isEqualTo(200);
            Thread.sleep(50);
            client.shutdownOutput();
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void aClientThatGoesAwayWithinItsBodyFailsTheReader() throws Exception {
        try (TestClient client = server.connect()) {
            client.write("POST /broken HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc");
            Thread.sleep(50);
        }
        assertThat(failure.get(5, TimeUnit.SECONDS)).isInstanceOf(EOFException.class);
    }

    @Test
    void aSlowReaderHoldsUpItsOwnStreamOnly() throws Exception {
        try (TestClient slow = server.connect()) {
            slow.write("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
            slow.head();
            long before;
            do {
                before = written.get();
                Thread.sleep(300);
            } while (written.get() != before);
            assertThat(before).isLessThan(4 << 20);
            assertThat(server.get("/ok").status()).isEqualTo(200);
            slow.exactly(512 * 1024);
            Thread.sleep(100);
            assertThat(written.get()).isGreaterThan(before);
        }
        assertThat(gone.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void headersOfAStreamAreSentAtOnce() throws Exception {
        try (TestClient client = server.connect()) {
            client.write("GET /silent HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.head().status()).isEqualTo(200);
        }
        assertThat(gone.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aHandlerHearsThatItsClientHasGone() throws Exception {
        try (TestClient client = server.connect()) {
            client.write("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
            Thread.sleep(50);
            assertThat(gone.getCount()).isEqualTo(1);
        }
        assertThat(gone.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aStreamThatBreaksOffIsCut() throws IOException {
        try (TestClient client = server.connect()) {
            client.write("GET /cut HTTP/1.1\r\nHost: x\r\n\r\n");
            client.head();
            assertThat(client.chunk()).asString().isEqualTo("{\"a\":1}\n");
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void linesAreSentOneByOneAndTheConnectionGoesOn() throws IOException {
        try (TestClient client = server.connect()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.send("GET", "/lines").bytes()).hasSize(40_008);
            }
            client.write("GET /lines HTTP/1.0\r\n\r\n");
            assertThat(client.reply().bytes()).hasSize(40_008);
        }
    }
}
