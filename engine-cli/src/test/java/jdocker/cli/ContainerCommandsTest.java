package jdocker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
final class ContainerCommandsTest {
    private static final String INSPECT = """
            {"Id":"c1","Name":"/web","State":{"Running":true,"Status":"running","ExitCode":0},
             "Config":{"Tty":false,"OpenStdin":true,"Env":["A=b"],"Labels":{"x":"<y>"}},"HostConfig":{},
             "NetworkSettings":{"Ports":{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"}],"9/udp":null}}}
            """;
    private static final String NOT_FOUND = "{\"message\":\"No such container: nope\"}";

    private FakeDaemon daemon;

    @BeforeEach
    void start() throws IOException {
        daemon = new FakeDaemon().on("GET", "/containers/web/json", 200, INSPECT);
        for (String action : new String[] {"stop", "start", "kill", "restart", "pause", "unpause", "rename"}) {
            daemon.on("POST", "/containers/web/" + action, 204, "");
            daemon.on("POST", "/containers/nope/" + action, 404, NOT_FOUND);
        }
        daemon.on("DELETE", "/containers/web", 204, "").on("DELETE", "/containers/nope", 404, NOT_FOUND);
        daemon.on("POST", "/containers/web/wait", 200, "{\"StatusCode\":7}");
    }

    @AfterEach
    void stop() throws IOException {
        daemon.close();
    }

    private Run.Result run(String... words) {
        return Run.against(daemon, words).result();
    }

    @Test
    void stopsEachAndTellsTheFailures() {
        assertThat(run("stop", "web", "nope"))
                .isEqualTo(new Run.Result(1, "web\n", "Error response from daemon: No such container: nope\n"));
        run("stop", "-t", "3", "-s", "INT", "web");
        assertThat(daemon.asked().getLast()).isEqualTo("POST /v1.51/containers/web/stop?signal=INT&t=3");
    }

    @Test
    void actsOnContainers() {
        assertThat(run("kill", "-s", "HUP", "web").out()).isEqualTo("web\n");
        assertThat(run("restart", "--time", "0", "web").out()).isEqualTo("web\n");
        assertThat(run("pause", "web").out()).isEqualTo("web\n");
        assertThat(run("container", "unpause", "web").out()).isEqualTo("web\n");
        assertThat(run("rename", "web", "other").code()).isZero();
        assertThat(run("wait", "web")).isEqualTo(new Run.Result(0, "7\n", ""));
        assertThat(daemon.asked())
                .containsExactly(
                        "POST /v1.51/containers/web/kill?signal=HUP",
                        "POST /v1.51/containers/web/restart?t=0",
                        "POST /v1.51/containers/web/pause",
                        "POST /v1.51/containers/web/unpause",
                        "POST /v1.51/containers/web/rename?name=other",
                        "POST /v1.51/containers/web/wait");
    }

    @Test
    void removesAndForgivesTheForcedRemovalOfNothing() {
        assertThat(run("rm", "-fv", "web")).isEqualTo(new Run.Result(0, "web\n", ""));
        assertThat(daemon.asked()).containsExactly("DELETE /v1.51/containers/web?force=1&v=1");
        assertThat(run("rm", "nope").code()).isEqualTo(1);
        assertThat(run("rm", "-f", "nope"))
                .isEqualTo(new Run.Result(0, "", "Error response from daemon: No such container: nope\n"));
    }

    @Test
    void startsSeveralAndNamesThoseThatFailed() {
        assertThat(run("start", "web", "nope"))
                .isEqualTo(
                        new Run.Result(
                                1,
                                "web\n",
                                "Error response from daemon: No such container: nope\nError: failed to start containers: nope\n"));
        assertThat(run("start", "-a", "web", "nope").err())
                .isEqualTo("you cannot start and attach multiple containers at once\n");
    }

    @Test
    void startsAndStays() {
        daemon.on("POST", "/containers/c1/attach", (client, _) -> {
            FakeDaemon.upgrade(client);
            FakeDaemon.write(client, FakeDaemon.frame(1, FakeDaemon.readToEnd(client)));
        });
        daemon.on("POST", "/containers/c1/wait", 200, "{\"StatusCode\":5}");
        daemon.on("POST", "/containers/c1/start", 204, "");

        assertThat(Run.against(daemon, "start", "-ai", "web").in("hi").result()).isEqualTo(new Run.Result(5, "hi", ""));
        assertThat(daemon.asked()).contains("POST /v1.51/containers/c1/attach?stderr=1&stdin=1&stdout=1&stream=1");
    }

    @Test
    void attachesToWhatRuns() {
        daemon.on("POST", "/containers/web/attach", (client, _) -> {
            FakeDaemon.upgrade(client);
            FakeDaemon.write(client, FakeDaemon.frame(2, "err"));
        });

        assertThat(run("attach", "--no-stdin", "web")).isEqualTo(new Run.Result(7, "", "err"));

        daemon.on("GET", "/containers/web/json", 200, INSPECT.replace("\"Running\":true", "\"Running\":false"));
        assertThat(run("attach", "web").err()).isEqualTo("cannot attach to a stopped container, start it first\n");
    }

