package jdocker.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jdocker.daemon.http.EventLoops;
import jdocker.daemon.http.TestClient;
import jdocker.kernel.KernelTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The daemon as a process: started, asked, signalled, killed and started again. */
@KernelTest
@Timeout(180)
class EngineMainTest {
    private static final String CGROUP_PARENT =
            "/jdocker-test-" + ProcessHandle.current().pid();

    @TempDir
    Path directory;

    private final List<Process> daemons = new ArrayList<>();

    @BeforeEach
    void needsTheShim() {
        assumeTrue(Files.exists(Path.of(System.getProperty("jdocker.shim", "/nowhere"))), "the shim is not built");
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process daemon : daemons) {
            daemon.destroy(); // SIGTERM: unmounts what it has mounted
            if (!daemon.waitFor(20, TimeUnit.SECONDS)) {
                daemon.destroyForcibly().waitFor();
            }
        }
        for (String controller : Path.of("/sys/fs/cgroup").toFile().list()) {
            Path.of("/sys/fs/cgroup", controller, CGROUP_PARENT).toFile().delete();
        }
    }

    private Path socket() {
        return directory.resolve("api.sock");
    }

    private Path log() {
        return directory.resolve("log");
    }

    private Process run(Map<String, String> environment, String... arguments) throws IOException {
        // Apart from the machine's network and mounts: a daemon makes a bridge, rules and a directory of namespaces.
        var command = new ArrayList<>(List.of(
                "env",
                "--default-signal=HUP", // a virtual machine leaves it alone where it was ignored, as below nohup
                "unshare",
                "--net",
                "--mount",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djdocker.shim=" + System.getProperty("jdocker.shim"),
                "-cp",
                System.getProperty("java.class.path"),
                EngineMain.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.environment().putAll(environment);
        Process daemon = builder.start();
        daemons.add(daemon);
        return daemon;
    }

    private Process start(Map<String, String> environment) throws Exception {
        Process daemon = run(
                environment,
                "--data-root=" + directory.resolve("data"),
                "--exec-root=" + directory.resolve("run"),
                "--cgroup-parent=" + CGROUP_PARENT,
                "--config-file=" + config(),
                "-H",
                "unix://" + socket());
        await(daemon, this::answers);
        return daemon;
    }

    private Path config() throws IOException {
        Path file = directory.resolve("daemon.json");
        if (Files.notExists(file)) {
            Files.writeString(file, "{}");
        }
        return file;
    }

    private interface Check {
        boolean holds() throws IOException;
    }

    private void await(Process daemon, Check check) throws Exception {
        while (!check.holds()) {
            assertThat(daemon.isAlive()).as(() -> logText()).isTrue();
            Thread.sleep(20);
        }
    }

    private String logText() {
        try {
            return Files.readString(log());
        } catch (IOException e) {
            return "";
        }
    }

    private boolean answers() {
        try (var client = new TestClient(socket())) {
            return client.send("GET", "/_ping").text().equals("OK");
        } catch (IOException e) {
            return false;
        }
    }

    private static void signal(Process daemon, String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(daemon.pid()))
                .start()
                .waitFor();
    }

    @Test
    void itStartsAnswersAndStops() throws Exception {
        Process daemon = start(Map.of());
        assertThat(directory.resolve("run/jdockerd.pid")).hasContent(daemon.pid() + "\n");
        signal(daemon, "TERM");
        assertThat(daemon.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(daemon.exitValue()).isZero();
        assertThat(socket()).doesNotExist();
        assertThat(directory.resolve("run/jdockerd.pid")).doesNotExist();
        assertThat(logText()).doesNotContain("error");
    }

    @Test
    void aSecondDaemonOnTheSameRootsIsRefused() throws Exception {
        Process first = start(Map.of());
        Process second = run(
                Map.of(),
                "--data-root=" + directory.resolve("data"),
                "--exec-root=" + directory.resolve("run2"),
                "-H",
                "unix://" + directory.resolve("other.sock"));
        assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isEqualTo(1);
        assertThat(logText())
                .contains("another jdockerd (process " + first.pid() + ") uses " + directory.resolve("data"));
        assertThat(answers()).isTrue();
    }

    @Test
    void aKilledDaemonIsFollowedByTheNext() throws Exception {
        Process first = start(Map.of());
        String id = infoId();
        first.destroyForcibly().waitFor();
        assertThat(socket()).exists();
        start(Map.of());
        assertThat(infoId()).isEqualTo(id);
    }

    private String infoId() throws IOException {
        try (var client = new TestClient(socket())) {
            return client.send("GET", "/info").text().replaceAll(".*?\"ID\":\"([^\"]*)\".*\\n", "$1");
        }
    }

    @Test
    void hangUpReadsTheConfigurationAgain() throws Exception {
        Process daemon = start(Map.of());
        Files.writeString(config(), "{\"labels\":[\"zone=b\"]}");
        signal(daemon, "HUP");
        await(daemon, () -> logText().contains("configuration read again"));
        try (var client = new TestClient(socket())) {
            assertThat(client.send("GET", "/info").text()).contains("\"Labels\":[\"zone=b\"]");
            assertThat(client.send("GET", "/events?since=1&until=2").status()).isEqualTo(200);
        }
        Files.writeString(config(), "{\"nonsense\":1}");
        signal(daemon, "HUP");
        await(daemon, () -> logText().contains("don't match any configuration option: nonsense"));
        assertThat(answers()).isTrue();
    }

    @Test
    void userSignalOneWritesWhatItIsDoing() throws Exception {
        Process daemon = start(Map.of());
        signal(daemon, "USR1");
        await(daemon, () -> logText().contains("state written to"));
        try (Stream<Path> files = Files.list(directory.resolve("run"))) {
            Path dump = files.filter(file -> file.getFileName().toString().startsWith("state-"))
                    .findFirst()
                    .orElseThrow();
            assertThat(dump).content().contains("state-writer").contains("connections: ");
        }
    }

    @Test
    void systemdHearsWhenItServes() throws Exception {
        EventLoops.start().close(); // loads Netty's native part
        Path notify = directory.resolve("notify");
        Socket socket = Socket.newSocketDomainDgram();
        socket.bind(new DomainSocketAddress(notify.toFile()));
        try {
            start(Map.of("NOTIFY_SOCKET", notify.toString()));
            ByteBuffer message = ByteBuffer.allocateDirect(64);
            var from = socket.recvFromDomainSocket(message, 0, 64);
            for (int i = 0; i < 250 && from == null; i++) {
                Thread.sleep(20);
                from = socket.recvFromDomainSocket(message, 0, 64);
            }
            byte[] text = new byte[from.receivedAmount()];
            message.get(0, text);
            assertThat(text).asString(StandardCharsets.US_ASCII).isEqualTo("READY=1");
        } finally {
            socket.close();
        }
    }

    @Test
    void wrongFlagsAreAllNamedAndTheExitIsOne() throws Exception {
        Process daemon = run(Map.of(), "--nonsense", "-H", "tcp://127.0.0.1:1", "--userns-remap=default");
        assertThat(daemon.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(daemon.exitValue()).isEqualTo(1);
        assertThat(logText().lines())
                .anyMatch(line -> line.equals("jdockerd: unknown flag: --nonsense"))
                .anyMatch(line -> line.startsWith("jdockerd: cannot listen on 'tcp://127.0.0.1:1'"))
                .anyMatch(line -> line.equals("jdockerd: --userns-remap: user namespaces are not supported yet"));
    }

    @Test
    void validationVersionAndHelpStartNothing() throws Exception {
        for (String flag : List.of("--validate", "--version", "--help")) {
            Process daemon = run(Map.of(), flag, "--data-root=" + directory.resolve("never"));
            assertThat(daemon.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(daemon.exitValue()).isZero();
        }
        assertThat(logText())
                .contains("configuration OK")
                .contains("jdocker version ")
                .contains("Usage: jdockerd");
        assertThat(directory.resolve("never")).doesNotExist();
    }

    @Test
    void theStockClientUnderstandsIt() throws Exception {
        Path docker = Path.of("/usr/local/bin/docker");
        assumeTrue(Files.exists(docker), "there is no docker command");
        start(Map.of());
        assertThat(docker(docker, "version", "--format", "{{.Server.APIVersion}} {{.Server.Os}}"))
                .isEqualTo("1.51 linux\n");
        assertThat(docker(docker, "info", "--format", "{{.Driver}} {{.Swarm.LocalNodeState}} {{.LiveRestoreEnabled}}"))
                .isEqualTo("overlay2 inactive true\n");
        assertThat(docker(docker, "info"))
                .contains("Server Version: 28.5.2+jdocker")
                .doesNotContain("ERROR");
        assertThat(docker(docker, "events", "--since", "1", "--until", "2")).isEmpty();
        assertThat(docker(docker, "plugin", "ls", "-q")).isEmpty();
        assertThat(docker(docker, "node", "ls")).contains("This node is not a swarm manager");
        assertThat(docker(docker, "volume", "ls")).contains("not supported yet: GET /volumes");
    }

    private String docker(Path docker, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(docker.toString(), "-H", "unix://" + socket()));
        command.addAll(List.of(arguments));
        Process client = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
