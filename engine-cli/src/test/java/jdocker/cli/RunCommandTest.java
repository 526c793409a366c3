package jdocker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
final class RunCommandTest {
    private FakeDaemon daemon;
    private final CountDownLatch started = new CountDownLatch(1);

    @BeforeEach
    void start() throws IOException {
        daemon = new FakeDaemon()
                .on("POST", "/containers/create", 201, "{\"Id\":\"c1\",\"Warnings\":[]}")
                .on("POST", "/containers/c1/wait", 200, "{\"StatusCode\":3}")
                .on("POST", "/containers/c1/resize", 200, "")
                .on("POST", "/containers/c1/kill", 204, "")
                .on("POST", "/containers/c1/start", (client, _) -> {
                    started.countDown();
                    FakeDaemon.write(client, FakeDaemon.head(204, 0));
                });
    }

    @AfterEach
    void stop() throws IOException {
        daemon.close();
    }

    private void attachAnswers(byte[]... frames) {
        daemon.on("POST", "/containers/c1/attach", (client, _) -> {
            FakeDaemon.upgrade(client);
            await(started);
            for (byte[] frame : frames) {
                FakeDaemon.write(client, frame);
            }
        });
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void attachesAndWaitsBeforeItStarts() {
        attachAnswers(FakeDaemon.frame(1, "out\n"), FakeDaemon.frame(2, "err\n"));

        Run.Result result = Run.against(daemon, "run", "busybox").result();

        assertThat(result).isEqualTo(new Run.Result(3, "out\n", "err\n"));
        assertThat(daemon.asked())
                .containsExactly(
                        "POST /v1.51/containers/create",
                        "POST /v1.51/containers/c1/attach?stderr=1&stdout=1&stream=1",
                        "POST /v1.51/containers/c1/wait?condition=next-exit",
                        "POST /v1.51/containers/c1/start");
    }

    @Test
    void waitsForTheRemovalOfWhatRemovesItself() {
        attachAnswers();

        Run.against(daemon, "run", "--rm", "busybox").result();

        assertThat(daemon.asked()).contains("POST /v1.51/containers/c1/wait?condition=removed");
    }

    @Test
    void closesItsHalfWhenTheInputEnds() {
        daemon.on("POST", "/containers/c1/attach", (client, _) -> {
            FakeDaemon.upgrade(client);
            FakeDaemon.write(client, FakeDaemon.frame(1, "got " + FakeDaemon.readToEnd(client)));
        });

        assertThat(Run.against(daemon, "run", "-i", "busybox", "cat")
                        .in("hi\n")
                        .result()
                        .out())
                .isEqualTo("got hi\n");
        assertThat(daemon.asked()).contains("POST /v1.51/containers/c1/attach?stderr=1&stdin=1&stdout=1&stream=1");
    }

    @Test
    void printsTheIdOfWhatRunsInTheBackground() {
        assertThat(Run.against(daemon, "run", "-d", "busybox").result()).isEqualTo(new Run.Result(0, "c1\n", ""));
        assertThat(daemon.asked()).containsExactly("POST /v1.51/containers/create", "POST /v1.51/containers/c1/start");
    }

    @Test
    void tellsWarnings() {
        daemon.on("POST", "/containers/create", 201, "{\"Id\":\"c1\",\"Warnings\":[\"no bridge yet\"]}");

        assertThat(Run.against(daemon, "create", "busybox").result())
                .isEqualTo(new Run.Result(0, "c1\n", "WARNING: no bridge yet\n"));
    }

    @Test
    void givesTheCodesOfAFailedStart() {
        attachAnswers();
        assertThat(codeOf("exec: \\\"foo\\\": executable file not found in $PATH"))
                .isEqualTo(127);
        assertThat(codeOf("exec: \\\"/x\\\": permission denied")).isEqualTo(126);
        assertThat(codeOf("exec: \\\"/\\\": is a directory")).isEqualTo(126);
        assertThat(codeOf("no space left on device")).isEqualTo(125);
    }

    private int codeOf(String message) {
        daemon.on("POST", "/containers/c1/start", 400, "{\"message\":\"" + message + "\"}");
        Run.Result result = Run.against(daemon, "run", "-d", "busybox").result();
        assertThat(result.err())
                .startsWith("jdocker: Error response from daemon: ")
                .contains("Run 'jdocker run --help'");
        return result.code();
    }

    @Test
    void pullsAnImageThatIsMissing() {
        daemon.on("POST", "/containers/create", 404, "{\"message\":\"No such image: busybox:latest\"}");
        daemon.on("POST", "/images/create", (client, _) -> {
            daemon.on("POST", "/containers/create", 201, "{\"Id\":\"c1\"}");
            String progress = "{\"status\":\"Pulling\",\"id\":\"latest\"}\n";
            FakeDaemon.write(client, FakeDaemon.head(200, progress.length()) + progress);
        });

        Run.Result result = Run.against(daemon, "run", "-d", "busybox").result();

        assertThat(result)
                .isEqualTo(
                        new Run.Result(0, "c1\n", "Unable to find image 'busybox:latest' locally\nlatest: Pulling\n"));
        assertThat(daemon.asked())
                .contains("POST /v1.51/images/create?fromImage=docker.io%2Flibrary%2Fbusybox&tag=latest");
        assertThat(daemon.last("/images/create").headers()).containsEntry("x-registry-auth", "e30=");
    }

    @Test
    void doesNotPullWhenTold() {
        daemon.on("POST", "/containers/create", 404, "{\"message\":\"No such image: busybox:latest\"}");

        Run.Result result =
                Run.against(daemon, "run", "--pull", "never", "busybox").result();

        assertThat(result.code()).isEqualTo(125);
        assertThat(daemon.asked()).hasSize(1);
    }

    @Test
    void writesTheContainerIdFileOnce(@TempDir Path directory) throws IOException {
        String[] words = {"run", "-d", "--cidfile", "cid", "busybox"};

        assertThat(Run.against(daemon, words).from(directory).result().code()).isZero();
        assertThat(directory.resolve("cid")).hasContent("c1");
        assertThat(Run.against(daemon, words).from(directory).result().err())
                .startsWith(
                        "jdocker: container ID file found, make sure the other container isn't running or delete cid");
        Files.delete(directory.resolve("cid"));
    }

    @Test
    void needsATerminalForATerminal() {
        assertThat(Run.against(daemon, "run", "-it", "busybox").result())
                .isEqualTo(new Run.Result(1, "", "the input device is not a TTY\n"));
        assertThat(daemon.asked()).isEmpty();
    }

    @Test
    void refusesWhatIsNoImageName() {
        assertThat(Run.against(daemon, "run", "a:B:c").result())
                .isEqualTo(new Run.Result(
                        125,
                        "",
                        "jdocker: invalid reference format\n\nRun 'jdocker run --help' for more information\n"));
        assertThat(daemon.asked()).isEmpty();
    }

    @Test
    void refusesToDetachAndAttach() {
        assertThat(Run.against(daemon, "run", "-d", "-a", "stdout", "x")
                        .result()
                        .err())
                .isEqualTo("conflicting options: cannot specify both --attach and --detach\n");
    }

    @Test
    void restoresTheTerminalAndKeepsItsSize() throws IOException {
        FakeTerminal terminal = new FakeTerminal();
        attachAnswers("raw\r\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));

        Run.Result result = Run.against(daemon, "run", "-it", "busybox")
                .on(terminal)
                .in(endless(""))
                .result();

        assertThat(result.code()).isEqualTo(3);
        assertThat(result.out()).isEqualTo("raw\r\n");
        assertThat(terminal.raw).containsExactly("raw", "restored");
        assertThat(daemon.last("/create").body()).contains("\"ConsoleSize\":[24,80]");
    }

    @Test
    void leavesTheContainerByTheDetachKeys() {
        FakeTerminal terminal = new FakeTerminal();
        daemon.on("POST", "/containers/c1/attach", (client, _) -> {
            FakeDaemon.upgrade(client);
            FakeDaemon.readToEnd(client);
        });

        Run.Result result = Run.against(daemon, "run", "-it", "busybox")
                .on(terminal)
                .in(endless("ls\n\u0010\u0011"))
                .result();

        assertThat(result.code()).isZero();
        assertThat(terminal.raw).containsExactly("raw", "restored");
    }

    @Test
    void passesSignalsOn() {
        FakeSignals signals = new FakeSignals();
        daemon.on("POST", "/containers/c1/attach", (client, _) -> {
            FakeDaemon.upgrade(client);
            await(started);
            signals.listener.accept("TERM");
        });

        Run.against(daemon, "run", "busybox").hearing(signals).result();

        assertThat(daemon.asked()).contains("POST /v1.51/containers/c1/kill?signal=TERM");
        assertThat(signals.closed).isTrue();
    }

    @Test
    void keepsSignalsWhenToldTo() {
        FakeSignals signals = new FakeSignals();
        attachAnswers();

        Run.against(daemon, "run", "--sig-proxy=false", "busybox")
                .hearing(signals)
                .result();

        assertThat(signals.listener).isNull();
    }

    /** Some bytes, and then a wait like a terminal's for what is never typed. */
    private static InputStream endless(String typed) {
        InputStream never = new InputStream() {
            @Override
            public int read() throws IOException {
                return read(new byte[1], 0, 1);
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                try {
                    Thread.sleep(Long.MAX_VALUE);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return -1;
            }
        };
        return new SequenceInputStream(
                new ByteArrayInputStream(typed.getBytes(java.nio.charset.StandardCharsets.UTF_8)), never);
    }

    private static final class FakeTerminal implements Terminal {
        private final List<String> raw = new ArrayList<>();

        @Override
        public boolean isInput() {
            return true;
        }

        @Override
        public boolean isOutput() {
            return true;
        }

        @Override
        public Optional<Size> size() {
            return Optional.of(new Size(24, 80));
        }

        @Override
        public Raw raw() {
            raw.add("raw");
            return () -> raw.add("restored");
        }
    }

    private static final class FakeSignals implements Signals {
        private Consumer<String> listener;
        private boolean closed;

        @Override
        public Subscription catchAll(Consumer<String> given) {
            listener = given;
            return () -> closed = true;
        }

        @Override
        public Subscription onWindowChange(Runnable given) {
            return () -> {};
        }
    }
}
