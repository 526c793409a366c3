package jdocker.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code jdocker network why} on a daemon and real packets: it stops where the way stops, at each step once. */
class NetworkWhyTest {
    private static Engine engine;

    @BeforeAll
    static void startEngine() {
        engine = Engine.withBusybox();
        docker("network", "create", "front");
        docker("network", "create", "back");
        docker("network", "create", "-o", "com.docker.network.bridge.enable_icc=false", "apart");
        server("web", "front", "0.0.0.0");
        sleeper("client", "front");
    }

    @AfterAll
    static void stopEngine() {
        engine.close();
    }

    private static String docker(String... arguments) {
        return engine.docker(arguments).ok().text();
    }

    private static void sleeper(String name, String network) {
        docker("run", "-d", "--name", name, "--network", network, "busybox", "sleep", "1000");
    }

    private static void server(String name, String network, String address) {
        docker(
                "run",
                "-d",
                "--name",
                name,
                "--network",
                network,
                "busybox",
                "httpd",
                "-f",
                "-p",
                address + ":80",
                "-h",
                "/");
        Engine.eventually(
                "the server in " + name + " listens",
                Duration.ofSeconds(10),
                () -> engine.docker("exec", name, "sh", "-c", "netstat -ltn | grep -q ':80 '")
                                .code()
                        == 0);
    }

    private static CommandResult inside(String container, String... words) {
        String pid = docker("inspect", "--format", "{{.State.Pid}}", container);
        var all = new ArrayList<>(List.of("nsenter", "-t", pid, "-n", "--"));
        all.addAll(List.of(words));
        return engine.onHost(all.toArray(String[]::new));
    }

    private static void stopsAt(String step, String says, String... arguments) {
        var words = new ArrayList<>(List.of("network", "why", "--format", "json"));
        words.addAll(List.of(arguments));
        JsonNode reach = Invariants.json(
                engine.jdocker(words.toArray(String[]::new)).exits(1).text());
        assertThat(reach.get("StopsAt").asText()).as(reach.toString()).isEqualTo(step);
        JsonNode last = reach.get("Steps").get(reach.get("Steps").size() - 1);
        assertThat(last.get("Says").asText()).contains(says);
        assertThat(last.get("Remedy").asText()).isNotEmpty();
    }

    @Test
    void theWholeWayIsWalked() {
        assertThat(engine.jdocker("network", "why", "client", "web", "80").ok().out())
                .contains("client -> web 80/tcp", "a connection from client was accepted", "client reaches web");
    }

    @Test
    void stopsWhereOneDoesNotRun() {
        docker("create", "--name", "ended", "--network", "front", "busybox", "true");
        stopsAt("container", "ended does not run", "client", "ended");
    }

    @Test
    void stopsAtNamesWhereTheyShareNoNetwork() {
        sleeper("stranger", "back");
        stopsAt("dns", "they share no network: stranger is on back, web on front", "stranger", "web", "80");
        // The first remedy works.
        docker("network", "connect", "front", "stranger");
        engine.jdocker("network", "why", "stranger", "web", "80").ok();
    }

    @Test
    void stopsAtNamesOnTheDefaultBridge() {
        sleeper("plain", "bridge");
        server("plainweb", "bridge", "0.0.0.0");
        stopsAtFirst("dns", "names are not resolved on the network bridge", "plain", "plainweb", "80");
    }

    /** The way by address is walked on. */
    private static void stopsAtFirst(String step, String says, String... arguments) {
        var words = new ArrayList<>(List.of("network", "why", "--format", "json"));
        words.addAll(List.of(arguments));
        JsonNode reach = Invariants.json(
                engine.jdocker(words.toArray(String[]::new)).exits(1).text());
        assertThat(reach.get("StopsAt").asText()).as(reach.toString()).isEqualTo(step);
        assertThat(reach.get("Steps").toString()).contains(says, "a connection from plain was accepted");
    }

    @Test
    void stopsAtTheRouteOfAnInterfaceThatIsDown() {
        sleeper("cut", "front");
        inside("cut", "ip", "link", "set", "eth0", "down").ok();
        stopsAt("route", "cut has no route to", "cut", "web", "80");
    }

    @Test
    void stopsAtTheRuleOfANetworkWhoseContainersAreApart() {
        sleeper("one", "apart");
        server("other", "apart", "0.0.0.0");
        stopsAt("rule", "forbids its containers to reach each other", "one", "other", "80");
        assertThat(inside("one", "busybox", "wget", "-T", "1", "-O", "-", "http://" + address("other") + "/")
                        .code())
                .as("and so it is")
                .isNotZero();
    }

    private static String address(String container) {
        return docker("inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", container);
    }

    @Test
    void stopsWhereNobodyListensOrOnlyOnTheLoopback() {
        stopsAt("listener", "nothing in web listens on 81/tcp; it does on", "client", "web", "81");
        server("inward", "front", "127.0.0.1");
        stopsAt("listener", "inward listens on 127.0.0.1:80", "client", "inward", "80");
    }

    @Test
    void stopsAtTheConnectionThatRulesOfOthersForbid() {
        server("walled", "front", "0.0.0.0");
        inside("walled", "iptables", "-A", "INPUT", "-p", "tcp", "--dport", "80", "-j", "DROP")
                .ok();
        stopsAt("connection", "no connection although all else is right", "client", "walled", "80");
    }
}
