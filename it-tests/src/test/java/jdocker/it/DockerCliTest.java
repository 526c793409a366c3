package jdocker.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The stock docker CLI drives our daemon as it drives its own. */
class DockerCliTest {

    private static Engine engine;

    @BeforeAll
    static void startEngine() {
        engine = Engine.withBusybox();
    }

    @AfterAll
    static void stopEngine() {
        engine.close();
    }

    private static CommandResult docker(String... arguments) {
        return engine.docker(arguments);
    }

    private static CommandResult run(String... arguments) {
        var words = new java.util.ArrayList<>(List.of("run", "--rm", "--network", "none"));
        words.addAll(List.of(arguments));
        return docker(words.toArray(String[]::new));
    }

    @Test
    void tellsItsVersionAndState() {
        assertThat(docker("version", "--format", "{{.Server.APIVersion}}").ok().text())
                .matches("1\\.\\d+");
        assertThat(docker("info", "--format", "{{.Driver}} {{.CgroupVersion}} {{.OSType}}")
                        .ok()
                        .text())
                .isEqualTo("overlay2 1 linux");
        assertThat(docker("info").ok().out()).contains("Storage Driver: overlay2");
    }

    @Test
    void runsACommandAndShowsBothStreams() {
        CommandResult result =
                run("busybox", "sh", "-c", "echo out; echo err >&2").ok();
        assertThat(result.out()).isEqualTo("out\n");
        assertThat(result.err()).isEqualTo("err\n");
    }

    @ParameterizedTest(name = "exit code {0}")
    @CsvSource({"0, exit 0", "7, exit 7", "143, kill -TERM $$", "137, kill -KILL $$"})
    void passesOnTheExitCode(int code, String script) {
        // As pid 1 without a handler only the kernel's own signals end it: a child does it here.
        run("busybox", "sh", "-c", "sh -c '" + script.replace("'", "'\\''") + "'; exit $?")
                .exits(code);
    }

    @Test
    void tellsApartWhatCannotBeStarted() {
        assertThat(run("busybox", "no-such-program").exits(127).err()).contains("executable file not found in $PATH");
        assertThat(run("busybox", "/etc/passwd").exits(126).err()).contains("permission denied");
        assertThat(run("busybox", "/etc").exits(126).err()).contains("is a directory");
        assertThat(docker("run", "--rm", "--pull", "never", "no-such-image")
                        .exits(125)
                        .err())
                .contains("No such image: no-such-image:latest");
        assertThat(docker("ps", "-aq").ok().text())
                .as("a failed --rm run leaves no container")
                .isEmpty();
    }

    @Test
    void feedsAPipeIntoStandardInput() {
        assertThat(engine.dockerWithInput(
                                "one\ntwo\n".getBytes(StandardCharsets.UTF_8),
                                "run",
                                "-i",
                                "--rm",
                                "--network",
                                "none",
                                "busybox",
                                "wc",
                                "-l")
                        .ok()
                        .text()
                        .strip())
                .isEqualTo("2");
    }

    @Test
    void carriesManyMegabytesThroughBothWays() {
        byte[] input = new byte[8 << 20];
        new java.util.Random(7).nextBytes(input);
        String sum = engine.dockerWithInput(input, "run", "-i", "--rm", "--network", "none", "busybox", "sha256sum")
                .ok()
                .text();
        assertThat(sum).startsWith(TestImages.sha256(input));
        assertThat(run("busybox", "sh", "-c", "yes 0123456789 | head -c 8000000 | tee /dev/stderr")
                        .ok())
                .satisfies(result -> assertThat(result.out()).hasSize(8_000_000))
                .satisfies(result -> assertThat(result.err()).hasSize(8_000_000));
    }

    @Test
    void givesATerminalWithItsSize() throws IOException {
        String typed = terminal(
                "docker -H unix://" + engine.socket()
                        + " run -it --rm --network none busybox sh -c 'tty; stty size; read x; echo got:$x'",
                "hello\n");
        assertThat(typed).contains("/dev/pts/0").contains("31 97").contains("got:hello");
    }

    @Test
    void executesInARunningContainer() throws IOException {
        String id = docker("run", "-d", "--network", "none", "busybox", "sleep", "1000")
                .ok()
                .text();
        assertThat(docker("exec", id, "ps").ok().out()).contains("1 root").contains("sleep 1000");
        assertThat(docker("exec", "-e", "A=b", "-w", "/tmp", "-u", "nobody", id, "sh", "-c", "echo $A $(pwd) $(id -u)")
                        .ok()
                        .text())
                .isEqualTo("b /tmp 65534");
        docker("exec", id, "sh", "-c", "exit 9").exits(9);
        // The stream is already taken over when the start fails: the text comes through it.
        CommandResult missing = docker("exec", id, "nothing-there").exits(127);
        assertThat(missing.out() + missing.err()).contains("executable file not found");
        assertThat(engine.dockerWithInput("abc".getBytes(StandardCharsets.UTF_8), "exec", "-i", id, "cat")
                        .ok()
                        .out())
                .isEqualTo("abc");
        assertThat(terminal("docker -H unix://" + engine.socket() + " exec -it " + id + " sh -c 'tty; stty size'", ""))
                .contains("/dev/pts/")
                .contains("31 97");
        docker("rm", "-f", id).ok();
    }

