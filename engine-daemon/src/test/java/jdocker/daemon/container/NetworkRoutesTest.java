package jdocker.daemon.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import jdocker.daemon.http.TestClient.Reply;
import jdocker.network.BridgeSpec;
import jdocker.network.InterfaceAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class NetworkRoutesTest {
    private static final String PLAIN = "{'Image':'busybox'}";

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

    private String create(String body) throws Exception {
        Reply reply = api.call("POST", "/networks/create", body);
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        return ContainerHarness.JSON.readTree(reply.bytes()).get("Id").asText();
    }

    private JsonNode endpoint(String container, String network) throws Exception {
        return api.json("/containers/" + container + "/json").at("/NetworkSettings/Networks/" + network);
    }

    private String on(String network, String more) {
        return "{'Image':'busybox','HostConfig':{'NetworkMode':'" + network + "'}" + more + "}";
    }

    @Test
    void theThreePredefinedNetworksAreThereAndStay() throws Exception {
        JsonNode all = api.json("/networks");
        JsonNode bridge = api.json("/networks/bridge");

        assertThat(all.findValuesAsText("Name")).containsExactly("bridge", "host", "none");
        assertThat(all.findValuesAsText("Driver")).contains("bridge", "host", "null");
        assertThat(bridge.at("/IPAM/Config/0/Subnet").asText()).isEqualTo("172.17.0.0/16");
        assertThat(bridge.at("/IPAM/Config/0/Gateway").asText()).isEqualTo("172.17.0.1");
        assertThat(bridge.at("/Options/com.docker.network.bridge.default_bridge")
                        .asText())
                .isEqualTo("true");
        assertThat(api.kernel.bridges.values())
                .extracting(BridgeSpec::bridgeName)
                .containsExactly("jdocker0");
        for (String name : List.of("bridge", "host", "none")) {
            Reply reply = api.call("DELETE", "/networks/" + name);
            assertThat(reply.status()).isEqualTo(403);
            assertThat(ContainerHarness.message(reply))
                    .isEqualTo(name + " is a pre-defined network and cannot be removed");
        }
    }

    @Test
    void aNetworkIsMadeInspectedAndRemoved() throws Exception {
        String id = create("{'Name':'web','Labels':{'a':'b'},'Options':{'com.docker.network.driver.mtu':'1400'}}");
        JsonNode network = api.json("/networks/web");

        assertThat(network.get("Id").asText()).isEqualTo(id);
        assertThat(network.get("Scope").asText()).isEqualTo("local");
        assertThat(network.get("Driver").asText()).isEqualTo("bridge");
        assertThat(network.at("/IPAM/Config/0/Subnet").asText()).isEqualTo("172.18.0.0/22");
        assertThat(network.at("/Labels/a").asText()).isEqualTo("b");
        assertThat(network.get("Containers").isObject()).isTrue();
        BridgeSpec bridge = api.kernel.bridges.get(id);
        assertThat(bridge.bridgeName()).isEqualTo("br-" + id.substring(0, 12));
        assertThat(bridge.mtu()).isEqualTo(1400);
        assertThat(api.json("/networks/" + id.substring(0, 9)).get("Name").asText())
                .isEqualTo("web");
        assertThat(api.call("DELETE", "/networks/web").status()).isEqualTo(204);
        assertThat(api.kernel.bridges).doesNotContainKey(id);
        Reply gone = api.call("GET", "/networks/web");
        assertThat(gone.status()).isEqualTo(404);
        assertThat(ContainerHarness.message(gone)).isEqualTo("network web not found");
        assertThat(api.events()).containsExactly("create", "destroy");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    {'Name':''} | 400 | invalid name: name is empty
                    {'Name':'a/b'} | 400 | invalid network name 'a/b': at most 255 characters, without '/', control characters, and spaces at its ends
                    {'Name':'host'} | 403 | operation is not permitted on predefined host network
                    {'Name':'old'} | 409 | network with name old already exists
                    {'Name':'n','Driver':'host'} | 403 | only one instance of "host" network is allowed
                    {'Name':'n','Driver':'nosuch'} | 404 | could not find plugin nosuch in v1 plugin registry: plugin not found: there are the drivers bridge, macvlan and ipvlan
                    {'Name':'n','Driver':'overlay'} | 403 | This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.
                    {'Name':'n','IPAM':{'Config':[{'Subnet':'10.1.2.3/24'}]}} | 400 | invalid network config:%ninvalid subnet 10.1.2.3/24: it should be 10.1.2.0/24
                    {'Name':'n','IPAM':{'Config':[{'Subnet':'nonsense'}]}} | 400 | invalid network config:%ninvalid subnet nonsense: invalid CIDR block notation
                    {'Name':'n','IPAM':{'Config':[{'Subnet':'10.1.0.0/24','Gateway':'10.2.0.1'}]}} | 400 | invalid network config:%ninvalid gateway 10.2.0.1: parent subnet 10.1.0.0/24 doesn't contain this address
                    {'Name':'n','IPAM':{'Config':[{'Subnet':'10.1.0.0/24','IPRange':'10.1.0.0/16'}]}} | 400 | invalid network config:%ninvalid ip-range 10.1.0.0/16: CIDR block is bigger than its parent subnet 10.1.0.0/24
                    {'Name':'n','IPAM':{'Config':[{'Subnet':'10.5.1.0/24'}]}} | 403 | invalid pool request: Pool overlaps with other one on this address space: 10.5.1.0/24 overlaps with 10.5.0.0/16 of network old
                    {'Name':'n','Options':{'com.docker.network.driver.mtu':'x'}} | 400 | invalid MTU number: x
                    {'Name':'n','Options':{'com.docker.network.bridge.name':'a b'}} | 400 | invalid com.docker.network.bridge.name 'a b': an interface's name has 1 to 15 letters, digits, '_', '.' and '-'
                    {'Name':'n','Options':{'com.docker.network.bridge.name':'jdocker0'}} | 403 | networks have same bridge name: jdocker0 is that of network bridge
                    {'Name':'n','EnableIPv4':false} | 400 | IPv4 or IPv6 must be enabled
                    {'Name':'n','Scope':'swarm'} | 403 | This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.""")
    void whatCannotBeIsRefusedInDockersWords(String body, int status, String message) throws Exception {
        create("{'Name':'old','IPAM':{'Config':[{'Subnet':'10.5.0.0/16'}]}}");
        Reply reply = api.call("POST", "/networks/create", body);

        assertThat(ContainerHarness.message(reply).strip()).isEqualTo(message.replace("%n", "\n"));
        assertThat(reply.status()).isEqualTo(status);
        assertThat(api.kernel.bridges).hasSize(2);
    }

    @Test
    void aBridgeThatCannotBeMadeLeavesNothing() throws Exception {
        api.kernel.fail("bridge");
        Reply reply = api.call("POST", "/networks/create", "{'Name':'web'}");

        assertThat(reply.status()).isEqualTo(500);
        assertThat(ContainerHarness.message(reply)).contains("the kernel refuses");
        assertThat(api.json("/networks")).hasSize(3);
        api.kernel.failing.clear();
        create("{'Name':'web'}");
        assertThat(api.json("/networks/web").at("/IPAM/Config/0/Subnet").asText())
                .isEqualTo("172.18.0.0/22");
    }

    @Test
    void aContainerOnTheDefaultBridgeHasWhatDockerGivesIt() throws Exception {
        String id = api.run("web", PLAIN);
        JsonNode c = api.json("/containers/web/json");
        JsonNode settings = c.get("NetworkSettings");

        assertThat(c.at("/HostConfig/NetworkMode").asText()).isEqualTo("bridge");
        assertThat(settings.at("/Networks/bridge/IPAddress").asText()).isEqualTo("172.17.0.2");
        assertThat(settings.at("/Networks/bridge/Gateway").asText()).isEqualTo("172.17.0.1");
        assertThat(settings.at("/Networks/bridge/IPPrefixLen").asInt()).isEqualTo(16);
        assertThat(settings.at("/Networks/bridge/MacAddress").asText()).isEqualTo("02:42:ac:11:00:02");
        assertThat(settings.get("IPAddress").asText()).isEqualTo("172.17.0.2");
        assertThat(settings.get("SandboxKey").asText()).startsWith("/run/fake/netns/");
        assertThat(Files.readString(Path.of(c.get("HostsPath").asText())))
                .endsWith("172.17.0.2\t" + id.substring(0, 12) + "\n");
        assertThat(api.json("/networks/bridge")
                        .at("/Containers/" + id + "/IPv4Address")
                        .asText())
                .isEqualTo("172.17.0.2/16");
        assertThat(api.runtime.started.getLast().spec().linux().namespaces().toString())
                .contains("/run/fake/netns/");

        api.call("POST", "/containers/web/stop");
        assertThat(api.kernel.namespaces).isEmpty();
        JsonNode stopped = api.json("/containers/web/json").at("/NetworkSettings");
        assertThat(stopped.at("/Networks/bridge/IPAddress").asText()).isEmpty();
        assertThat(stopped.get("SandboxID").asText()).isEmpty();
        assertThat(api.json("/networks/bridge").get("Containers")).isEmpty();
        assertThat(api.events()).containsExactly("create", "connect", "start", "kill", "die", "disconnect", "stop");
    }

    @Test
    void manyStartsAtOnceGetDifferentAddresses() throws Exception {
        var starts = new ArrayList<Callable<String>>();
        for (int i = 0; i < 24; i++) {
            String name = "c" + i;
            starts.add(() -> api.run(name, PLAIN));
        }
        var addresses = new HashSet<String>();
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (var start : threads.invokeAll(starts)) {
                addresses.add(endpoint(start.get(), "bridge").get("IPAddress").asText());
            }
        }

        assertThat(addresses).hasSize(24);
    }

    @Test
    void portsAreShownWherePublishedAndGoneWhenTheContainerIs() throws Exception {
        String body = "{'Image':'busybox','ExposedPorts':{'80/tcp':{},'90/udp':{}},'HostConfig':{'PortBindings':"
                + "{'80/tcp':[{'HostIp':'127.0.0.1','HostPort':'8080'}],'53/udp':[{'HostPort':''}]}}}";
        api.run("web", body);
        JsonNode ports = api.json("/containers/web/json").at("/NetworkSettings/Ports");

        assertThat(ports.at("/80~1tcp/0/HostIp").asText()).isEqualTo("127.0.0.1");
        assertThat(ports.at("/80~1tcp/0/HostPort").asText()).isEqualTo("8080");
        assertThat(ports.at("/53~1udp/0/HostPort").asInt()).isGreaterThan(1024);
        assertThat(ports.has("90/udp")).isTrue();
        assertThat(ports.get("90/udp").isNull()).isTrue();
        JsonNode listed = api.json("/containers/json").at("/0/Ports");
        assertThat(listed.findValuesAsText("PublicPort")).contains("8080");
        assertThat(api.json("/containers/json?filters=%7B%22publish%22:%5B%2280%22%5D%7D"))
                .hasSize(1);
        assertThat(api.json("/containers/json?filters=%7B%22publish%22:%5B%2281%22%5D%7D"))
                .isEmpty();

        Reply taken = api.call("POST", "/containers/" + api.create("two", body) + "/start");
        assertThat(taken.status()).isEqualTo(500);
        assertThat(ContainerHarness.message(taken))
                .contains("port is already allocated")
                .contains("container web (");
        assertThat(api.kernel.namespaces).hasSize(1);
        assertThat(endpoint("two", "bridge").get("IPAddress").asText()).isEmpty();
        api.call("POST", "/containers/web/stop");
        assertThat(api.kernel.portOwners).isEmpty();
        assertThat(api.call("POST", "/containers/two/start").status()).isEqualTo(204);
    }

    @ParameterizedTest
    @CsvSource({"attach", "publish", "await"})
    void aStartThatFailsInTheNetworkReleasesEverything(String what) throws Exception {
        String id = api.create("", "{'Image':'busybox','HostConfig':{'PortBindings':{'80/tcp':[{'HostPort':'80'}]}}}");
        api.kernel.fail(what);

        assertThat(api.call("POST", "/containers/" + id + "/start").status()).isEqualTo(500);
        assertThat(api.status(id)).isEqualTo("created");
        assertThat(api.kernel.namespaces).isEmpty();
        assertThat(api.kernel.portOwners).isEmpty();
        assertThat(api.roots.mounted).isEmpty();
        api.kernel.failing.clear();
        assertThat(api.call("POST", "/containers/" + id + "/start").status()).isEqualTo(204);
        assertThat(endpoint(id, "bridge").get("IPAddress").asText()).isEqualTo("172.17.0.2");
    }

    @Test
    void aStartThatFailsAfterItsLaunchReleasesNothingBeforeTheShimHasEnded() throws Exception {
        String id = api.create("", "{'Image':'busybox','HostConfig':{'PortBindings':{'80/tcp':[{'HostPort':'80'}]}}}");
        var heldAtTheEnd = new ArrayList<String>();
        api.kernel.fail("await");
        api.runtime.onAwaitedEnd = () -> heldAtTheEnd.addAll(api.kernel.portOwners.values());

        assertThat(api.call("POST", "/containers/" + id + "/start").status()).isEqualTo(500);
        assertThat(api.runtime.calls).contains("killAll " + id);
        assertThat(heldAtTheEnd).isNotEmpty();
        assertThat(api.kernel.portOwners).isEmpty();
    }

    @Test
    void aProcessThatCannotBeStartedReleasesTheNetwork() throws Exception {
        String id = api.create("", PLAIN);
        api.runtime.fail(127, "exec: \"x\": executable file not found in $PATH");

        assertThat(api.call("POST", "/containers/" + id + "/start").status()).isEqualTo(400);
        assertThat(api.kernel.namespaces).isEmpty();
    }

    @Test
    void severalNetworksAliasesAndAddressesAreTakenAtCreate() throws Exception {
        create("{'Name':'front','IPAM':{'Config':[{'Subnet':'10.1.0.0/24'}]}}");
        create("{'Name':'back','EnableIPv6':true}");
        api.run(
                "web",
                on(
                        "front",
                        ",'NetworkingConfig':{'EndpointsConfig':{'front':{'IPAMConfig':{'IPv4Address':'10.1.0.77'},"
                                + "'Aliases':['www'],'MacAddress':'92:d0:c6:0a:29:33'},'back':{}}}"));

        JsonNode front = endpoint("web", "front");
        assertThat(front.get("IPAddress").asText()).isEqualTo("10.1.0.77");
        assertThat(front.get("MacAddress").asText()).isEqualTo("92:d0:c6:0a:29:33");
        assertThat(front.get("Aliases").toString()).isEqualTo("[\"www\"]");
        assertThat(front.get("DNSNames").toString()).contains("web", "www");
        assertThat(endpoint("web", "back").get("GlobalIPv6Address").asText()).startsWith("fd");
        assertThat(api.kernel.namespaces.values().iterator().next().endpoints).hasSize(2);
        Reply old = api.call(
                "POST",
                "/v1.43/containers/create",
                on("front", ",'NetworkingConfig':{'EndpointsConfig':{'front':{},'back':{}}}"));
        assertThat(ContainerHarness.message(old))
                .isEqualTo("Container cannot be connected to network endpoints: back, front");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    bridge | {'IPAMConfig':{'IPv4Address':'172.17.0.9'}} | user specified IP address is supported on user defined networks only
                    bridge | {'Aliases':['x']} | network-scoped aliases are only supported for user-defined networks
                    plain  | {'IPAMConfig':{'IPv4Address':'172.18.0.9'}} | user specified IP address is supported only when connecting to networks with user configured subnets
                    fixed  | {'IPAMConfig':{'IPv4Address':'10.2.0.9'}} | no configured subnet or ip-range contain the IP address 10.2.0.9
                    fixed  | {'IPAMConfig':{'IPv4Address':'zero'}} | invalid IPv4 address: zero
                    fixed  | {'IPAMConfig':{'IPv6Address':'10.1.0.9'}} | invalid IPv6 address: 10.1.0.9
                    fixed  | {'Aliases':['a b']} | invalid alias 'a b'""")
    void addressesAndAliasesThatCannotBeAreRefusedAtCreate(String network, String endpoint, String message)
            throws Exception {
        create("{'Name':'fixed','IPAM':{'Config':[{'Subnet':'10.1.0.0/24'}]}}");
        create("{'Name':'plain'}");
        Reply reply = api.call(
                "POST",
                "/containers/create",
                on(network, ",'NetworkingConfig':{'EndpointsConfig':{'" + network + "':" + endpoint + "}}"));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(ContainerHarness.message(reply)).isEqualTo("invalid endpoint settings:\n" + message);
    }

    @Test
    void anAddressThatIsTakenNamesItsOwner() throws Exception {
        create("{'Name':'fixed','IPAM':{'Config':[{'Subnet':'10.1.0.0/24'}]}}");
        String wanted = on(
                "fixed", ",'NetworkingConfig':{'EndpointsConfig':{'fixed':{'IPAMConfig':{'IPv4Address':'10.1.0.5'}}}}");
        api.run("one", wanted);
        Reply reply = api.call("POST", "/containers/" + api.create("two", wanted) + "/start");

        assertThat(reply.status()).isEqualTo(403);
        assertThat(ContainerHarness.message(reply))
                .contains("Address already in use: 10.1.0.5 on network fixed belongs to container one (");
    }

    @Test
    void anUnknownNetworkFailsTheStartAsDockerDoes() throws Exception {
        String id = api.create("", on("later", ""));
        Reply reply = api.call("POST", "/containers/" + id + "/start");

        assertThat(reply.status()).isEqualTo(404);
        assertThat(ContainerHarness.message(reply)).isEqualTo("network later not found");
        create("{'Name':'later'}");
        assertThat(api.call("POST", "/containers/" + id + "/start").status()).isEqualTo(204);
    }

    @Test
    void networksComeAndGoWhileAContainerRuns() throws Exception {
        String id = api.run("web", PLAIN);
        String network = create("{'Name':'front'}");
        Reply connected =
                api.call("POST", "/networks/front/connect", "{'Container':'web','EndpointConfig':{'Aliases':['www']}}");

        assertThat(connected.status()).as(connected.text()).isEqualTo(200);
        assertThat(endpoint("web", "front").get("IPAddress").asText()).isEqualTo("172.18.0.2");
        Path hosts = Path.of(api.json("/containers/web/json").get("HostsPath").asText());
        assertThat(Files.readString(hosts)).contains("172.18.0.2\t" + id.substring(0, 12));
        Reply again = api.call("POST", "/networks/front/connect", "{'Container':'web'}");
        assertThat(again.status()).isEqualTo(403);
        assertThat(ContainerHarness.message(again)).isEqualTo("endpoint with name web already exists in network front");
        Reply busy = api.call("DELETE", "/networks/front");
        assertThat(busy.status()).isEqualTo(403);
        assertThat(ContainerHarness.message(busy))
                .startsWith("error while removing network: network front id " + network + " has active endpoints")
                .contains("container web");

        assertThat(api.call("POST", "/networks/front/disconnect", "{'Container':'web'}")
                        .status())
                .isEqualTo(200);
        assertThat(endpoint("web", "front").isMissingNode()).isTrue();
        assertThat(Files.readString(hosts)).doesNotContain("172.18.0.2");
        assertThat(api.call("POST", "/networks/front/disconnect", "{'Container':'web'}")
                        .status())
                .isEqualTo(404);
        assertThat(api.call("DELETE", "/networks/front").status()).isEqualTo(204);
    }

    @Test
    void portsFollowTheDefaultRouteToAnotherNetwork() throws Exception {
        create("{'Name':'front'}");
        api.run("web", "{'Image':'busybox','HostConfig':{'PortBindings':{'80/tcp':[{'HostPort':'8080'}]}}}");
        api.call("POST", "/networks/front/connect", "{'Container':'web'}");
        api.call("POST", "/networks/bridge/disconnect", "{'Container':'web'}");

        assertThat(api.json("/containers/web/json")
                        .at("/NetworkSettings/Ports/80~1tcp/0/HostPort")
                        .asText())
                .isEqualTo("8080");
        assertThat(api.kernel
                        .namespaces
                        .values()
                        .iterator()
                        .next()
                        .route
                        .orElseThrow()
                        .gateways()
                        .toString())
                .contains("172.18.0.1");
    }

    @Test
    void aStoppedContainerKeepsWhatItWasConnectedTo() throws Exception {
        create("{'Name':'front'}");
        api.create("web", PLAIN);
        api.call("POST", "/networks/front/connect", "{'Container':'web'}");
        api.call("POST", "/networks/bridge/disconnect", "{'Container':'web'}");
        api.call("POST", "/containers/web/start");

        assertThat(endpoint("web", "front").get("IPAddress").asText()).isEqualTo("172.18.0.2");
        assertThat(endpoint("web", "bridge").isMissingNode()).isTrue();
    }

    @ParameterizedTest(name = "{0} with {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    host | front | container sharing network namespace with another container or host cannot be connected to any other network
                    none | front | container cannot be connected to multiple networks with one of the networks in private (none) mode
                    bridge | host | cannot connect container to host network - container must be created in host network mode
                    container:other | front | container sharing network namespace with another container or host cannot be connected to any other network""")
    void networksThatDoNotGoTogetherAreRefused(String mode, String network, String message) throws Exception {
        create("{'Name':'front'}");
        api.run("other", PLAIN);
        api.run("web", on(mode, ""));
        Reply reply = api.call("POST", "/networks/" + network + "/connect", "{'Container':'web'}");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(ContainerHarness.message(reply)).isEqualTo(message);
    }

    @Test
    void linksBecomeLinesOfTheHosts() throws Exception {
        String db = api.run("db", PLAIN);
        api.run("web", "{'Image':'busybox','HostConfig':{'Links':['db:database']}}");
        Path hosts = Path.of(api.json("/containers/web/json").get("HostsPath").asText());

        assertThat(Files.readString(hosts)).contains("172.17.0.2\tdatabase " + db.substring(0, 12) + " db\n");
        api.call("POST", "/containers/db/stop");
        api.call("POST", "/containers/web/stop");
        Reply reply = api.call("POST", "/containers/web/start");
        assertThat(ContainerHarness.message(reply))
                .isEqualTo("Cannot link to a non running container: /db AS /web/database");
    }

    @Test
    void aLinkIsShownByBothNamesAndCanBeRemoved() throws Exception {
        api.run("db", PLAIN);
        api.run("web", "{'Image':'busybox','HostConfig':{'Links':['db:database','/db:/other/second']}}");
        Path hosts = Path.of(api.json("/containers/web/json").get("HostsPath").asText());

        assertThat(api.json("/containers/web/json").at("/HostConfig/Links"))
                .extracting(JsonNode::asText)
                .containsExactly("/db:/web/database", "/db:/web/second");
        Reply own = api.call("DELETE", "/containers/web?link=1");
        assertThat(own.status()).as("as Docker").isEqualTo(500);
        assertThat(ContainerHarness.message(own)).startsWith("Conflict, cannot remove the default link name");
        assertThat(api.call("DELETE", "/containers/nosuch?link=1").status()).isEqualTo(404);
        assertThat(api.call("DELETE", "/containers/nosuch/database?link=1").status())
                .isEqualTo(404);
        assertThat(api.call("DELETE", "/containers/web/nosuch?link=1").status()).isEqualTo(404);
        assertThat(api.call("DELETE", "/containers/web/database").status()).isEqualTo(404);
        assertThat(api.call("DELETE", "/containers/web/database?link=1").status())
                .isEqualTo(204);
        assertThat(api.json("/containers/web/json").at("/HostConfig/Links"))
                .extracting(JsonNode::asText)
                .containsExactly("/db:/web/second");
        assertThat(Files.readString(hosts)).doesNotContain("database").contains("\tsecond ");
    }

    @Test
    void linkLocalAddressesAreAddedToTheInterface() throws Exception {
        create("{'Name':'front'}");
        api.run(
                "web",
                on(
                        "front",
                        ",'NetworkingConfig':{'EndpointsConfig':{'front':{'IPAMConfig':"
                                + "{'LinkLocalIPs':['169.254.7.7','fe80::7']}}}}"));

        assertThat(endpoint("web", "front").at("/IPAMConfig/LinkLocalIPs"))
                .extracting(JsonNode::asText)
                .containsExactly("169.254.7.7", "fe80::7");
        assertThat(api.kernel.namespaces.values().iterator().next().endpoints.values())
                .singleElement()
                .satisfies(spec -> assertThat(spec.addresses())
                        .contains(InterfaceAddress.parse("169.254.7.7/16"), InterfaceAddress.parse("fe80::7/64")));
        Reply reply = api.call(
                "POST",
                "/networks/front/connect",
                "{'Container':'web','EndpointConfig':{'IPAMConfig':{'LinkLocalIPs':['10.0.0.1']}}}");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(ContainerHarness.message(reply)).contains("invalid link-local IP address: 10.0.0.1");
    }

    @Test
    void listsAndPrunesAreFiltered() throws Exception {
        create("{'Name':'one','Labels':{'a':'b'}}");
        create("{'Name':'two'}");
        api.run("web", on("two", ""));

        assertThat(api.json("/networks?filters=%7B%22type%22:%5B%22custom%22%5D%7D")
                        .findValuesAsText("Name"))
                .containsExactly("one", "two");
        assertThat(api.json("/networks?filters=%7B%22dangling%22:%5B%22true%22%5D%7D")
                        .findValuesAsText("Name"))
                .containsExactly("one");
        assertThat(api.json("/networks?filters=%7B%22label%22:%5B%22a=b%22%5D%7D")
                        .findValuesAsText("Name"))
                .containsExactly("one");
        assertThat(api.call("GET", "/networks?filters=%7B%22nosuch%22:%5B%22x%22%5D%7D")
                        .status())
                .isEqualTo(400);
        Reply pruned = api.call("POST", "/networks/prune");
        assertThat(pruned.text().strip()).isEqualTo("{\"NetworksDeleted\":[\"one\"]}");
        assertThat(api.json("/networks").findValuesAsText("Name")).contains("two");
    }

    @Test
    void aNewDaemonTakesOverAddressesAndPorts() throws Exception {
        create("{'Name':'front'}");
        String body =
                "{'Image':'busybox','HostConfig':{'NetworkMode':'front','PortBindings':{'80/tcp':[{'HostPort':''}]}}}";
        String id = api.run("web", body);
        JsonNode before = api.json("/containers/web/json").get("NetworkSettings");
        api.runtime.found.put(id, new ProcessRuntime.Found.Alive(api.runtime.process(id)));
        api.recover();

        assertThat(api.status(id)).isEqualTo("running");
        assertThat(api.json("/containers/web/json").get("NetworkSettings")).isEqualTo(before);
        assertThat(api.kernel.portOwners).isNotEmpty();
        api.run("other", body);
        assertThat(endpoint("other", "front").get("IPAddress").asText()).isEqualTo("172.18.0.3");
    }
}
