package jdocker.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import jdocker.kernel.KernelTest;
import jdocker.kernel.netlink.LinkAddress;
import jdocker.kernel.netlink.Route;
import jdocker.kernel.netlink.RouteNetlink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who reaches whom, with real packets between network namespaces. */
@KernelTest
class PacketsTest {
    @TempDir
    Path root;

    static Stream<KernelNetworks.Names> variants() {
        return Stream.of(
                new KernelNetworks.Names("iptables-nft", "ip6tables-nft"),
                new KernelNetworks.Names("iptables-legacy", "ip6tables-legacy"));
    }

    @Test
    void containersOfANetworkReachEachOther() {
        Lan.run(root, lan -> {
            BridgeSpec network = lan.network(7);
            Sandbox a = lan.sandbox(network, 2);
            lan.sandbox(network, 3);
            assertThat(a.inside(() -> Wire.tcp("10.7.0.3", 80))).hasValue("10.7.0.2");
            assertThat(a.inside(() -> Wire.udp("10.7.0.3", 80))).hasValue("10.7.0.2");
            assertThat(a.inside(() -> Wire.tcp("fd00:7::3", 80))).hasValue("fd00:7::2");
            assertThat(a.inside(() -> Wire.udp("fd00:7::3", 80))).hasValue("fd00:7::2");
            assertThat(Wire.tcp("10.7.0.3", 80)).as("the host reaches them").hasValue("10.7.0.1");
        });
    }

