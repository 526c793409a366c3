package jdocker.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Networks and published ports by the stock docker CLI, with real packets; the host is a network namespace. */
class NetworkTest {

    private static final String SERVER = "mkdir -p /w; hostname >/w/index.html; exec httpd -f -p 80 -h /w";

    private static Engine engine;

    @BeforeAll
    static void startEngine() {
        engine = Engine.withBusybox();
    }

    @AfterAll
    static void stopEngine() {
        engine.close();
    }

    @AfterEach
    void removeAll() {
        String ids = docker("ps", "-aq").ok().text();
        if (!ids.isEmpty()) {
            var words = new ArrayList<>(List.of("rm", "-f"));
            words.addAll(List.of(ids.split("\n")));
            docker(words.toArray(String[]::new)).ok();
        }
        docker("network", "prune", "-f").ok();
    }

    private static CommandResult docker(String... arguments) {
        return engine.docker(arguments);
    }

    private static String server(String name, String... flags) {
        var words = new ArrayList<>(List.of("run", "-d", "--name", name));
        words.addAll(List.of(flags));
        words.addAll(List.of("busybox", "sh", "-c", SERVER));
        String id = docker(words.toArray(String[]::new)).ok().text();
        Engine.eventually(
                "the server in " + name + " listens",
                Duration.ofSeconds(10),
                () -> docker("exec", name, "sh", "-c", "netstat -ltn | grep -q ':80 '")
                                .code()
                        == 0);
        return id;
    }

    private static CommandResult fromHost(String url) {
        return engine.onHost("curl", "-sS", "-m", "5", url);
    }

    // By the host's own curl: a static busybox cannot look names up.
    private static CommandResult fromContainer(String network, String url) {
        return docker(
                "run",
                "--rm",
                "--network",
                network,
                "-v",
                "/usr:/usr:ro",
                "-v",
                "/lib:/lib:ro",
                "-v",
                "/lib64:/lib64:ro",
                "busybox",
                "/usr/bin/curl",
                "-sS",
                "-m",
                "5",
                url);
    }

    private static JsonNode inspect(String name) {
        return Invariants.json(docker("inspect", name).ok().text()).get(0);
    }

    @Test
    void aPublishedPortIsReachedFromEverywhereAndGoneWithTheContainer() {
        String id = server("web", "-p", "8080:80");
        String host = id.substring(0, 12);

        assertThat(fromHost("http://127.0.0.1:8080/").ok().text()).isEqualTo(host);
        assertThat(fromHost("http://172.17.0.1:8080/").ok().text()).isEqualTo(host);
        assertThat(fromHost("http://[::1]:8080/").ok().text()).isEqualTo(host);
        assertThat(fromContainer("bridge", "http://172.17.0.1:8080/").ok().text())
                .isEqualTo(host);
        assertThat(docker("port", "web").ok().out()).isEqualTo("80/tcp -> 0.0.0.0:8080\n80/tcp -> [::]:8080\n");
        assertThat(docker("ps", "--format", "{{.Ports}}").ok().text())
                .isEqualTo("0.0.0.0:8080->80/tcp, [::]:8080->80/tcp");
        assertThat(engine.jdocker("port", "web", "80").ok().out()).isEqualTo("0.0.0.0:8080\n[::]:8080\n");
        docker("stop", "-t", "0", "web").ok();
        assertThat(fromHost("http://127.0.0.1:8080/").code()).isNotZero();
        docker("start", "web").ok();
        Engine.eventually(
                "it is back",
                Duration.ofSeconds(5),
                () -> fromHost("http://127.0.0.1:8080/").code() == 0);
    }

    @Test
    void everyFormOfAPublishedPortWorks() {
        server("any", "-p", "80");
        server("local", "-p", "127.0.0.1:8081:80");
        server("range", "-p", "9000-9005:80");
        server("all", "-P", "--expose", "80");

        String any = docker("port", "any", "80").ok().text().split("\n")[0];
        assertThat(fromHost("http://127.0.0.1:" + any.substring(any.lastIndexOf(':') + 1) + "/")
                        .code())
                .isZero();
        assertThat(fromHost("http://127.0.0.1:8081/").code()).isZero();
        assertThat(fromHost("http://172.17.0.1:8081/").code()).isNotZero();
        assertThat(docker("port", "range", "80").ok().text()).contains("0.0.0.0:9000");
        assertThat(docker("port", "all").ok().text()).startsWith("80/tcp -> 0.0.0.0:");
    }

    @Test
    void aPortInUseNamesItsOwner() {
        server("web", "-p", "8080:80");
        CommandResult second = docker("run", "-d", "--name", "two", "-p", "8080:80", "busybox", "sleep", "9");

        assertThat(second.exits(125).err())
                .contains("Bind for 0.0.0.0:8080 failed: port is already allocated")
                .contains("container web (");
    }

