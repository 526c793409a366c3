package jdocker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class CliTest {
    @Test
    void saysItsVersion() {
        assertThat(Run.of("--version").result()).isEqualTo(new Run.Result(0, "jdocker version 1.2.3, build abc\n", ""));
    }

    @Test
    void guessesAMistypedCommand() {
        Run.Result result = Run.of("pss").result();

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).isEqualTo("""
                        jdocker: unknown command: jdocker pss

                        Did you mean 'jdocker ps'?

                        Run 'jdocker --help' for more information
                        """);
    }

    @Test
    void guessesAMistypedCommandOfAGroup() {
        assertThat(Run.of("container", "lss").result().err()).contains("Did you mean 'jdocker container ls'?");
    }

    @Test
    void refusesAnUnknownFlagAsDockerDoes() {
        Run.Result result = Run.of("ps", "--foo").result();

        assertThat(result.code()).isEqualTo(125);
        assertThat(result.err()).isEqualTo("""
                        unknown flag: --foo

                        Usage:  jdocker ps [OPTIONS]

                        Run 'jdocker ps --help' for more information
                        """);
    }

    @Test
    void refusesAnUnknownGlobalFlag() {
        Run.Result result = Run.of("--nope", "ps").result();

        assertThat(result.code()).isEqualTo(125);
        assertThat(result.err()).isEqualTo("""
                        unknown flag: --nope

                        Usage:  jdocker [OPTIONS] COMMAND [ARG...]

                        Run 'jdocker --help' for more information
                        """);
    }

    @Test
    void refusesTooFewArguments() {
        Run.Result result = Run.of("rm").result();

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).isEqualTo("""
                        jdocker: 'jdocker rm' requires at least 1 argument

                        Usage:  jdocker rm [OPTIONS] CONTAINER [CONTAINER...]

                        See 'jdocker rm --help' for more information
                        """);
    }

    @Test
    void refusesTooManyArguments() {
        assertThat(Run.of("logs", "a", "b").result().err()).startsWith("jdocker: 'jdocker logs' requires 1 argument\n");
    }

    static java.util.List<Commands.Entry> commands() {
        return Commands.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("commands")
    void helpsWithEveryCommandUnderEveryName(Commands.Entry entry) {
        for (String name : entry.names()) {
            java.util.List<String> words = new java.util.ArrayList<>(java.util.List.of(name.split(" ")));
            words.add("--help");
            Run.Result result = Run.of(words.toArray(new String[0])).result();

            assertThat(result.code()).isZero();
            assertThat(result.out()).startsWith("Usage:  jdocker " + name).contains(entry.summary());
            assertThat(result.out().lines()).allMatch(line -> line.length() <= 120);
        }
    }

    @Test
    void listsCommandsWithoutArguments() {
        assertThat(Run.of().result().out()).contains("Common Commands:", "  run         ", "Management Commands:");
        assertThat(Run.of("help", "run").result().out()).startsWith("Usage:  jdocker run");
        assertThat(Run.of("container").result().out()).startsWith("Usage:  jdocker container COMMAND");
    }

    @Test
    void saysWhatToDoWithoutADaemon() {
        Run.Result result = Run.of("-H", "unix:///nonexistent.sock", "ps").result();

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err())
                .startsWith(
                        "Cannot connect to the Docker daemon at unix:///nonexistent.sock. Is the docker daemon running?\n"
                                + "Start it with 'systemctl start jdocker'");
    }

    @Test
    void runFailsWith125WithoutADaemon() {
        Run.Result result = Run.of("-H", "unix:///nonexistent.sock", "run", "x").result();

        assertThat(result.code()).isEqualTo(125);
        assertThat(result.err())
                .startsWith("jdocker: Cannot connect to the Docker daemon")
                .contains("Run 'jdocker run --help'");
    }

    @Test
    void refusesHostAndContextTogether() {
        assertThat(Run.of("-H", "x", "-c", "y", "ps").result().err())
                .isEqualTo("conflicting options: cannot specify both --host and --context\n");
    }

    @Test
    void findsTheDaemonOfAContext(@TempDir Path config) throws IOException {
        try (FakeDaemon daemon = new FakeDaemon().on("GET", "/containers/json", 200, "[]")) {
            context(config, "far", daemon.address());
            Files.writeString(config.resolve("config.json"), "{\"currentContext\":\"far\"}");

            assertThat(Run.of("--config", config.toString(), "ps", "-q")
                            .result()
                            .code())
                    .isZero();
            assertThat(Run.of("ps", "-q")
                            .environment("DOCKER_CONFIG", config.toString())
                            .result()
                            .code())
                    .isZero();
            assertThat(daemon.asked()).hasSize(2);
        }
    }

    @Test
    void namesAContextThatIsNotThere(@TempDir Path config) {
        Run.Result result =
                Run.of("--config", config.toString(), "-c", "gone", "ps").result();

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err())
                .startsWith(
                        "Failed to initialize: unable to resolve docker endpoint: context \"gone\": context not found");
    }

    @Test
    void sendsTheConfiguredHeaders(@TempDir Path config) throws IOException {
        try (FakeDaemon daemon = new FakeDaemon().on("GET", "/containers/json", 200, "[]")) {
            Files.writeString(
                    config.resolve("config.json"), "{\"HttpHeaders\":{\"X-Meta\":\"1\"},\"psFormat\":\"{{.ID}}\"}");

            Run.against(daemon, "--config", config.toString(), "ps").result();

            assertThat(daemon.last("/json").headers()).containsEntry("x-meta", "1");
        }
    }

    @Test
    void refusesABrokenConfiguration(@TempDir Path config) throws IOException {
        Files.writeString(config.resolve("config.json"), "{\"a\":");

        assertThat(Run.of("--config", config.toString(), "ps").result().err())
                .startsWith("Error loading config file: ");
    }

    @Test
    void speaksTheOlderOfBothVersions() throws IOException {
        try (FakeDaemon daemon = new FakeDaemon().on("GET", "/containers/json", 200, "[]")) {
            daemon.on(
                    "HEAD",
                    "/_ping",
                    (client, _) -> FakeDaemon.write(
                            client, "HTTP/1.1 200 OK\r\nApi-Version: 1.40\r\nContent-Length: 0\r\n\r\n"));

            Run.against(daemon, "ps").result();

            assertThat(daemon.asked()).containsExactly("GET /v1.40/containers/json");
        }
    }

    @Test
    void speaksTheVersionItIsTold() throws IOException {
        try (FakeDaemon daemon = new FakeDaemon().on("GET", "/containers/json", 200, "[]")) {
            Run.against(daemon, "ps").environment("DOCKER_API_VERSION", "1.30").result();

            assertThat(daemon.asked()).containsExactly("GET /v1.30/containers/json");
        }
    }

    private static void context(Path config, String name, String host) throws IOException {
        // SHA-256 of "far".
        String digest = java.util.HexFormat.of().formatHex(sha256(name));
        Path directory = config.resolve("contexts/meta/" + digest);
        Files.createDirectories(directory);
        Files.writeString(
                directory.resolve("meta.json"),
                "{\"Name\":\"" + name + "\",\"Endpoints\":{\"docker\":{\"Host\":\"" + host + "\"}}}");
    }

    private static byte[] sha256(String text) {
        try {
            return java.security.MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
