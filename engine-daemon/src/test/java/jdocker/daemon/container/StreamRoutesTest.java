package jdocker.daemon.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import jdocker.daemon.http.TestClient;
import jdocker.daemon.http.TestClient.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StreamRoutesTest {
    private static final String PLAIN = "{'Image':'busybox','HostConfig':{'NetworkMode':'none'}}";
    private static final String STDIN =
            "{'Image':'busybox','OpenStdin':true,'StdinOnce':true,'HostConfig':{'NetworkMode':'none'}}";

    @TempDir
    Path directory;

    private ContainerHarness api;

    @BeforeEach
    void open() throws Exception {
        api = new ContainerHarness(directory);
    }

    @AfterEach
    void close() throws Exception {
        api.close();
    }

    private static void hijack(TestClient client, String path) throws Exception {
        client.write("POST " + path + " HTTP/1.1\r\nHost: x\r\nUpgrade: tcp\r\nConnection: Upgrade\r\n\r\n");
        Reply head = client.head();
        assertThat(head.status()).isEqualTo(101);
        assertThat(head.headers()).containsEntry("content-type", "application/vnd.docker.multiplexed-stream");
    }

    @Test
    void anAttachBeforeTheStartGetsTheFirstByteAndTheEnd() throws Exception {
        String id = api.create("", PLAIN);
        try (TestClient client = api.server.connect()) {
            hijack(client, "/containers/" + id + "/attach?stream=1&stdout=1&stderr=1");
            ConsoleTest.await(() -> eventsContain("attach"));
            api.call("POST", "/containers/" + id + "/start");
            assertThat(api.runtime.process(id).subscribed()).isTrue();
            FakeShim shim = api.runtime.shim(id);
            shim.output(1, "hi".getBytes(StandardCharsets.UTF_8));
            shim.output(2, "no".getBytes(StandardCharsets.UTF_8));

            assertThat(client.exactly(20))
                    .isEqualTo(new byte[] {1, 0, 0, 0, 0, 0, 0, 2, 'h', 'i', 2, 0, 0, 0, 0, 0, 0, 2, 'n', 'o'});
            shim.exited();
            api.runtime.process(id).end(0); // the stream ends when the exit code can be asked for
            assertThat(client.rest()).isEmpty();
        }
    }

    private boolean eventsContain(String action) {
        try {
            return api.events().contains(action);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void inputGoesInAndItsEndToo() throws Exception {
        String id = api.run("", STDIN);
        try (TestClient client = api.server.connect()) {
            hijack(client, "/containers/" + id + "/attach?stream=1&stdin=1");
            client.write("abc");
            client.shutdownOutput();
            FakeShim shim = api.runtime.shim(id);

            assertThat(shim.next().payload()).isEqualTo("abc".getBytes(StandardCharsets.UTF_8));
            assertThat(shim.next().type()).isEqualTo(ControlMessage.CLOSE_STDIN);
        }
    }

    @Test
    void oldClientsGetRawStreamsAndNoUpgrade() throws Exception {
        String id = api.run("", PLAIN);
        try (TestClient client = api.server.connect()) {
            client.write(
                    "POST /v1.40/containers/" + id + "/attach?stream=1&stdout=1&stderr=1 HTTP/1.1\r\nHost: x\r\n\r\n");
            Reply head = client.head();

            assertThat(head.status()).isEqualTo(200);
            assertThat(head.headers()).containsEntry("content-type", "application/vnd.docker.raw-stream");
        }
    }

    @Test
    void waitSendsItsHeadBeforeTheEnd() throws Exception {
        String id = api.create("", "{'Image':'busybox','HostConfig':{'AutoRemove':true,'NetworkMode':'none'}}");
        try (TestClient client = api.server.connect()) {
            client.write("POST /containers/" + id + "/wait?condition=removed HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.head().status()).isEqualTo(200);
            api.call("POST", "/containers/" + id + "/start");
            api.runtime.process(id).end(42);

            assertThat(new String(client.chunk(), StandardCharsets.UTF_8)).isEqualTo("{\"StatusCode\":42}\n");
        }
    }

    @Test
    void waitAnswersAtOnceForWhatDoesNotRun() throws Exception {
        String id = api.create("", PLAIN);

        assertThat(api.call("POST", "/containers/" + id + "/wait").text()).isEqualTo("{\"StatusCode\":0}\n");
        assertThat(api.call("POST", "/containers/" + id + "/wait?condition=odd").status())
                .isEqualTo(400);
    }

    private void log(String id, int from, int to) throws Exception {
        var text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append("{\"log\":\"")
                    .append(i)
                    .append("\\n\",\"stream\":\"stdout\",\"time\":\"2026-01-01T00:00:0")
                    .append(i)
                    .append("Z\"}\n");
        }
        Path file = directory.resolve("containers").resolve(id).resolve(id + "-json.log");
        Files.writeString(file, text, java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND);
    }

    @Test
    void logsAreFramedAndCutToSize() throws Exception {
        String id = api.create("", PLAIN);
        log(id, 0, 5);

        assertThat(api.call("GET", "/containers/" + id + "/logs").status()).isEqualTo(400);
        Reply reply = api.call("GET", "/containers/" + id + "/logs?stdout=1&tail=1");
        assertThat(reply.headers()).containsEntry("content-type", "application/vnd.docker.multiplexed-stream");
        assertThat(reply.bytes()).isEqualTo(new byte[] {1, 0, 0, 0, 0, 0, 0, 2, '4', '\n'});
        assertThat(api.call("GET", "/containers/" + id + "/logs?stdout=1&since=1767225604")
                        .bytes())
                .hasSize(10);
    }

    @Test
    void aFollowerGetsWhatComesUntilTheEnd() throws Exception {
        String id = api.run("", "{'Image':'busybox','Tty':true,'HostConfig':{'NetworkMode':'none'}}");
        log(id, 0, 2);
        try (TestClient client = api.server.connect()) {
            client.write("GET /containers/" + id + "/logs?stdout=1&follow=1 HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.head().headers()).containsEntry("content-type", "application/vnd.docker.raw-stream");
            var got = new StringBuilder(new String(client.chunk(), StandardCharsets.UTF_8));
            log(id, 2, 4);
            while (got.length() < 8) {
                got.append(new String(client.chunk(), StandardCharsets.UTF_8));
            }
            api.runtime.process(id).end(0);

            assertThat(got).hasToString("0\n1\n2\n3\n");
            assertThat(client.chunk()).isEmpty();
        }
    }

    @Test
    void anExecRunsWithItsClient() throws Exception {
        String id = api.run("", PLAIN);
        Reply created = api.call(
                "POST", "/containers/" + id + "/exec", "{'Cmd':['ls','-l'],'AttachStdout':true,'AttachStdin':true}");
        String exec = ContainerHarness.JSON.readTree(created.bytes()).get("Id").asText();
        assertThat(created.status()).isEqualTo(201);
        try (TestClient client = api.server.connect()) {
            client.write("POST /exec/" + exec + "/start HTTP/1.1\r\nHost: x\r\nUpgrade: tcp\r\nConnection: Upgrade\r\n"
                    + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}in");
            assertThat(client.head().status()).isEqualTo(101);
            FakeShim shim = api.runtime.shim(exec);
            assertThat(shim.next().payload()).isEqualTo("in".getBytes(StandardCharsets.UTF_8));
            shim.output(1, new byte[] {'o'});
            assertThat(client.exactly(9)[8]).isEqualTo((byte) 'o');
            assertThat(api.json("/exec/" + exec + "/json").get("Running").asBoolean())
                    .isTrue();
            shim.exited();
            api.runtime.process(exec).end(5);
            assertThat(client.rest()).isEmpty();
        }
        ConsoleTest.await(() -> eventsContain("exec_die"));
        JsonNode inspect = api.json("/exec/" + exec + "/json");

        assertThat(inspect.get("ExitCode").asInt()).isEqualTo(5);
        assertThat(inspect.at("/ProcessConfig/entrypoint").asText()).isEqualTo("ls");
        assertThat(api.call("POST", "/exec/" + exec + "/start", "{}").status()).isEqualTo(409);
        assertThat(api.events()).contains("exec_create: ls -l", "exec_start: ls -l");
        assertThat(api.json("/containers/" + id + "/json").get("ExecIDs").isNull())
                .isTrue();
    }

    @Test
    void anExecThatCannotBeStartedSaysSoInItsStreamAndItsCode() throws Exception {
        String id = api.run("", PLAIN);
        String exec = ContainerHarness.JSON
                .readTree(api.call("POST", "/containers/" + id + "/exec", "{'Cmd':['x'],'AttachStderr':true}")
                        .bytes())
                .get("Id")
                .asText();
        api.runtime.fail(127, "exec: \"x\": executable file not found in $PATH");
        Reply reply = api.call("POST", "/exec/" + exec + "/start", "{}");

        assertThat(reply.text()).contains("executable file not found in $PATH\r\n");
        assertThat(api.json("/exec/" + exec + "/json").get("ExitCode").asInt()).isEqualTo(127);
    }

    @Test
    void execsAreChecked() throws Exception {
        String id = api.run("", PLAIN);

        assertThat(ContainerHarness.message(api.call("POST", "/containers/" + id + "/exec", "{}")))
                .isEqualTo("No exec command specified");
        assertThat(ContainerHarness.message(api.call("GET", "/exec/abc/json"))).isEqualTo("No such exec instance: abc");
        assertThat(api.call("POST", "/exec/abc/resize?h=a&w=1").status()).isEqualTo(400);
    }

    @Test
    void execsEndDetachedToo() throws Exception {
        String id = api.run("", PLAIN);
        var ids = new ArrayList<String>();
        for (int i = 0; i < 3; i++) {
            ids.add(ContainerHarness.JSON
                    .readTree(api.call("POST", "/containers/" + id + "/exec", "{'Cmd':['x']}")
                            .bytes())
                    .get("Id")
                    .asText());
        }
        for (String exec : ids) {
            assertThat(api.call("POST", "/exec/" + exec + "/start", "{'Detach':true}")
                            .status())
                    .isEqualTo(200);
        }
        assertThat(api.json("/containers/" + id + "/json").get("ExecIDs")).hasSize(3);
        ids.forEach(exec -> api.runtime.process(exec).end(0));
        ConsoleTest.await(() -> api.runtime.calls.stream()
                        .filter(c -> c.startsWith("cleanUpExec"))
                        .count()
                == 3);
    }
}