    @Test
    void userDefinedNetworksAreMadeListedInspectedAndRemoved() {
        docker(
                        "network",
                        "create",
                        "--subnet",
                        "10.70.0.0/24",
                        "--ip-range",
                        "10.70.0.128/25",
                        "--gateway",
                        "10.70.0.9",
                        "--label",
                        "a=b",
                        "front")
                .ok();
        assertThat(docker("network", "ls", "--filter", "label=a=b", "--format", "{{.Name}} {{.Driver}} {{.Scope}}")
                        .ok()
                        .text())
                .isEqualTo("front bridge local");
        docker("run", "-d", "--name", "fixed", "--network", "front", "--ip", "10.70.0.7", "busybox", "sleep", "60")
                .ok();
        JsonNode network = Invariants.json(
                        docker("network", "inspect", "front").ok().text())
                .get(0);
        assertThat(network.get("Containers")
                        .properties()
                        .iterator()
                        .next()
                        .getValue()
                        .get("IPv4Address")
                        .asText())
                .isEqualTo("10.70.0.7/24");
        assertThat(docker("exec", "fixed", "ip", "route").ok().text()).contains("default via 10.70.0.9");
        assertThat(docker("network", "rm", "front").exits(1).err()).contains("has active endpoints");
        docker("rm", "-f", "fixed").ok();
        docker("network", "rm", "front").ok();
        assertThat(docker("network", "inspect", "front").exits(1).err()).contains("network front not found");
    }

    @Test
    void namesAndAliasesAreResolvedOnUserDefinedNetworks() {
        docker("network", "create", "front").ok();
        String id = server("web", "--network", "front", "--network-alias", "www");

        for (String name : List.of("web", "www", id.substring(0, 12), "web.front")) {
            assertThat(fromContainer("front", "http://" + name + "/").ok().text())
                    .as(name)
                    .isEqualTo(id.substring(0, 12));
        }
        docker("rename", "web", "renamed").ok();
        assertThat(fromContainer("front", "http://renamed/").ok().text()).isEqualTo(id.substring(0, 12));
        assertThat(docker("run", "--rm", "--network", "front", "busybox", "cat", "/etc/resolv.conf")
                        .ok()
                        .text())
                .contains("nameserver 127.0.0.11")
                .contains("options ndots:0");
    }

    @Test
    void containersComeAndGoWhileTheyRun() {
        docker("network", "create", "front").ok();
        docker("network", "create", "back").ok();
        server("web", "--network", "front");
        docker("network", "connect", "--alias", "db", "back", "web").ok();

        assertThat(fromContainer("back", "http://db/").ok().text()).isNotEmpty();
        assertThat(inspect("web").at("/NetworkSettings/Networks")).hasSize(2);
        docker("network", "disconnect", "back", "web").ok();
        assertThat(fromContainer("back", "http://db/").code()).isNotZero();
        assertThat(docker("exec", "web", "ip", "-o", "link").ok().out().lines()).hasSize(2);
    }

    @Test
    void networksAreKeptApartAndInternalOnesLeadNowhere() {
        docker("network", "create", "front").ok();
        docker("network", "create", "--internal", "inside").ok();
        server("web", "--network", "front");
        server("hidden", "--network", "inside");
        String front =
                inspect("web").at("/NetworkSettings/Networks/front/IPAddress").asText();
        String inside = inspect("hidden")
                .at("/NetworkSettings/Networks/inside/IPAddress")
                .asText();

        assertThat(fromContainer("bridge", "http://" + front + "/").code()).isNotZero();
        assertThat(fromContainer("front", "http://" + inside + "/").code()).isNotZero();
        assertThat(fromContainer("inside", "http://hidden/").ok().text()).isNotEmpty();
        assertThat(docker("exec", "hidden", "ip", "route").ok().text()).doesNotContain("default");
    }

    @Test
    void aSharedNetworkAndTheHostsAreWhatTheySay() {
        server("web", "-p", "8080:80");
        assertThat(fromContainer("container:web", "http://127.0.0.1/").ok().text())
                .isNotEmpty();
        assertThat(fromContainer("host", "http://127.0.0.1:8080/").ok().text()).isNotEmpty();
        assertThat(docker("run", "--rm", "--network", "none", "busybox", "ip", "-o", "link")
                        .ok()
                        .out()
                        .lines())
                .hasSize(1);
    }

    @Test
    void hostsHaveNamesExtraOnesAndTheGateway() {
        docker("run", "-d", "--name", "db", "busybox", "sleep", "60").ok();
        String hosts = docker(
                        "run",
                        "--rm",
                        "--hostname",
                        "me",
                        "--add-host",
                        "other:10.9.8.7",
                        "--add-host",
                        "up:host-gateway",
                        "--link",
                        "db:database",
                        "busybox",
                        "cat",
                        "/etc/hosts")
                .ok()
                .text();

        assertThat(hosts).contains("10.9.8.7\tother", "172.17.0.1\tup", "\tdatabase ", "\tme");
    }

    @Test
    void linksAreShownAndRemoved() {
        docker("run", "-d", "--name", "db", "busybox", "sleep", "60").ok();
        docker("run", "-d", "--name", "web", "--link", "db:database", "busybox", "sleep", "60")
                .ok();
        assertThat(inspect("web").at("/HostConfig/Links/0").asText()).isEqualTo("/db:/web/database");
        assertThat(docker("rm", "--link", "web").exits(1).err()).contains("cannot remove the default link name");
        docker("rm", "--link", "web/database").ok();
        assertThat(docker("exec", "web", "cat", "/etc/hosts").ok().text()).doesNotContain("database");
        assertThat(inspect("web").at("/HostConfig/Links").isEmpty()).isTrue();
    }