    @Test
    void executesAndGivesTheCommandsCode() {
        daemon.on("POST", "/containers/web/exec", 201, "{\"Id\":\"e1\"}");
        daemon.on("GET", "/exec/e1/json", 200, "{\"ExitCode\":9}");
        daemon.on("POST", "/exec/e1/start", (client, request) -> {
            if (request.body().contains("\"Detach\":true")) {
                FakeDaemon.write(client, FakeDaemon.head(200, 0));
                return;
            }
            FakeDaemon.upgrade(client);
            FakeDaemon.write(client, FakeDaemon.frame(1, "out"));
        });

        assertThat(run("exec", "-e", "A=b", "-w", "/w", "-u", "1", "web", "ls", "-l"))
                .isEqualTo(new Run.Result(9, "out", ""));
        assertThat(daemon.last("/containers/web/exec").body())
                .isEqualTo(
                        "{\"User\":\"1\",\"Privileged\":false,\"Tty\":false,\"AttachStdin\":false,\"AttachStderr\":true,"
                                + "\"AttachStdout\":true,\"Detach\":false,\"DetachKeys\":\"\",\"Env\":[\"A=b\"],"
                                + "\"WorkingDir\":\"/w\",\"Cmd\":[\"ls\",\"-l\"]}\n");
        assertThat(daemon.last("/start").body()).isEqualTo("{\"Detach\":false,\"Tty\":false}\n");
        assertThat(run("exec", "-d", "web", "ls")).isEqualTo(new Run.Result(0, "", ""));
        assertThat(run("exec", "-it", "web", "ls").err()).isEqualTo("the input device is not a TTY\n");
    }

    @Test
    void printsLogsToTheirStreams() {
        String frames = "\u0001\0\0\0\0\0\0\u0004out\n\u0002\0\0\0\0\0\0\u0004err\n";
        daemon.on("GET", "/containers/web/logs", 200, frames);

        assertThat(run("logs", "--tail", "5", "--since", "10m", "--until", "2026-01-01T00:00:00Z", "-t", "web"))
                .isEqualTo(new Run.Result(0, "out\n", "err\n"));
        assertThat(daemon.asked())
                .containsExactly("GET /v1.51/containers/web/logs?since=" + (Run.NOW.getEpochSecond() - 600)
                        + "&stderr=1&stdout=1&tail=5&timestamps=1&until=1767225600.000000000");
        assertThat(run("logs", "--since", "soon", "web").err())
                .isEqualTo("invalid value for \"since\": failed to parse value as time or duration: \"soon\"\n");
    }

    @Test
    void printsATerminalsLogsAsTheyAre() {
        daemon.on(
                "GET",
                "/containers/web/logs",
                (client, _) -> FakeDaemon.write(
                        client,
                        "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n"
                                .concat("Transfer-Encoding: chunked\r\n\r\n3\r\na\r\n\r\n2\r\nb\n\r\n0\r\n\r\n")));

        assertThat(run("logs", "web").out()).isEqualTo("a\r\nb\n");
    }

    @Test
    void inspectsWhateverHasTheName() {
        daemon.on("GET", "/images/img/json", 200, "{\"Id\":\"sha256:1\",\"RepoTags\":[]}");

        assertThat(run("inspect", "img").out())
                .isEqualTo("[\n    {\n        \"Id\": \"sha256:1\",\n        \"RepoTags\": []\n    }\n]\n");
        assertThat(run("inspect", "web", "nothing"))
                .satisfies(result -> assertThat(result.code()).isEqualTo(1))
                .satisfies(result -> assertThat(result.err()).isEqualTo("Error: No such object: nothing\n"))
                .satisfies(
                        result -> assertThat(result.out()).contains("\"Labels\": {\n                \"x\": \"<y>\""));
        assertThat(run("container", "inspect", "nothing").out()).isEqualTo("[]\n");
        assertThat(run("inspect", "--type", "foo", "x").err()).startsWith("unknown type: \"foo\": must be one of");
    }

    @Test
    void fillsTemplatesWithWhatTheDaemonLeavesOut() {
        assertThat(run(
                                "inspect",
                                "-f",
                                "{{.State.Status}} {{json .Config.Env}} {{.State.Health}} {{.HostConfig.Runtime}}",
                                "web")
                        .out())
                .isEqualTo("running [\"A=b\"] <nil> \n");
        assertThat(run("inspect", "-f", "{{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}", "web")
                        .out())
                .isEqualTo("none\n");
        assertThat(run("inspect", "-f", "{{.Nope}}", "web"))
                .isEqualTo(
                        new Run.Result(
                                1,
                                "\n",
                                "template parsing error: template: :1:2: executing \"\" at <.Nope>: map has no entry for key \"Nope\"\n"));
        assertThat(run("inspect", "-f", "{{", "web").code()).isEqualTo(64);
    }

