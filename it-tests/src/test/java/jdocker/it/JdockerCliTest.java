package jdocker.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our own CLI, as launched from dist/, says and does what docker's does. */
class JdockerCliTest {

    private static Engine engine;

    @BeforeAll
    static void startEngine() {
        engine = Engine.withBusybox();
    }

    @AfterAll
    static void stopEngine() {
        engine.close();
    }

    private static CommandResult jdocker(String... arguments) {
        return engine.jdocker(arguments);
    }

    @Test
    void runsAndPassesOnOutputAndExitCode() {
        CommandResult result = jdocker(
                        "run",
                        "--rm",
                        "--network",
                        "none",
                        "-e",
                        "A=b",
                        "-w",
                        "/tmp",
                        "busybox",
                        "sh",
                        "-c",
                        "echo $A $(pwd); echo err >&2; exit 42")
                .exits(42);
        assertThat(result.out()).isEqualTo("b /tmp\n");
        assertThat(result.err()).isEqualTo("err\n");
        assertThat(jdocker("run", "--rm", "--network", "none", "busybox", "nothing-there")
                        .exits(127)
                        .err())
                .contains("executable file not found in $PATH");
        assertThat(jdocker("run", "--rm", "--network", "none", "busybox", "/etc")
                        .exits(126)
                        .err())
                .contains("is a directory");
        assertThat(jdocker("run", "--no-such-flag", "busybox").exits(125).err()).contains("--no-such-flag");
    }

    @Test
    void feedsAPipe() {
        assertThat(engine.jdockerCommand("run", "-i", "--rm", "--network", "none", "busybox", "wc", "-c")
                        .run("12345")
                        .ok()
                        .text()
                        .strip())
                .isEqualTo("5");
    }

    /** Apart from times and ids, both clients print the same bytes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ps -a --no-trunc",
                "ps -aq --no-trunc",
                "ps -a --format {{.Names}}|{{.Image}}|{{.State}}|{{.Status}}|{{.Command}}",
                "images --no-trunc",
                "images -q",
                "images --digests",
                "inspect same",
                "inspect -f {{.Name}}|{{.State.Status}}|{{json|.Config.Cmd}} same",
                "image inspect busybox",
                "logs same",
                "version --format {{.Server.Version}}",
                "inspect nothing-there",
                "rm nothing-there",
                "stop nothing-there",
                "logs nothing-there",
                "start nothing-there",
                "rmi nothing-there",
                "exec nothing-there true"
            })
    void printsWhatDockerPrints(String line) {
        if (engine.http().get("/containers/same/json").status() == 404) {
            engine.docker("run", "--name", "same", "--network", "none", "busybox", "echo", "said")
                    .ok();
        }
        String[] words = java.util.Arrays.stream(line.split(" "))
                .map(word -> word.replace('|', ' '))
                .toArray(String[]::new);
        CommandResult theirs = engine.docker(words);
        CommandResult ours = jdocker(words);
        assertThat(ageless(ours.out())).isEqualTo(ageless(theirs.out()));
        assertThat(ours.err()).isEqualTo(theirs.err());
        assertThat(ours.code()).isEqualTo(theirs.code());
    }

    /** The second client is asked a moment later. */
    private static String ageless(String text) {
        return text.replaceAll("(Less than a second|\\d+ seconds?|About a minute) ago", "AGE")
                .replaceAll(" {2,}", "  ");
    }

    @Test
    void worksAtATerminal() throws IOException {
        Path script = engine.root().resolve("tty.sh");
        Files.writeString(
                script,
                "stty rows 33 cols 99\n" + Engine.dist().resolve("bin/jdocker") + " -H unix://" + engine.socket()
                        + " run -it --rm --network none busybox sh -c 'stty size; read x; echo got:$x; exit 6'\necho code:$?\nstty -a | grep -o ' echo '\n");
        Process process = Command.of(List.of("script", "-qec", "sh " + script, "/dev/null"), Map.of())
                .start();
        Engine.sleep(Duration.ofSeconds(3));
        process.getOutputStream().write("hello\n".getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        String seen = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(seen)
                .contains("33 99")
                .contains("got:hello")
                .contains("code:6")
                .as("the terminal is as it was")
                .contains(" echo ");
    }

    @Test
    void forwardsSignalsToTheContainer() throws InterruptedException {
        Process process = engine.jdockerCommand(
                        "run",
                        "--rm",
                        "--name",
                        "trap",
                        "--network",
                        "none",
                        "busybox",
                        "sh",
                        "-c",
                        "trap 'exit 11' TERM; echo ready; while :; do usleep 10000; done")
                .start();
        Engine.eventually(
                "it runs",
                Duration.ofSeconds(15),
                () -> engine.docker("logs", "trap").out().contains("ready"));
        // Process.destroy() would close the pipes too, and a client whose output has no reader ends of that.
        process.toHandle().destroy();
        assertThat(process.waitFor(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(11);
    }

    @Test
    void saysWhatToDoWithoutADaemon() {
        CommandResult result = Command.of(
                        List.of(Engine.dist().resolve("bin/jdocker").toString(), "-H", "unix:///no/such.sock", "ps"),
                        Map.of())
                .run("")
                .exits(1);
        assertThat(result.err()).contains("unix:///no/such.sock").containsIgnoringCase("is the docker daemon running");
    }
}