    @Test
    void linkLocalAddressesAreThereWhereTheyAreAskedForAndNowhereElse() {
        docker("network", "create", "front").ok();
        docker("network", "create", "back").ok();
        docker("run", "-d", "--name", "web", "--network", "front", "busybox", "sleep", "60")
                .ok();
        docker("network", "connect", "--link-local-ip", "169.254.8.8", "back", "web")
                .ok();
        String addresses = docker("exec", "web", "ip", "-o", "address").ok().text();
        assertThat(addresses).contains("169.254.8.8/16").doesNotContain("fe80:");
    }

    @Test
    void ipv6NetworksHaveUniqueLocalAddresses() {
        docker("network", "create", "--ipv6", "six").ok();
        server("web", "--network", "six");
        String address = inspect("web")
                .at("/NetworkSettings/Networks/six/GlobalIPv6Address")
                .asText();

        assertThat(address).startsWith("fd");
        assertThat(docker("run", "--rm", "--network", "six", "busybox", "ping", "-6", "-c1", "-W2", address)
                        .code())
                .isZero();
    }

    @Test
    void addressesPortsAndNamesOutliveTheDaemon() {
        docker("network", "create", "front").ok();
        server("web", "--network", "front", "-p", "8080:80");
        JsonNode before = inspect("web").get("NetworkSettings");
        engine.kill9();
        assertThat(fromHost("http://172.18.0.1:8080/").code())
                .as("rules need no daemon")
                .isZero();
        engine.start();

        assertThat(inspect("web").get("NetworkSettings")).isEqualTo(before);
        assertThat(fromHost("http://127.0.0.1:8080/").ok().text()).isNotEmpty();
        assertThat(fromContainer("front", "http://web/").ok().text()).isNotEmpty();
        assertThat(docker("run", "-d", "-p", "8080:80", "busybox", "true")
                        .exits(125)
                        .err())
                .contains("container web (");
    }

    @Test
    void threeHundredContainersOnOneNetworkReachEachOther() {
        docker("network", "create", "crowd").ok();
        Http http = engine.http();
        String body = "{\"Image\":\"busybox\",\"Cmd\":[\"sleep\",\"600\"],\"HostConfig\":{\"NetworkMode\":\"crowd\"}}";
        IntStream.range(0, 300).parallel().forEach(i -> {
            http.post("/containers/create?name=c" + i, body).is(201);
            http.post("/containers/c" + i + "/start", "").is(204);
        });
        JsonNode members =
                Invariants.json(http.get("/networks/crowd").is(200).body()).get("Containers");
        var addresses = new HashSet<String>();
        members.properties()
                .forEach(e -> addresses.add(e.getValue().get("IPv4Address").asText()));
        assertThat(addresses).hasSize(300);
        String script =
                "for i in $(seq 0 7 299); do nslookup -type=a c$i 127.0.0.11 | grep -q '^Address: *172' || echo c$i;"
                        + " done; for i in $(seq 2 9 300); do ping -c1 -W2 172.18.$((i/256)).$((i%256)) >/dev/null || echo $i; done";
        assertThat(docker("exec", "c150", "sh", "-c", script).ok().text()).isEmpty();
        IntStream.range(0, 300)
                .parallel()
                .forEach(i -> http.delete("/containers/c" + i + "?force=1").is(204));
        docker("network", "rm", "crowd").ok();
        assertNothingLeft();
    }

    @Test
    void twoHundredNetworksComeAndGo() {
        String before = engine.onHost("iptables-save").ok().out().replaceAll("(?m)^#.*\n|\\[\\d+:\\d+\\]", "");
        Http http = engine.http();
        IntStream.range(0, 200)
                .parallel()
                .forEach(i -> http.post("/networks/create", "{\"Name\":\"n" + i + "\"}")
                        .is(201));
        var subnets = new HashSet<String>();
        Invariants.json(http.get("/networks").is(200).body())
                .forEach(n -> subnets.add(n.at("/IPAM/Config/0/Subnet").asText()));
        assertThat(subnets).hasSize(202); // with the bridge's, and none of host and none
        IntStream.range(0, 200)
                .parallel()
                .forEach(i -> http.delete("/networks/n" + i).is(204));
        assertNothingLeft();
        assertThat(engine.onHost("iptables-save").ok().out().replaceAll("(?m)^#.*\n|\\[\\d+:\\d+\\]", ""))
                .isEqualTo(before);
    }

    private static void assertNothingLeft() {
        Engine.eventually(
                "no bridge and no interface of a container is left",
                Duration.ofSeconds(15),
                () -> engine.onHost("ip", "-o", "link", "show", "up")
                        .ok()
                        .out()
                        .lines()
                        .allMatch(line -> line.contains(": lo:") || line.contains(": jdocker0:")));
        assertThat(Files.exists(engine.execRoot())).isTrue();
    }
}