    @Test
    void listsPublishedPorts() {
        assertThat(run("port", "web").out()).isEqualTo("80/tcp -> 0.0.0.0:8080\n");
        assertThat(run("port", "web", "80").out()).isEqualTo("0.0.0.0:8080\n");
        assertThat(run("port", "web", "9").err()).isEqualTo("Error: No public port '9' published for web\n");
    }

    @Test
    void loadsImportsTagsAndRemovesImages(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("a.tar"), "archive");
        daemon.on("POST", "/images/load", 200, "{\"stream\":\"Loaded image: busybox:latest\\n\"}\n");
        daemon.on("POST", "/images/create", 200, "{\"status\":\"sha256:1\"}\n");
        daemon.on("POST", "/images/busybox/tag", 201, "");
        daemon.on("DELETE", "/images/busybox", 200, "[{\"Untagged\":\"busybox:latest\"},{\"Deleted\":\"sha256:1\"}]");

        assertThat(Run.against(daemon, "load", "-i", "a.tar").from(directory).result())
                .isEqualTo(new Run.Result(0, "Loaded image: busybox:latest\n", ""));
        assertThat(daemon.last("/load").body()).isEqualTo("archive");
        assertThat(Run.against(daemon, "load").in("piped").result().code()).isZero();
        assertThat(daemon.last("/load").body()).isEqualTo("piped");
        assertThat(Run.against(daemon, "import", "-", "foo:bar", "-c", "CMD x")
                        .in("tar")
                        .result()
                        .out())
                .isEqualTo("sha256:1\n");
        assertThat(daemon.last("/create").path())
                .isEqualTo("/v1.51/images/create?changes=CMD+x&fromSrc=-&repo=foo%3Abar");
        assertThat(run("tag", "busybox", "foo:1").code()).isZero();
        assertThat(daemon.asked().getLast())
                .isEqualTo("POST /v1.51/images/busybox/tag?repo=docker.io%2Flibrary%2Ffoo&tag=1");
        assertThat(run("rmi", "busybox").out()).isEqualTo("Untagged: busybox:latest\nDeleted: sha256:1\n");
        assertThat(run("load", "-i", "/nonexistent").err()).isEqualTo("open /nonexistent: no such file or directory\n");
        assertThat(run("tag", "busybox", "Foo").err()).contains("repository name (library/Foo) must be lowercase");
    }

    @Test
    void tellsWhatFailsInTheMiddleOfAStream() {
        daemon.on(
                "POST",
                "/images/load",
                200,
                "{\"stream\":\"a\\n\"}{\"error\":\"broken archive\",\"errorDetail\":{\"message\":\"broken archive\"}}");

        assertThat(Run.against(daemon, "load").in("x").result())
                .isEqualTo(new Run.Result(1, "a\n", "broken archive\n"));
    }

    @Test
    void printsEvents() {
        daemon.on(
                "GET",
                "/events",
                200,
                "{\"Type\":\"container\",\"Action\":\"die\",\"Actor\":{\"ID\":\"c1\",\"Attributes\":"
                        + "{\"name\":\"web\",\"exitCode\":\"0\"}},\"time\":1,\"timeNano\":1123456789}\n");

        assertThat(run("events", "--until", "1").out())
                .isEqualTo("1970-01-01T00:00:01.123456789Z container die c1 (exitCode=0, name=web)\n");
        assertThat(run("events", "--format", "{{.Type}} {{.Actor.Attributes.name}}")
                        .out())
                .isEqualTo("container web\n");
    }

    @Test
    void printsVersionAndInfo() {
        daemon.on(
                "GET",
                "/version",
                200,
                "{\"Components\":[{\"Name\":\"Engine\",\"Version\":\"9\",\"Details\":{\"ApiVersion\":"
                        + "\"1.51\",\"MinAPIVersion\":\"1.24\",\"GoVersion\":\"\",\"Os\":\"linux\",\"Arch\":\"amd64\"}}],\"Version\":\"9\"}");
        daemon.on(
                "GET",
                "/info",
                200,
                "{\"Containers\":2,\"MemTotal\":1073741824,\"Warnings\":[\"WARNING: x\"],"
                        + "\"SecurityOptions\":[\"name=seccomp,profile=builtin\"]}");

        assertThat(run("version").out())
                .contains(" Version:           1.2.3\n", "  Version:          9\n", "(minimum version 1.24)");
        assertThat(run("version", "-f", "{{.Server.Version}} {{.Client.APIVersion}}")
                        .out())
                .isEqualTo("9 1.51\n");
        assertThat(run("info"))
                .satisfies(result -> assertThat(result.out())
                        .contains(" Containers: 2\n", " Total Memory: 1GiB\n", "   Profile: builtin\n"))
                .satisfies(result -> assertThat(result.err()).isEqualTo("WARNING: x\n"));
        assertThat(Run.of("-H", "unix:///nonexistent", "version").result())
                .satisfies(result -> assertThat(result.code()).isEqualTo(1))
                .satisfies(result -> assertThat(result.out()).contains("Client: jdocker"));
    }
}
