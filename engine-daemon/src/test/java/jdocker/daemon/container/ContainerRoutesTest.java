package jdocker.daemon.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import jdocker.daemon.http.TestClient.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ContainerRoutesTest {
    private static final String PLAIN = "{'Image':'busybox','HostConfig':{'NetworkMode':'none'}}";

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

    @Test
    void createAnswersIdAndWarningsThatAreNeverNull() throws Exception {
        Reply reply = api.call("POST", "/containers/create?name=web", PLAIN);
        JsonNode body = ContainerHarness.JSON.readTree(reply.bytes());

        assertThat(reply.status()).isEqualTo(201);
        assertThat(body.get("Id").asText()).matches("[0-9a-f]{64}");
        assertThat(body.get("Warnings").isArray()).isTrue();
        assertThat(api.roots.ids()).containsExactly(body.get("Id").asText());
        assertThat(api.events()).containsExactly("create");
    }

    @ParameterizedTest(name = "{1} is {2}")
    @CsvSource(delimiter = '|', textBlock = """
                    ?name=a%20b | {'Image':'busybox'} | 400 | Invalid container name (a b), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed
                    ''          | {'Image':'nosuch'}  | 404 | No such image: nosuch:latest
                    ''          | {'Image':'busybox','Entrypoint':['']} | 400 | no command specified
                    ''          | {'Image':'server','Entrypoint':['']}  | 400 | no command specified
                    ''          | {'Image':'busybox','HostConfig':{'NetworkMode':'container:x','PublishAllPorts':true}} | 400 | conflicting options: port publishing and the container type network mode
                    ''          | {'Image':'busybox','HostConfig':{'PortBindings':{'80/icmp':[]}}} | 400 | invalid port specification: "80/icmp": no protocol icmp: tcp, udp and sctp can be published
                    ''          | {'Image':'busybox','HostConfig':{'PortBindings':{'80/tcp':[{'HostPort':'70000'}]}}} | 400 | invalid port specification: "70000"
                    ''          | {'Image':'busybox','HostConfig':{'Links':['db']}} | 400 | could not get container for db: No such container: db
                    ''          | {'Image':'busybox','HostConfig':{'Dns':['not-an-ip']}} | 400 | invalid DNS server 'not-an-ip': not an IP address
                    ''          | {'Image':'busybox','HostConfig':{'Binds':['/a:/proc/x']}} | 400 | "/proc/x" cannot be mounted because it is inside /proc
                    ''          | {'Image':'busybox','HostConfig':{'Binds':['rel/x:/y']}} | 400 | create rel/x: "rel/x" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path
                    ''          | {'Image':'busybox','HostConfig':{'Mounts':[{'Type':'bind','Source':'/no/such','Target':'/x'}]}} | 400 | invalid mount config for type "bind": bind source path does not exist: /no/such
                    ''          | {'Image':'busybox','HostConfig':{'Binds':['/etc:/x','/tmp:/x']}} | 400 | Duplicate mount point: /x
                    ?platform=linux/arm64 | {'Image':'busybox'} | 404 | image with reference busybox was found but does not provide the specified platform (linux/arm64)""")
    void createChecks(String query, String body, int status, String message) throws Exception {
        Reply reply = api.call("POST", "/containers/create" + query, body);

        assertThat(reply.status()).isEqualTo(status);
        assertThat(ContainerHarness.message(reply)).isEqualTo(message);
    }

    @Test
    void aNameInUseIsAConflictThatNamesItsOwner() throws Exception {
        String id = api.create("web", PLAIN);
        Reply reply = api.call("POST", "/containers/create?name=/web", PLAIN);

        assertThat(reply.status()).isEqualTo(409);
        assertThat(ContainerHarness.message(reply))
                .isEqualTo("Conflict. The container name \"/web\" is already in use by container \"" + id
                        + "\". You have to remove (or rename) that container to be able to reuse that name.");
        assertThat(api.roots.ids()).containsExactly(id);
    }

    @Test
    void theHealthCheckIsWarnedAbout() throws Exception {
        Reply reply = api.call("POST", "/containers/create", "{'Image':'server'}");
        String warnings =
                ContainerHarness.JSON.readTree(reply.bytes()).get("Warnings").toString();

        assertThat(warnings).doesNotContain("network").contains("health check").contains("volumes");
    }

    @Test
    void inspectHasWhatDockersHas() throws Exception {
        String id = api.create("web", "{'Image':'server','Cmd':['-v'],'HostConfig':{'NetworkMode':'none'}}");
        JsonNode c = api.json("/containers/web/json");

        assertThat(c.get("Id").asText()).isEqualTo(id);
        assertThat(c.get("Name").asText()).isEqualTo("/web");
        assertThat(c.get("Path").asText()).isEqualTo("serve");
        assertThat(c.get("Args").toString()).isEqualTo("[\"-v\"]");
        assertThat(c.at("/State/StartedAt").asText()).isEqualTo("0001-01-01T00:00:00Z");
        assertThat(c.get("State").has("Health")).isFalse();
        assertThat(c.at("/HostConfig/ShmSize").asLong()).isEqualTo(64 << 20);
        assertThat(c.at("/HostConfig/LogConfig/Type").asText()).isEqualTo("json-file");
        assertThat(c.at("/HostConfig/RestartPolicy/Name").asText()).isEqualTo("no");
        assertThat(c.at("/Config/Hostname").asText()).isEqualTo(id.substring(0, 12));
        assertThat(c.at("/Config/Healthcheck/Test/0").asText()).isEqualTo("CMD");
        assertThat(c.at("/Mounts/0/Destination").asText()).isEqualTo("/data");
        assertThat(c.at("/Mounts/0/Name").asText()).matches("[0-9a-f]{64}");
        assertThat(Files.isDirectory(Path.of(c.at("/Mounts/0/Source").asText())))
                .isTrue();
        assertThat(Files.readString(Path.of(c.get("HostnamePath").asText()))).isEqualTo(id.substring(0, 12) + "\n");
        assertThat(c.at("/GraphDriver/Data/MergedDir").asText()).endsWith(id);
        assertThat(c.at("/NetworkSettings/Networks").has("none")).isTrue();
        assertThat(c.has("SizeRw")).isFalse();
        assertThat(api.json("/containers/web/json?size=1").get("SizeRootFs").asLong())
                .isEqualTo(107);
    }

    @Test
    void startAndStopTellWhenThereWasNothingToDo() throws Exception {
        String id = api.create("web", PLAIN);

        assertThat(api.call("POST", "/containers/web/stop").status()).isEqualTo(304);
        assertThat(api.call("POST", "/containers/web/start").status()).isEqualTo(204);
        assertThat(api.call("POST", "/containers/web/start").status()).isEqualTo(304);
        assertThat(api.status(id)).isEqualTo("running");
        assertThat(api.call("POST", "/containers/web/stop").status()).isEqualTo(204);
        assertThat(api.status(id)).isEqualTo("exited");
        assertThat(api.json("/containers/web/json").at("/State/ExitCode").asInt())
                .isEqualTo(143);
        assertThat(api.events()).containsExactly("create", "start", "kill", "die", "stop");
    }

    @Test
    void stopKillsWhatDoesNotListen() throws Exception {
        api.runtime.survivesSignals();
        String id = api.run("", PLAIN);

        assertThat(api.call("POST", "/containers/" + id + "/stop?t=0").status()).isEqualTo(204);
        assertThat(api.json("/containers/" + id + "/json").at("/State/ExitCode").asInt())
                .isEqualTo(137);
        assertThat(api.runtime.calls).contains("signal 15", "signal 9");
    }

    @Test
    void startRefusesABody() throws Exception {
        String id = api.create("", PLAIN);
        Reply reply = api.call("POST", "/containers/" + id + "/start", "{'a':'bcdefgh'}");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(api.call("POST", "/containers/" + id + "/start", "{}").status())
                .isEqualTo(204);
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource({
        "127, 'exec: \"foo\": executable file not found in $PATH', 400",
        "126, 'exec: \"/etc\": is a directory', 400",
        "128, 'mount x: out of memory', 500"
    })
    void aFailedStartIsToldAndKept(int code, String why, int status) throws Exception {
        String id = api.create("", PLAIN);
        api.runtime.fail(code, why);
        Reply reply = api.call("POST", "/containers/" + id + "/start");
        JsonNode state = api.json("/containers/" + id + "/json").get("State");

        assertThat(reply.status()).isEqualTo(status);
        assertThat(ContainerHarness.message(reply)).endsWith(why);
        assertThat(state.get("Status").asText()).isEqualTo("created");
        assertThat(state.get("ExitCode").asInt()).isEqualTo(code);
        assertThat(state.get("Error").asText()).isEqualTo(why);
        assertThat(api.roots.mounted).isEmpty();
    }

    @Test
    void aFailedStartOfWhatRemovesItselfLeavesNothing() throws Exception {
        String id = api.create("", "{'Image':'busybox','HostConfig':{'AutoRemove':true,'NetworkMode':'none'}}");
        api.runtime.fail(127, "exec: \"x\": executable file not found in $PATH");

        assertThat(api.call("POST", "/containers/" + id + "/start").status()).isEqualTo(400);
        assertThat(api.call("GET", "/containers/" + id + "/json").status()).isEqualTo(404);
        assertThat(api.roots.ids()).isEmpty();
    }

    @Test
    void unknownContainersAreNotFoundInDockersWords() throws Exception {
        for (String call : new String[] {
            "GET json",
            "POST start",
            "POST stop",
            "POST kill",
            "POST restart",
            "POST pause",
            "POST wait",
            "GET logs?stdout=1",
            "POST attach",
            "GET top",
            "POST rename?name=xy",
            "POST resize?h=1&w=1",
            "GET spec"
        }) {
            String[] parts = call.split(" ");
            Reply reply = api.call(parts[0], "/containers/nosuch/" + parts[1]);
            assertThat(reply.status()).as(call).isEqualTo(404);
            assertThat(ContainerHarness.message(reply)).as(call).isEqualTo("No such container: nosuch");
        }
        assertThat(api.call("DELETE", "/containers/nosuch").status()).isEqualTo(404);
    }

    @Test
    void statesStandAgainstWhatDoesNotFit() throws Exception {
        String id = api.create("web", PLAIN);
        assertThat(ContainerHarness.message(api.call("POST", "/containers/web/kill")))
                .isEqualTo("cannot kill container: web: container " + id + " is not running");
        assertThat(api.call("POST", "/containers/web/pause").status()).isEqualTo(409);
        assertThat(api.call("POST", "/containers/web/exec", "{'Cmd':['ls']}").status())
                .isEqualTo(409);
        assertThat(api.call("POST", "/containers/web/resize?h=1&w=1").status()).isEqualTo(409);
        api.call("POST", "/containers/web/start");
        assertThat(ContainerHarness.message(api.call("DELETE", "/containers/web")))
                .isEqualTo("cannot remove container \"/web\": container is running: stop the container before removing"
                        + " or force remove");
        assertThat(api.call("POST", "/containers/web/pause").status()).isEqualTo(204);
        assertThat(api.status(id)).isEqualTo("paused");
        assertThat(api.call("POST", "/containers/web/start").status()).isEqualTo(409);
        assertThat(api.call("POST", "/containers/web/attach?stream=1").status()).isEqualTo(409);
        assertThat(api.call("POST", "/containers/web/unpause").status()).isEqualTo(204);
        assertThat(api.call("POST", "/containers/web/unpause").status()).isEqualTo(409);
        assertThat(api.runtime.calls).contains("freeze", "thaw");
    }

    @Test
    void removeTakesEverythingAway() throws Exception {
        String id = api.create("web", "{'Image':'server','HostConfig':{'NetworkMode':'none'}}");
        Path volume =
                Path.of(api.json("/containers/web/json").at("/Mounts/0/Source").asText());

        assertThat(api.call("DELETE", "/containers/web?v=1").status()).isEqualTo(204);
        assertThat(api.roots.ids()).isEmpty();
        assertThat(directory.resolve("containers").resolve(id)).doesNotExist();
        assertThat(volume).doesNotExist();
        assertThat(api.events()).containsExactly("create", "destroy");
    }

    @Test
    void removeByForceKillsFirst() throws Exception {
        String id = api.run("web", PLAIN);

        assertThat(api.call("DELETE", "/containers/" + id.substring(0, 8) + "?force=true")
                        .status())
                .isEqualTo(204);
        assertThat(api.events()).containsExactly("create", "start", "kill", "die", "destroy");
    }

    @Test
    void whatRemovesItselfIsGoneAfterItsEnd() throws Exception {
        String id = api.run("", "{'Image':'busybox','HostConfig':{'AutoRemove':true,'NetworkMode':'none'}}");
        api.runtime.process(id).end(3);
        ConsoleTest.await(() -> api.roots.ids().isEmpty());
        ConsoleTest.await(() -> api.store().snapshot().get(Container.ALL, id).isEmpty());

        assertThat(api.events()).containsExactly("create", "start", "die", "destroy");
    }

    @Test
    void renamesToWhatIsFree() throws Exception {
        api.create("one", PLAIN);
        api.create("two", PLAIN);

        assertThat(api.call("POST", "/containers/one/rename?name=two").status()).isEqualTo(409);
        assertThat(api.call("POST", "/containers/one/rename?name=one").status()).isEqualTo(400);
        assertThat(api.call("POST", "/containers/one/rename?name=").status()).isEqualTo(400);
        assertThat(api.call("POST", "/containers/one/rename?name=three").status())
                .isEqualTo(204);
        assertThat(api.json("/containers/three/json").get("Name").asText()).isEqualTo("/three");
    }

    @Test
    void listsChooseByStateNameAndFilter() throws Exception {
        String one = api.run("one", "{'Image':'busybox','Labels':{'a':'b'},'HostConfig':{'NetworkMode':'none'}}");
        String two = api.run("two", PLAIN);
        api.create("three", "{'Image':'server','HostConfig':{'NetworkMode':'none'}}");
        api.runtime.process(two).end(4);
        ConsoleTest.await(() -> api.store()
                        .snapshot()
                        .get(Container.ALL, two)
                        .orElseThrow()
                        .state()
                        .exitCode()
                == 4);

        assertThat(names("")).isEqualTo("/one");
        assertThat(names("all=1")).isEqualTo("/three /two /one");
        assertThat(names("limit=2")).isEqualTo("/three /two");
        assertThat(names(filter("{'status':['exited']}"))).isEqualTo("/two");
        assertThat(names(filter("{'exited':{'4':true}}") + "&all=1")).isEqualTo("/two");
        assertThat(names(filter("{'label':['a=b']}"))).isEqualTo("/one");
        assertThat(names(filter("{'name':['t']}") + "&all=1")).isEqualTo("/three /two");
        assertThat(names(filter("{'ancestor':['server']}") + "&all=1")).isEqualTo("/three");
        assertThat(names(filter("{'id':['" + one.substring(0, 10) + "']}"))).isEqualTo("/one");
        assertThat(names(filter("{'before':['two']}"))).isEqualTo("/one");
        assertThat(names(filter("{'since':['one']}"))).isEqualTo("/three /two");
        assertThat(api.call("GET", "/containers/json?" + filter("{'odd':['x']}"))
                        .status())
                .isEqualTo(400);
        assertThat(api.call("GET", "/containers/json?" + filter("{'status':['odd']}"))
                        .status())
                .isEqualTo(400);
        JsonNode first = api.json("/containers/json").get(0);
        assertThat(first.get("Status").asText()).startsWith("Up ");
        assertThat(first.get("Created").isNumber()).isTrue();
        assertThat(first.get("Ports").isArray()).isTrue();
    }

    private static String filter(String json) {
        return "filters=" + URLEncoder.encode(json.replace('\'', '"'), StandardCharsets.UTF_8);
    }

    private String names(String query) throws Exception {
        var names = new StringBuilder();
        api.json("/containers/json?" + query)
                .forEach(c -> names.append(names.isEmpty() ? "" : " ")
                        .append(c.at("/Names/0").asText()));
        return names.toString();
    }

    @Test
    void restartEndsAndStartsAgain() throws Exception {
        String id = api.run("", PLAIN);
        long pid = api.json("/containers/" + id + "/json").at("/State/Pid").asLong();

        assertThat(api.call("POST", "/containers/" + id + "/restart?t=1").status())
                .isEqualTo(204);
        assertThat(api.json("/containers/" + id + "/json").at("/State/Pid").asLong())
                .isNotEqualTo(pid);
        assertThat(api.events()).containsExactly("create", "start", "kill", "die", "stop", "start", "restart");
    }

    @Test
    void theSpecificationIsShown() throws Exception {
        String id = api.create(
                "",
                "{'Image':'busybox','User':'app','Cmd':['ls'],'HostConfig':{'NetworkMode':'host','Memory':6291456,"
                        + "'CapDrop':['ALL'],'ReadonlyRootfs':true,'Tmpfs':{'/run':'size=1m'}}}");
        JsonNode spec = api.json("/containers/" + id + "/spec");

        assertThat(spec.at("/process/args/0").asText()).isEqualTo("ls");
        assertThat(spec.at("/root/readonly").asBoolean()).isTrue();
        assertThat(spec.at("/linux/resources/memory/limit").asLong()).isEqualTo(6291456);
        assertThat(spec.at("/linux/namespaces").toString()).doesNotContain("network");
        assertThat(spec.at("/linux/cgroupsPath").asText()).isEqualTo("/jdocker/" + id);
        assertThat(spec.at("/process/capabilities/bounding")).isEmpty();
        assertThat(spec.get("mounts").toString())
                .contains("/etc/hosts")
                .contains("\"/run\"")
                .contains("size=1m");
        assertThat(api.roots.mounted).isEmpty();
    }

    @Test
    void pruneRemovesWhatDoesNotRun() throws Exception {
        api.run("on", PLAIN);
        String off = api.create("off", PLAIN);
        Reply reply = api.call("POST", "/containers/prune");

        assertThat(reply.text()).isEqualTo("{\"ContainersDeleted\":[\"" + off + "\"],\"SpaceReclaimed\":7}\n");
        assertThat(names("all=1")).isEqualTo("/on");
    }

    @Test
    void topShowsTheHostsView() throws Exception {
        api.run("web", PLAIN);
        JsonNode top = api.json("/containers/web/top");

        assertThat(top.at("/Titles/1").asText()).isEqualTo("PID");
        assertThat(top.at("/Processes/0/1").asLong())
                .isEqualTo(ProcessHandle.current().pid());
        assertThat(api.call("GET", "/containers/web/top?ps_args=--odd").status())
                .isEqualTo(400);
    }
}
