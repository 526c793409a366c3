package jdocker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
final class WireTest {
    private static Engine engine(FakeDaemon daemon) {
        return new Engine(DaemonAddress.parse(daemon.address()), "1.51", Map.of());
    }

    @Test
    void keepsTheConnectionBetweenCalls() throws IOException {
        try (FakeDaemon daemon = new FakeDaemon().on("GET", "/a", 200, "one").on("GET", "/b", 200, "");
                Engine engine = engine(daemon)) {
            assertThat(engine.get("/a", new Query())).asString().isEqualTo("one");
            assertThat(engine.get("/b", new Query())).isEmpty();
            assertThat(engine.get("/a", new Query())).asString().isEqualTo("one");
        }
    }

    @Test
    void readsChunksWithTrailers() throws IOException {
        try (FakeDaemon daemon = new FakeDaemon();
                Engine engine = engine(daemon)) {
            daemon.on(
                    "GET",
                    "/a",
                    (client, _) -> FakeDaemon.write(
                            client,
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\nabcd\r\nA\r\n0123456789\r\n0\r\nT: 1\r\n\r\n"));

            assertThat(engine.get("/a", new Query())).asString().isEqualTo("abcd0123456789");
            assertThat(engine.get("/a", new Query())).asString().isEqualTo("abcd0123456789");
        }
    }

    @Test
    void askAgainWhenAnIdleConnectionWasClosed() throws IOException {
        try (FakeDaemon daemon = new FakeDaemon();
                Engine engine = engine(daemon)) {
            daemon.on("GET", "/a", (client, _) -> {
                FakeDaemon.write(client, FakeDaemon.head(200, 0));
                client.close();
            });

            engine.get("/a", new Query());
            assertThat(engine.get("/a", new Query())).isEmpty();
        }
    }

    @Test
    void tellsAnAnswerThatBreaksOff() throws IOException {
        try (FakeDaemon daemon = new FakeDaemon();
                Engine engine = engine(daemon)) {
            daemon.on("GET", "/a", (client, _) -> {
                FakeDaemon.write(client, FakeDaemon.head(200, 10) + "abc");
                client.close();
            });

            assertThatThrownBy(() -> engine.get("/a", new Query())).hasMessageContaining("unexpected EOF");
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "nonsense\r\n\r\n",
                "HTTP/1.1 abc\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
            })
    void refusesWhatIsNoHttp(String answer) throws IOException {
        try (FakeDaemon daemon = new FakeDaemon();
                Engine engine = engine(daemon)) {
            daemon.on("GET", "/a", (client, _) -> FakeDaemon.write(client, answer));

            assertThatThrownBy(() -> engine.get("/a", new Query()))
                    .isInstanceOf(CliError.class)
                    .hasMessageContaining("malformed HTTP response");
        }
    }

    @Test
    void givesTheDaemonsWordsWithAnError() throws IOException {
        try (FakeDaemon daemon = new FakeDaemon()
                        .on("GET", "/a", 409, "{\"message\":\"in use\"}")
                        .on("GET", "/b", 500, "oops");
                Engine engine = engine(daemon)) {
            assertThatThrownBy(() -> engine.get("/a", new Query()))
                    .isInstanceOf(EngineError.class)
                    .hasMessage("Error response from daemon: in use");
            assertThatThrownBy(() -> engine.get("/b", new Query())).hasMessage("Error response from daemon: oops");
        }
    }

    @Test
    void refusesAHijackThatTheDaemonRefuses() throws IOException {
        try (FakeDaemon daemon = new FakeDaemon().on("POST", "/x", 404, "{\"message\":\"No such container: x\"}");
                Engine engine = engine(daemon)) {
            assertThatThrownBy(() -> engine.hijack("/x", new Query(), null))
                    .hasMessage("Error response from daemon: No such container: x");
        }
    }

    @Test
    void hijacksOverThePlain200Too() throws IOException {
        try (FakeDaemon daemon = new FakeDaemon();
                Engine engine = engine(daemon)) {
            daemon.on("POST", "/x", (client, _) -> FakeDaemon.write(client, "HTTP/1.1 200 OK\r\n\r\nraw"));

            try (HttpConnection connection = engine.hijack("/x", new Query(), null)) {
                assertThat(connection.rest().readAllBytes()).asString().isEqualTo("raw");
            }
        }
    }

    @Test
    void dividesFrames() throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        stream.write(FakeDaemon.frame(1, "a"));
        stream.write(FakeDaemon.frame(2, "é".repeat(40_000)));
        stream.write(FakeDaemon.frame(1, ""));
        stream.write(FakeDaemon.frame(1, "b"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        Frames.copy(new ByteArrayInputStream(stream.toByteArray()), new Output(out), new Output(err));

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("ab");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("é".repeat(40_000));
    }

    @Test
    void refusesBrokenFrames() {
        byte[] systemError = FakeDaemon.frame(3, "it broke");
        assertThatThrownBy(() -> Frames.copy(new ByteArrayInputStream(systemError), null, null))
                .hasMessage("it broke");
        byte[] unknown = FakeDaemon.frame(9, "x");
        assertThatThrownBy(() -> Frames.copy(new ByteArrayInputStream(unknown), null, null))
                .hasMessage("Unrecognized input header: 9");
        byte[] cut = {1, 0, 0, 0, 0, 0};
        assertThatThrownBy(() -> Frames.copy(new ByteArrayInputStream(cut), null, null))
                .hasMessage("unexpected EOF");
    }

    @Test
    void diesQuietlyWhenNobodyReads() {
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Invocation invocation = Run.of("--version").invocation(new ByteArrayOutputStream(), err);

        int code = Cli.run(new Invocation(
                invocation.arguments(),
                invocation.directory(),
                invocation.environment(),
                invocation.in(),
                closed,
                err,
                invocation.terminal(),
                invocation.signals(),
                invocation.clock(),
                invocation.client()));

        assertThat(code).isEqualTo(141);
        assertThat(err.size()).isZero();
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "'', unix:///run/jdocker.sock",
        "unix://, unix:///run/jdocker.sock",
        "unix:///x.sock, unix:///x.sock",
        "tcp://h:1, tcp://h:1",
        "tcp://h, tcp://h:2375",
        "h:1, tcp://h:1",
        "tcp://[::1]:5, tcp://[::1]:5"
    })
    void readsAddresses(String text, String expected) {
        assertThat(DaemonAddress.parse(text).text()).isEqualTo(expected);
    }

    @Test
    void refusesOtherAddresses() {
        assertThatThrownBy(() -> DaemonAddress.parse("ssh://x")).hasMessageContaining("'ssh://' is not supported");
        assertThatThrownBy(() -> DaemonAddress.parse("tcp://h:x")).hasMessageContaining("invalid bind address format");
    }
}
