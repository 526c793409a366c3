package jdocker.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HijackTest {
    private static final String MULTIPLEXED = "application/vnd.docker.multiplexed-stream";

    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger received = new AtomicInteger();
    private final AtomicReference<HijackedStream> held = new AtomicReference<>();
    private TestServer server;

    record Body(String command) {}

    @BeforeEach
    void start() throws IOException {
        server = new TestServer(router -> {
            router.add(HttpMethod.POST, "/echo", Lane.READ, _ -> Response.hijack(MULTIPLEXED, this::echo));
            router.add(HttpMethod.POST, "/exec", Lane.WORK, r -> {
                Body body = r.json(Body.class);
                return Response.hijack(MULTIPLEXED, stream -> {
                    stream.write(text(body.command + ":"));
                    echo(stream);
                });
            });
            router.add(
                    HttpMethod.POST,
                    "/hold",
                    Lane.READ,
                    _ -> Response.hijack(MULTIPLEXED, stream -> {
                        stream.onInput(buffer -> {
                            received.addAndGet(buffer.readableBytes());
                            buffer.release();
                        });
                        held.set(stream);
                    }));
            router.add(HttpMethod.POST, "/flood", Lane.READ, _ -> Response.hijack(MULTIPLEXED, HijackTest::flood));
            router.add(
                    HttpMethod.POST,
                    "/broken",
                    Lane.READ,
                    _ -> Response.hijack(MULTIPLEXED, _ -> {
                        throw new IllegalStateException("no such process");
                    }));
            router.add(HttpMethod.GET, "/ok", Lane.READ, _ -> Response.noContent());
        });
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private void echo(HijackedStream stream) {
        stream.onInput(stream::write);
        stream.onInputEnd(() -> {
            stream.write(text("bye"));
            stream.closeOutput();
            stream.close();
        });
        stream.onClose(closed::countDown);
        stream.resumeInput();
    }

    private static void flood(HijackedStream stream) {
        stream.onInput(ByteBuf::release);
        stream.onInputEnd(() -> {
            for (int i = 0; i < 256; i++) {
                stream.write(Unpooled.wrappedBuffer(new byte[64 * 1024]));
            }
            stream.closeOutput();
            stream.close();
        });
        stream.resumeInput();
    }

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    @Test
    void anUpgradeIsAnsweredByThe101FormAndRawBytes() throws Exception {
        try (TestClient client = server.connect()) {
            client.write("POST /echo HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
            var head = client.head();
            assertThat(head.status()).isEqualTo(101);
            assertThat(head.headers())
                    .containsEntry("connection", "Upgrade")
                    .containsEntry("upgrade", "tcp")
                    .containsEntry("content-type", MULTIPLEXED)
                    .containsEntry("api-version", "1.51")
                    .doesNotContainKeys("transfer-encoding", "content-length");
            client.write("hello");
            assertThat(client.exactly(5)).asString().isEqualTo("hello");
            client.shutdownOutput();
            assertThat(client.rest()).asString().isEqualTo("bye");
        }
        assertThat(closed.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void withoutAnUpgradeTheFormIs200AndRawStream() throws IOException {
        try (TestClient client = server.connect()) {
            client.write("POST /echo HTTP/1.1\r\nHost: x\r\n\r\n");
            var head = client.head();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.headers())
                    .containsEntry("content-type", "application/vnd.docker.raw-stream")
                    .doesNotContainKeys("transfer-encoding", "content-length", "connection", "upgrade");
            client.write("hello");
            assertThat(client.exactly(5)).asString().isEqualTo("hello");
        }
    }

    @Test
    void bytesThatCameWithTheRequestBelongToTheStream() throws IOException {
        try (TestClient client = server.connect()) {
            client.write("POST /echo HTTP/1.1\r\nHost: x\r\nUpgrade: tcp\r\n\r\nGET /ok HTTP/1.1\r\n");
            client.shutdownOutput();
            client.head();
            assertThat(client.rest()).asString().isEqualTo("GET /ok HTTP/1.1\r\nbye");
        }
    }

    @Test
    void bytesBehindTheBodyBelongToTheStream() throws IOException {
        try (TestClient client = server.connect()) {
            client.write("POST /exec HTTP/1.1\r\nHost: x\r\nUpgrade: tcp\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 16\r\n\r\n{\"command\":\"ls\"}stdin");
            client.shutdownOutput();
            client.head();
            assertThat(client.rest()).asString().isEqualTo("ls:stdinbye");
        }
    }

    @Test
    void inputThatNobodyTakesStaysInTheSocket() throws Exception {
        try (TestClient client = server.connect()) {
            client.write("POST /hold HTTP/1.1\r\nHost: x\r\nUpgrade: tcp\r\n\r\n");
            client.head();
            Thread writer = Thread.ofPlatform().start(() -> {
                try {
                    client.write(new byte[8 << 20]);
                    client.shutdownOutput();
                } catch (IOException e) {
                    // the test ended
                }
            });
            Thread.sleep(300);
            assertThat(received.get()).isZero();
            assertThat(writer.isAlive()).isTrue();
            held.get().resumeInput();
            writer.join(10_000);
            for (int i = 0; i < 100 && received.get() < 8 << 20; i++) {
                Thread.sleep(20);
            }
            assertThat(received.get()).isEqualTo(8 << 20);
        }
    }

    @Test
    void theServersEndIsSeenWhileTheClientStillWrites() throws Exception {
        try (TestClient client = server.connect()) {
            client.write("POST /hold HTTP/1.1\r\nHost: x\r\nUpgrade: tcp\r\n\r\n");
            client.head();
            while (held.get() == null) {
                Thread.sleep(5);
            }
            held.get().resumeInput();
            held.get().write(text("last words"));
            held.get().closeOutput();
            assertThat(client.rest()).asString().isEqualTo("last words");
            client.write("more");
            for (int i = 0; i < 100 && received.get() < 4; i++) {
                Thread.sleep(20);
            }
            assertThat(received.get()).isEqualTo(4);
        }
    }

    /** As {@code docker run -i} does with a file for its input and much output. */
    @Test
    void muchOutputFollowsTheEndOfTheInput() throws IOException {
        try (TestClient client = server.connect()) {
            client.write("POST /flood HTTP/1.1\r\nHost: x\r\nUpgrade: tcp\r\n\r\nall");
            client.shutdownOutput();
            client.head();
            assertThat(client.rest()).hasSize(16 << 20);
        }
    }

    @Test
    void aStreamThatFailsIsClosed() throws IOException {
        try (TestClient client = server.connect()) {
            client.write("POST /broken HTTP/1.1\r\nHost: x\r\nUpgrade: tcp\r\n\r\n");
            assertThat(client.head().status()).isEqualTo(101);
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void manyHijacksLeakNoConnection() throws Exception {
        for (int i = 0; i < 200; i++) {
            try (TestClient client = server.connect()) {
                client.write("POST /echo HTTP/1.1\r\nHost: x\r\nUpgrade: tcp\r\n\r\nx");
                client.head();
                assertThat(client.exactly(1)).asString().isEqualTo("x");
            }
        }
        for (int i = 0; i < 100 && server.server().connections() > 0; i++) {
            Thread.sleep(20);
        }
        assertThat(server.server().connections()).isZero();
    }
}