    @Test
    void whatLeavesHasTheHostsAddress() {
        Lan.run(root, lan -> {
            Sandbox a = lan.sandbox(lan.network(7), 2);
            try (var tcp = lan.next(() -> Wire.tcpServer(90));
                    var udp = lan.next(() -> Wire.udpServer(90))) {
                assertThat(a.inside(() -> Wire.tcp(Lan.NEIGHBOUR, 90))).hasValue(Lan.HOST);
                assertThat(a.inside(() -> Wire.udp(Lan.NEIGHBOUR, 90))).hasValue(Lan.HOST);
                assertThat(a.inside(() -> Wire.tcp("2001:db8::2", 90))).hasValue(Lan.HOST6);
                assertThat(udp.isClosed() || tcp.isClosed()).isFalse();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("variants")
    void aPublishedPortIsReachedFromEverywhere(KernelNetworks.Names variant) {
        Lan.run(root, variant, lan -> {
            BridgeSpec network = lan.network(7);
            BridgeSpec other = lan.network(8);
            Sandbox server = lan.sandbox(network, 2);
            Sandbox peer = lan.sandbox(network, 3);
            Sandbox stranger = lan.sandbox(other, 2);
            try (Publication publication = lan.publish(
                    server,
                    network,
                    2,
                    new PortRequest(
                            Protocol.TCP,
                            List.of(Addresses.parse("0.0.0.0"), Addresses.parse("::")),
                            PortRange.of(8080),
                            80),
                    new PortRequest(
                            Protocol.UDP,
                            List.of(Addresses.parse("0.0.0.0"), Addresses.parse("::")),
                            PortRange.of(8080),
                            80))) {
                assertThat(publication.ports()).hasSize(4);
                assertThat(lan.next(() -> Wire.tcp(Lan.HOST, 8080)))
                        .as("the client's address is kept")
                        .hasValue(Lan.NEIGHBOUR);
                assertThat(lan.next(() -> Wire.udp(Lan.HOST, 8080))).hasValue(Lan.NEIGHBOUR);
                assertThat(lan.next(() -> Wire.tcp(Lan.HOST6, 8080))).hasValue("2001:db8::2");
                assertThat(lan.next(() -> Wire.udp(Lan.HOST6, 8080))).hasValue("2001:db8::2");
                for (String address :
                        List.of("127.0.0.1", "127.1.2.3", "10.7.0.1", Lan.HOST, "::1", Lan.HOST6, "fd00:7::1")) {
                    assertThat(Wire.tcp(address, 8080)).as("host to " + address).isPresent();
                    assertThat(Wire.udp(address, 8080))
                            .as("host to " + address + "/udp")
                            .isPresent();
                }
                for (Sandbox from : List.of(peer, server, stranger)) {
                    assertThat(from.inside(() -> Wire.tcp(Lan.HOST, 8080)))
                            .as("by the host's address")
                            .isPresent();
                    assertThat(from.inside(() -> Wire.udp(Lan.HOST, 8080))).isPresent();
                    assertThat(from.inside(() -> Wire.tcp(Lan.HOST6, 8080))).isPresent();
                }
            }
            assertThat(lan.next(() -> Wire.noTcp(Lan.HOST, 8080)))
                    .as("closed again")
                    .isEmpty();
            assertThat(Wire.noTcp("127.0.0.1", 8080)).isEmpty();
            assertThat(Wire.noTcp("::1", 8080)).isEmpty();
        });
    }

    @Test
    void aRoutedNetworkIsReachedAtItsOwnAddressesByPublishedPortsAlone() {
        Lan.run(root, lan -> {
            BridgeSpec network = lan.network(7, GatewayMode.ROUTED);
            Sandbox server = lan.sandbox(network, 2);
            Sandbox other = lan.sandbox(network, 3);
            Sandbox stranger = lan.sandbox(lan.network(8), 2);
            for (String address : List.of("10.7.0.2", "fd00:7::2")) {
                assertThat(lan.next(() -> Wire.noTcp(address, 80))).isEmpty();
            }
            try (Publication publication = lan.publish(
                    server, network, 2, Lan.port(Protocol.TCP, "0.0.0.0", 8080), Lan.port(Protocol.TCP, "::", 8080))) {
                for (String address : List.of("10.7.0.2", "fd00:7::2")) {
                    assertThat(lan.next(() -> Wire.tcp(address, 80)))
                            .as("from outside")
                            .isPresent();
                    assertThat(stranger.inside(() -> Wire.tcp(address, 80)))
                            .as("from another network")
                            .isPresent();
                    assertThat(lan.next(() -> Wire.noUdp(address, 80))).isEmpty();
                }
                assertThat(lan.next(() -> Wire.tcp("10.7.0.2", 80))).hasValue(Lan.NEIGHBOUR);
                assertThat(lan.next(() -> Wire.noTcp("10.7.0.3", 80))).isEmpty();
                assertThat(lan.next(() -> Wire.noTcp(Lan.HOST, 8080)))
                        .as("the host has no part in it")
                        .isEmpty();
                assertThat(publication.sockets()).isEmpty();
            }
            assertThat(lan.next(() -> Wire.noTcp("10.7.0.2", 80))).isEmpty();
            try (var outside = lan.next(() -> Wire.tcpServer(90))) {
                assertThat(other.inside(() -> Wire.tcp(Lan.NEIGHBOUR, 90)))
                        .as("with its own address")
                        .hasValue("10.7.0.3");
                assertThat(outside.isBound()).isTrue();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void anUnprotectedNetworkIsOpenAtItsOwnAddressesAndTranslatesWhatLeaves() {
        Lan.run(root, lan -> {
            BridgeSpec network = lan.network(7, GatewayMode.NAT_UNPROTECTED);
            Sandbox server = lan.sandbox(network, 2);
            for (String address : List.of("10.7.0.2", "fd00:7::2")) {
                assertThat(lan.next(() -> Wire.tcp(address, 80))).isPresent();
                assertThat(lan.next(() -> Wire.udp(address, 80))).isPresent();
            }
            try (Publication publication = lan.publish(server, network, 2, Lan.port(Protocol.TCP, "0.0.0.0", 8080));
                    var outside = lan.next(() -> Wire.tcpServer(90))) {
                assertThat(lan.next(() -> Wire.tcp(Lan.HOST, 8080))).hasValue(Lan.NEIGHBOUR);
                assertThat(server.inside(() -> Wire.tcp(Lan.NEIGHBOUR, 90))).hasValue(Lan.HOST);
                assertThat(publication.ports()).hasSize(1);
                assertThat(outside.isBound()).isTrue();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("variants")
    void networksDoNotReachEachOtherNorStrangersThem(KernelNetworks.Names variant) {
        Lan.run(root, variant, lan -> {
            Sandbox a = lan.sandbox(lan.network(7), 2);
            Sandbox b = lan.sandbox(lan.network(8), 2);
            for (String address : List.of("10.8.0.2", "fd00:8::2")) {
                assertThat(a.inside(() -> Wire.noTcp(address, 80))).isEmpty();
                assertThat(a.inside(() -> Wire.noUdp(address, 80))).isEmpty();
                assertThat(lan.next(() -> Wire.noTcp(address, 80)))
                        .as("by direct routing")
                        .isEmpty();
            }
            assertThat(b.inside(() -> Wire.noTcp("10.7.0.2", 80))).isEmpty();
            assertThat(b.inside(() -> Wire.noTcp("10.7.0.2", 80))).isEmpty();
            assertThat(Wire.tcp("10.8.0.2", 80)).as("the host does").isPresent();
        });
    }

    @Test
    void anInternalNetworkLeadsNowhere() {
        Lan.run(root, lan -> {
            BridgeSpec internal = Lan.spec(7, true, true);
            lan.networks.bridges().ensure(internal);
            Sandbox a = lan.sandbox(internal, 2);
            lan.sandbox(internal, 3);
            Sandbox outside = lan.sandbox(lan.network(8), 2);
            EndpointSpec cheat = Lan.endpoint("ep1", internal, 2);
            assertThat(a.inside(() -> Wire.tcp("10.7.0.3", 80))).isPresent();
            assertThat(a.inside(() -> Wire.tcp("fd00:7::3", 80))).isPresent();
            a.defaultRoute(Optional.of(cheat));
            assertThat(a.view().routes()).anyMatch(route -> route.gateway().isPresent());
            try (var server = lan.next(() -> Wire.tcpServer(90))) {
                assertThat(a.inside(() -> Wire.noTcp(Lan.NEIGHBOUR, 90))).isEmpty();
                assertThat(a.inside(() -> Wire.noTcp("10.8.0.2", 80))).isEmpty();
                assertThat(outside.inside(() -> Wire.noTcp("10.7.0.2", 80))).isEmpty();
                assertThat(outside.inside(() -> Wire.noTcp("fd00:7::2", 80))).isEmpty();
                assertThat(server.isBound()).isTrue();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void withoutIccContainersReachOnlyPublishedPorts() {
        Lan.run(root, lan -> {
            BridgeSpec network = Lan.spec(7, false, false);
            lan.networks.bridges().ensure(network);
            Sandbox a = lan.sandbox(network, 2);
            Sandbox b = lan.sandbox(network, 3);
            for (String address : List.of("10.7.0.3", "fd00:7::3")) {
                assertThat(a.inside(() -> Wire.noTcp(address, 80))).isEmpty();
                assertThat(a.inside(() -> Wire.noUdp(address, 80))).isEmpty();
            }
            try (Publication publication = lan.publish(b, network, 3, Lan.port(Protocol.TCP, "0.0.0.0", 8080))) {
                assertThat(a.inside(() -> Wire.tcp(Lan.HOST, 8080))).isPresent();
                assertThat(publication.ports()).hasSize(1);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("variants")
    void aPortOnALoopbackAddressIsTheHostsAlone(KernelNetworks.Names variant) {
        Lan.run(root, variant, lan -> {
            BridgeSpec network = lan.network(7);
            Sandbox server = lan.sandbox(network, 2);
            Sandbox peer = lan.sandbox(network, 3);
            try (Publication publication = lan.publish(server, network, 2, Lan.port(Protocol.TCP, "127.0.0.1", 8080));
                    var ownService = Wire.tcpServer(7070)) {
                assertThat(Wire.tcp("127.0.0.1", 8080)).isPresent();
                assertThat(Wire.noTcp(Lan.HOST, 8080)).isEmpty();
                assertThat(lan.next(() -> toLoopback(8080)))
                        .as("a neighbour that routes 127/8 here")
                        .isEmpty();
                assertThat(lan.next(() -> toLoopback(7070))).isEmpty();
                assertThat(peer.inside(() -> toLoopback(8080)))
                        .as("a container that does")
                        .isEmpty();
                assertThat(peer.inside(() -> toLoopback(7070)))
                        .as("a service of the host's own")
                        .isEmpty();
                assertThat(ownService.isBound()).isTrue();
                assertThat(publication.ports()).hasSize(1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** A connection to the host's 127.0.0.1 by way of the wire: another address of that range, routed there. */
    private static Optional<String> toLoopback(int port) {
        HostSettings.set("ipv4/conf/all/route_localnet", "1");
        try (var route = new RouteNetlink(Lan.KERNEL)) {
            var link = route.links().stream()
                    .filter(one -> one.name().equals("lan0") || one.name().equals("eth0"))
                    .findFirst()
                    .orElseThrow();
            String gateway = link.name().equals("lan0") ? Lan.HOST : "10.7.0.1";
            int lo = route.link("lo").orElseThrow().index();
            // The local table would keep 127.0.0.1 at home.
            route.delete(new LinkAddress(lo, Addresses.parse("127.0.0.1"), 8));
            route.replace(new Route(
                    Addresses.parse("127.0.0.1"), 32, Optional.of(Addresses.parse(gateway)), link.index(), Route.MAIN));
            return Wire.noTcp("127.0.0.1", port);
        }
    }

    @Test
    void datagramsOfAnOldClientFindTheirNewWay() {
        Lan.run(root, lan -> {
            BridgeSpec network = lan.network(7);
            Sandbox first = lan.sandbox(network, 2);
            Sandbox second = lan.sandbox(network, 3);
            try (var client = lan.next(Wire::datagramSocket)) {
                assertThat(Wire.noUdp(client, Lan.HOST, 8080)).as("nobody yet").isEmpty();
                try (Publication publication =
                        lan.publish(first, network, 2, Lan.port(Protocol.UDP, "0.0.0.0", 8080))) {
                    assertThat(Wire.udp(client, Lan.HOST, 8080)).hasValue(Lan.NEIGHBOUR);
                    assertThat(publication.ports()).hasSize(1);
                }
                first.delete();
                try (Publication publication =
                        lan.publish(second, network, 3, Lan.port(Protocol.UDP, "0.0.0.0", 8080))) {
                    assertThat(Wire.udp(client, Lan.HOST, 8080)).hasValue(Lan.NEIGHBOUR);
                    assertThat(publication.ports()).hasSize(1);
                }
            }
        });
    }

    @Test
    void aPortInUseNamesItsOwner() {
        Lan.run(root, lan -> {
            BridgeSpec network = lan.network(7);
            Sandbox a = lan.sandbox(network, 2);
            Sandbox b = lan.sandbox(network, 3);
            try (Publication first = lan.publish(a, network, 2, Lan.port(Protocol.TCP, "0.0.0.0", 8080));
                    var taken = Wire.tcpServer(8081)) {
                assertThatThrownBy(() -> lan.publish(b, network, 3, Lan.port(Protocol.TCP, "127.0.0.1", 8080)))
                        .isInstanceOf(PortInUse.class)
                        .hasMessage("127.0.0.1:8080/tcp is already in use by container c2");
                assertThatThrownBy(() -> lan.publish(b, network, 3, Lan.port(Protocol.TCP, "0.0.0.0", 8081)))
                        .isInstanceOf(PortInUse.class)
                        .hasMessageContaining("0.0.0.0:8081/tcp is already in use by process ")
                        .hasMessageContaining("(pid " + ProcessHandle.current().pid() + ")");
                assertThatThrownBy(() -> lan.publish(b, network, 3, Lan.port(Protocol.TCP, "192.0.2.99", 80)))
                        .isInstanceOf(NetworkException.class)
                        .hasMessageContaining("the host has no such address");
                try (Publication udp = lan.publish(b, network, 3, Lan.port(Protocol.UDP, "0.0.0.0", 8080));
                        Publication any = lan.publish(b, network, 3, Lan.port(Protocol.TCP, "0.0.0.0", 0))) {
                    assertThat(udp.ports().getFirst().hostPort()).isEqualTo(8080);
                    int port = any.ports().getFirst().hostPort();
                    assertThat(Wire.tcp("127.0.0.1", port)).isPresent();
                }
                PortRequest range = new PortRequest(
                        Protocol.TCP, List.of(Addresses.parse("0.0.0.0")), new PortRange(8080, 8082), 80);
                try (Publication third = lan.publish(b, network, 3, range)) {
                    assertThat(third.ports().getFirst().hostPort()).isEqualTo(8082);
                }
                assertThat(first.ports().getFirst().hostText()).isEqualTo("0.0.0.0:8080/tcp");
                assertThat(taken.isBound()).isTrue();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