    @Test
    void keepsAndFollowsLogs() {
        String id = docker(
                        "run",
                        "-d",
                        "--network",
                        "none",
                        "busybox",
                        "sh",
                        "-c",
                        "for i in 1 2 3; do echo out $i; echo err $i >&2; usleep 200000; done")
                .ok()
                .text();
        CommandResult followed = docker("logs", "-f", id).ok();
        assertThat(followed.out()).isEqualTo("out 1\nout 2\nout 3\n");
        assertThat(followed.err()).isEqualTo("err 1\nerr 2\nerr 3\n");
        assertThat(docker("logs", "--tail", "1", id).ok())
                .satisfies(last -> assertThat(last.out() + last.err()).containsPattern("^(out|err) 3\n$"));
        assertThat(docker("logs", "-t", id).ok().out())
                .containsPattern("(?m)^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z out 1$");
        docker("rm", id).ok();
    }

    @Test
    void listsStopsStartsAndRemoves() {
        String id = docker(
                        "run",
                        "-d",
                        "--name",
                        "walker",
                        "--network",
                        "none",
                        "--label",
                        "a=b",
                        "busybox",
                        "sh",
                        "-c",
                        "trap 'exit 3' TERM; while :; do usleep 10000; done")
                .ok()
                .text();
        assertThat(docker("ps", "--filter", "name=walker", "--format", "{{.Names}} {{.Image}} {{.State}}")
                        .ok()
                        .text())
                .isEqualTo("walker busybox running");
        assertThat(docker("ps", "-q", "--filter", "label=a=b", "--no-trunc")
                        .ok()
                        .text())
                .isEqualTo(id);
        docker("stop", "walker").ok();
        assertThat(docker("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "walker")
                        .ok()
                        .text())
                .isEqualTo("exited 3");
        assertThat(docker("ps", "-a", "--filter", "name=walker", "--format", "{{.Status}}")
                        .ok()
                        .text())
                .startsWith("Exited (3)");
        docker("start", "walker").ok();
        assertThat(docker("rm", "walker").exits(1).err()).contains("container is running");
        docker("rename", "walker", "runner").ok();
        docker("kill", "runner").ok();
        assertThat(docker("wait", "runner").ok().text()).isEqualTo("137");
        docker("rm", "runner").ok();
        assertThat(docker("inspect", "runner").exits(1).err()).containsIgnoringCase("no such object: runner");
    }

    @Test
    void refusesASecondContainerOfTheSameName() {
        docker("create", "--name", "taken", "--network", "none", "busybox").ok();
        assertThat(docker("create", "--name", "taken", "--network", "none", "busybox")
                        .exits(1)
                        .err())
                .contains("Conflict. The container name \"/taken\" is already in use by container");
        docker("rm", "taken").ok();
    }

    @Test
    void attachesBeforeAndAfterTheStart() {
        String id = docker("create", "-i", "--network", "none", "busybox", "cat")
                .ok()
                .text();
        assertThat(engine.dockerWithInput("through\n".getBytes(StandardCharsets.UTF_8), "start", "-ai", id)
                        .ok()
                        .out())
                .isEqualTo("through\n");
        docker("rm", id).ok();
    }

    @Test
    void reportsEventsInOrder() {
        String since = Command.run("date", "+%s.%N").ok().text();
        run("--name", "eventful", "busybox", "true").ok();
        String until = Command.run("date", "+%s.%N").ok().text();
        List<String> actions = docker(
                        "events",
                        "--since",
                        since,
                        "--until",
                        until,
                        "--filter",
                        "container=eventful",
                        "--format",
                        "{{.Action}}")
                .ok()
                .out()
                .lines()
                .toList();
        assertThat(actions).containsSubsequence("create", "attach", "start", "die", "destroy");
    }

    @Test
    void limitsMemoryAndTellsOfTheKill() {
        CommandResult result = docker(
                "run",
                "--name",
                "hungry",
                "--network",
                "none",
                "-m",
                "16m",
                "busybox",
                "sh",
                "-c",
                "x=a; while :; do x=$x$x; done");
        assertThat(result.code()).isEqualTo(137);
        assertThat(docker("inspect", "-f", "{{.State.OOMKilled}}", "hungry")
                        .ok()
                        .text())
                .isEqualTo("true");
        docker("rm", "hungry").ok();
    }

    @Test
    void limitsTheNumberOfProcesses() {
        assertThat(run(
                                "--pids-limit",
                                "8",
                                "busybox",
                                "sh",
                                "-c",
                                "for i in 1 2 3 4 5 6 7 8 9 10; do sleep 5 & done; wait")
                        .err())
                .contains("can't fork");
    }

    @Test
    void bindsReadsOnlyAndMountsTmpfs() throws IOException {
        Path dir = Files.createDirectory(engine.root().resolve("shared"));
        Files.writeString(dir.resolve("f"), "from the host\n");
        assertThat(run("-v", dir + ":/data", "busybox", "sh", "-c", "cat /data/f; echo back > /data/g")
                        .ok()
                        .out())
                .isEqualTo("from the host\n");
        assertThat(Files.readString(dir.resolve("g"))).isEqualTo("back\n");
        assertThat(run("-v", dir + ":/data:ro", "busybox", "touch", "/data/h")
                        .exits(1)
                        .err())
                .contains("Read-only file system");
        assertThat(run("--mount", "type=bind,src=" + dir + ",dst=/m,readonly", "busybox", "touch", "/m/h")
                        .exits(1)
                        .err())
                .contains("Read-only file system");
        assertThat(run(
                                "--read-only",
                                "--tmpfs",
                                "/scratch:size=1m",
                                "busybox",
                                "sh",
                                "-c",
                                "touch /scratch/a && touch /b")
                        .exits(1)
                        .err())
                .contains("Read-only file system");
        assertThat(docker("create", "--mount", "type=bind,src=/no/such/place,dst=/m", "--network", "none", "busybox")
                        .exits(1)
                        .err())
                .contains("bind source path does not exist: /no/such/place");
    }

    @Test
    void savesNothingOfARemovedImageAndProtectsAUsedOne() {
        byte[] layer = TestImages.busyboxRootFs();
        byte[] top = TestImages.tar(tar -> {
            TestImages.file(tar, "etc/motd", 0644, TestImages.text("layered\n"));
            TestImages.file(tar, "etc/.wh.group", 0644, new byte[0]);
        });
        byte[] archive = TestImages.dockerArchive(
                "layered:1", "\"Cmd\":[\"cat\",\"/etc/motd\"],\"Env\":[\"PATH=/bin\",\"A=1\"]", List.of(layer, top));
        assertThat(engine.dockerWithInput(archive, "load").ok().out()).contains("Loaded image: layered:1");
        assertThat(run("layered:1").ok().out()).isEqualTo("layered\n");
        run("layered:1", "test", "-e", "/etc/group").exits(1);
        docker("tag", "layered:1", "other/name:tag").ok();
        assertThat(docker("images", "--format", "{{.Repository}}:{{.Tag}}")
                        .ok()
                        .out()
                        .lines())
                .contains("layered:1", "other/name:tag", "busybox:latest");
        String id = docker("create", "--network", "none", "layered:1").ok().text();
        docker("rmi", "other/name:tag").ok();
        assertThat(docker("rmi", "layered:1").exits(1).err())
                .contains("conflict")
                .contains(id.substring(0, 12));
        docker("rm", id).ok();
        assertThat(docker("rmi", "layered:1").ok().out())
                .contains("Untagged: layered:1")
                .contains("Deleted: sha256:");
    }

    @Test
    void showsWhatTheImageHolds() {
        assertThat(docker(
                                "image",
                                "inspect",
                                "-f",
                                "{{.Os}}/{{.Architecture}} {{json .Config.Cmd}} {{len .RootFS.Layers}}",
                                "busybox")
                        .ok()
                        .text())
                .isEqualTo("linux/amd64 [\"sh\"] 1");
        assertThat(docker("history", "busybox").ok().out()).contains("IMAGE");
    }

    @Test
    void reapsOrphansWithInit() {
        assertThat(run(
                                "--init",
                                "busybox",
                                "sh",
                                "-c",
                                "(sleep 0 & exec sleep 0) ; sh -c 'usleep 1000 &' ; usleep 100000; ps -o stat,comm")
                        .ok()
                        .out())
                .doesNotContain("Z ");
        run("--init", "busybox", "sh", "-c", "exit 5").exits(5);
        String id = docker("run", "-d", "--init", "--network", "none", "busybox", "sleep", "1000")
                .ok()
                .text();
        docker("stop", "-t", "5", id).ok();
        assertThat(docker("inspect", "-f", "{{.State.ExitCode}}", id).ok().text())
                .as("init forwards SIGTERM")
                .isEqualTo("143");
        docker("rm", id).ok();
    }

    @Test
    void pausesAndResumes() {
        String id = docker("run", "-d", "--network", "none", "busybox", "sleep", "1000")
                .ok()
                .text();
        docker("pause", id).ok();
        assertThat(docker("inspect", "-f", "{{.State.Status}}", id).ok().text()).isEqualTo("paused");
        assertThat(docker("exec", id, "true").exits(1).err()).contains("is paused");
        docker("unpause", id).ok();
        docker("exec", id, "true").ok();
        docker("rm", "-f", id).ok();
    }

    /** What a user sees who runs this in a terminal of 31 rows and 97 columns. */
    private static String terminal(String command, String typed) throws IOException {
        Path script = engine.root().resolve("terminal.sh");
        Files.writeString(script, "stty rows 31 cols 97\nexec " + command + "\n");
        Process process = Command.of(List.of("script", "-qec", "sh " + script, "/dev/null"), java.util.Map.of())
                .start();
        if (!typed.isEmpty()) {
            Engine.sleep(Duration.ofSeconds(2));
            process.getOutputStream().write(typed.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        }
        String seen = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.destroyForcibly();
        return seen;
    }
}
