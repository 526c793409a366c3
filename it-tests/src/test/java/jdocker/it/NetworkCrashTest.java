package jdocker.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code kill -9} in the midst of network operations loses nothing that was acknowledged and leaves nothing behind. */
class NetworkCrashTest {

    private static final int ROUNDS = 12;

    private Engine engine;

    @BeforeEach
    void startEngine() {
        engine = Engine.withBusybox();
    }

    @AfterEach
    void stopEngine() {
        engine.close();
    }

    private JsonNode get(String path) {
        return Invariants.json(engine.http().get(path).is(200).body());
    }

    @Test
    void survivesKillsWhileNetworksComeAndGo() throws InterruptedException {
        String rules = rules();
        engine.http().post("/networks/create", "{\"Name\":\"kept\"}").is(201);
        start("witness", "kept", 18_080);
        JsonNode witness = get("/containers/witness/json").get("NetworkSettings");
        var random = new Random(5);
        for (int round = 0; round < ROUNDS; round++) {
            var stop = new AtomicBoolean();
            var acknowledged = new ConcurrentHashMap<String, Boolean>();
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < 3; i++) {
                String prefix = "r" + round + "t" + i;
                threads.add(Thread.ofPlatform().start(() -> work(prefix, stop, acknowledged)));
            }
            Engine.sleep(Duration.ofMillis(30 + random.nextInt(600)));
            stop.set(true);
            engine.kill9();
            for (Thread thread : threads) {
                thread.join(TimeUnit.SECONDS.toMillis(30));
            }
            engine.start();
            check(acknowledged);
            assertThat(get("/containers/witness/json").get("NetworkSettings")).isEqualTo(witness);
        }
        engine.http().delete("/containers/witness?force=1").is(204);
        engine.http().post("/networks/prune", "").is(200);
        assertThat(bridges()).isEmpty();
        assertThat(rules()).isEqualTo(rules);
    }

    /** One question, sent once: what comes back was asked before there was anybody to answer. */
    private static final String ASK = "exec 3<>/dev/udp/127.0.0.11/53;"
            + " printf '\\x12\\x34\\x01\\x00\\x00\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x03web\\x00\\x00\\x01\\x00\\x01' >&3;"
            + " echo asked >$0; timeout 60 head -c 8 <&3 | od -An -tx1";

    @Test
    void portsStayTakenAndQuestionsWaitWhileThereIsNoDaemon() {
        engine.http().post("/networks/create", "{\"Name\":\"front\"}").is(201);
        start("web", "front", 18_080);
        String pid = get("/containers/web/json").at("/State/Pid").asText();
        assertThat(isFree(18_080)).isFalse();
        engine.kill9();
        assertThat(isFree(18_080)).as("the shim has the port").isFalse();
        Path asked = engine.root().resolve("asked");
        CompletableFuture<CommandResult> answer = CompletableFuture.supplyAsync(
                () -> engine.onHost("nsenter", "-t", pid, "-n", "bash", "-c", ASK, asked.toString()));
        Engine.eventually("the question is sent", Duration.ofSeconds(10), () -> Files.exists(asked));
        engine.start();
        // The answer to this id, without an error, with one address.
        assertThat(answer.join().ok().text().strip()).startsWith("12 34 8").endsWith("80 00 01 00 01");
        assertThat(isFree(18_080)).isFalse();
        assertThat(engine.docker("run", "-d", "-p", "18080:80", "busybox", "true")
                        .exits(125)
                        .err())
                .contains("container web (");
        engine.kill9();
        engine.start();
        assertThat(isFree(18_080)).as("and again").isFalse();
        engine.http().delete("/containers/web?force=1").is(204);
        assertThat(isFree(18_080)).isTrue();
    }

    @Test
    void portsThatArePublishedNoMoreAreFreeAlthoughTheContainerRuns() {
        engine.http().post("/networks/create", "{\"Name\":\"front\"}").is(201);
        engine.http().post("/networks/create", "{\"Name\":\"back\"}").is(201);
        start("web", "front", 18_080);
        String who = "{\"Container\":\"web\"}";
        engine.http().post("/networks/back/connect", who).is(200);
        assertThat(isFree(18_080)).as("it has moved with the default route").isFalse();
        engine.kill9();
        engine.start();
        engine.http().post("/networks/back/disconnect", who).is(200);
        assertThat(isFree(18_080)).isFalse();
        engine.http().post("/networks/front/disconnect", who).is(200);
        Engine.eventually("the port is free", Duration.ofSeconds(5), () -> isFree(18_080));
    }

    @Test
    void portsThatAreFirstPublishedByConnectStayTakenWhileThereIsNoDaemon() {
        engine.http()
                .post("/networks/create", "{\"Name\":\"inner\",\"Internal\":true}")
                .is(201);
        engine.http().post("/networks/create", "{\"Name\":\"front\"}").is(201);
        start("web", "inner", 18_080);
        assertThat(isFree(18_080)).as("an internal network publishes nothing").isTrue();
        engine.http().post("/networks/front/connect", "{\"Container\":\"web\"}").is(200);
        for (int restart = 0; restart < 2; restart++) {
            assertThat(isFree(18_080)).isFalse();
            engine.kill9();
            assertThat(isFree(18_080)).as("the shim has the port").isFalse();
            engine.start();
        }
        engine.http()
                .post("/networks/front/disconnect", "{\"Container\":\"web\"}")
                .is(200);
        Engine.eventually("the port is free", Duration.ofSeconds(5), () -> isFree(18_080));
        engine.kill9();
        assertThat(isFree(18_080)).isTrue();
        engine.start();
    }

    private boolean isFree(int port) {
        // A server that got the port would have waited until it was ended.
        int code = engine.onHost("timeout", "0.3", "busybox", "nc", "-l", "-p", String.valueOf(port))
                .code();
        return code == 124;
    }

    private void start(String name, String network, int port) {
        String body = "{\"Image\":\"busybox\",\"Cmd\":[\"sleep\",\"1000\"],\"HostConfig\":{\"NetworkMode\":\"" + network
                + "\",\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"" + (port == 0 ? "" : port) + "\"}]}}}";
        engine.http().post("/containers/create?name=" + name, body).is(201);
        engine.http().post("/containers/" + name + "/start", "").is(204);
    }

    private void work(String prefix, AtomicBoolean stop, Map<String, Boolean> acknowledged) {
        try {
            for (int i = 0; !stop.get(); i++) {
                String network = prefix + "n" + i;
                String container = prefix + "c" + i;
                engine.http()
                        .post("/networks/create", "{\"Name\":\"" + network + "\"}")
                        .is(201);
                acknowledged.put(network, true);
                start(container, network, 0);
                String who = "{\"Container\":\"" + container + "\"}";
                engine.http().post("/networks/bridge/connect", who).is(200);
                engine.http().post("/networks/" + network + "/disconnect", who).is(200);
                acknowledged.remove(network);
                engine.http().delete("/networks/" + network).is(204);
                acknowledged.put(network, false);
                engine.http().delete("/containers/" + container + "?force=1").is(204);
            }
        } catch (UncheckedIOException e) {
            // The daemon was killed: what it had acknowledged is checked.
        }
    }

    private void check(Map<String, Boolean> acknowledged) {
        acknowledged.forEach((network, exists) -> assertThat(
                        engine.http().get("/networks/" + network).status())
                .as(network)
                .isEqualTo(exists ? 200 : 404));
        Set<String> expected = new TreeSet<>();
        for (JsonNode network : get("/networks")) {
            if (network.get("Driver").asText().equals("bridge")
                    && !network.get("Name").asText().equals("bridge")) {
                expected.add("br-" + network.get("Id").asText().substring(0, 12));
            }
        }
        assertThat(bridges()).isEqualTo(expected);
        var addresses = new HashSet<String>();
        int running = 0;
        for (JsonNode c : get("/containers/json?all=1")) {
            String id = c.get("Id").asText();
            running += c.get("State").asText().equals("running") ? 1 : 0;
            for (JsonNode endpoint : c.at("/NetworkSettings/Networks")) {
                String address = endpoint.get("IPAddress").asText();
                assertThat(address.isEmpty() || addresses.add(address))
                        .as(address)
                        .isTrue();
            }
            if (!c.get("Names").toString().contains("witness")) {
                engine.http().delete("/containers/" + id + "?force=1").is(204);
            }
        }
        assertThat(Traces.of(engine).keptNamespaces().size()).isLessThanOrEqualTo(running + 8);
        for (JsonNode network : get("/networks")) {
            String name = network.get("Name").asText();
            if (!List.of("bridge", "host", "none", "kept").contains(name)) {
                engine.http().delete("/networks/" + name).is(204);
            }
        }
    }

    private Set<String> bridges() {
        Set<String> names = new TreeSet<>();
        for (String line : engine.onHost("ip", "-o", "link", "show", "type", "bridge")
                .ok()
                .out()
                .split("\n")) {
            String name = line.split(": ").length > 1 ? line.split(": ")[1] : "";
            if (name.startsWith("br-")) {
                names.add(name);
            }
        }
        return names;
    }

    private String rules() {
        return engine.onHost("iptables-save").ok().out().replaceAll("(?m)^#.*\n|\\[\\d+:\\d+\\]", "");
    }
}
