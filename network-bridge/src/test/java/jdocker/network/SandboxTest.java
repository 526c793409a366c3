package jdocker.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.kernel.Errno;
import jdocker.kernel.Fd;
import jdocker.kernel.KernelTest;
import jdocker.kernel.SyscallException;
import jdocker.kernel.netlink.Link;
import jdocker.kernel.netlink.LinkChange;
import jdocker.kernel.netlink.RouteNetlink;
import jdocker.network.dns.DnsSockets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sandboxes and their endpoints in the kernel, and finding them again after a restart. */
@KernelTest
class SandboxTest {
    @TempDir
    Path root;

    private static List<Link> veths() {
        try (var host = new RouteNetlink(Lan.KERNEL)) {
            return host.links().stream()
                    .filter(link -> link.kind().equals("veth") && !link.name().equals("lan0"))
                    .toList();
        }
    }

    private static SandboxView.Interface named(Sandbox sandbox, String name) {
        return sandbox.view().interfaces().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> names(Sandbox sandbox) {
        return sandbox.view().interfaces().stream()
                .map(SandboxView.Interface::name)
                .toList();
    }

    @Test
    void hasAddressesMacRoutesAndMtu() {
        Lan.run(root, lan -> {
            BridgeSpec network = lan.network(7);
            Sandbox sandbox = lan.networks.sandboxes().create();
            EndpointSpec endpoint = withMtu(lan.endpoint(network, 2), 1300);
            assertThat(sandbox.attach(List.of(endpoint), Optional.of(endpoint))).containsExactly("eth0");
            SandboxView.Interface eth0 = named(sandbox, "eth0");
            assertThat(eth0.mac()).isEqualTo("02:42:0a:07:00:02");
            assertThat(eth0.mtu()).isEqualTo(1300);
            assertThat(eth0.up()).isTrue();
            assertThat(eth0.addresses())
                    .contains(InterfaceAddress.parse("10.7.0.2/24"), InterfaceAddress.parse("fd00:7::2/64"));
            assertThat(sandbox.view().routes())
                    .anyMatch(route -> route.destination().toString().equals("0.0.0.0/0"))
                    .anyMatch(route -> route.destination().toString().equals("::/0"));
            assertThat(sandbox.id()).matches("[0-9a-f]{64}");
            assertThat(sandbox.path()).exists();
            sandbox.delete();
            sandbox.delete();
            assertThat(sandbox.path()).doesNotExist();
            assertThatThrownBy(sandbox::view).hasMessageContaining("has gone");
        });
    }

    private static EndpointSpec withMtu(EndpointSpec e, int mtu) {
        return new EndpointSpec(
                e.endpointId(),
                e.networkId(),
                e.attachment(),
                e.mac(),
                e.addresses(),
                e.gateways(),
                mtu,
                e.namePrefix(),
                e.name(),
                e.sysctls());
    }

    private static EndpointSpec changed(
            EndpointSpec e, List<InterfaceAddress> addresses, Optional<String> name, Map<String, String> sysctls) {
        return new EndpointSpec(
                e.endpointId(),
                e.networkId(),
                e.attachment(),
                e.mac(),
                addresses,
                e.gateways(),
                e.mtu(),
                e.namePrefix(),
                name,
                sysctls);
    }

    @Test
    void aLaterInterfaceHasNoIpv6Either() {
        Lan.run(root, lan -> {
            Sandbox sandbox = lan.sandbox(lan.network(7), 2);
            EndpointSpec later = lan.endpoint(lan.network(8), 2);
            sandbox.attach(
                    List.of(changed(later, later.addresses().subList(0, 1), Optional.empty(), Map.of())),
                    Optional.empty());
            assertThat(named(sandbox, "eth1").addresses()).containsExactly(InterfaceAddress.parse("10.8.0.2/24"));
            assertThat(sandbox.inside(() -> HostSettings.read("ipv6/conf/eth1/disable_ipv6")))
                    .hasValue("1");
            EndpointSpec both = lan.endpoint(lan.network(9), 2);
            sandbox.attach(List.of(both), Optional.empty());
            assertThat(sandbox.inside(() -> HostSettings.read("ipv6/conf/eth2/accept_ra")))
                    .hasValue("0");
            assertThat(named(sandbox, "eth2").addresses()).contains(InterfaceAddress.parse("fd00:9::2/64"));
            sandbox.delete();
        });
    }

    @Test
    void aNewSandboxHasTheResolversSocketsAndMoreReplaceThem() {
        Lan.run(root, lan -> {
            Sandbox sandbox = lan.networks.sandboxes().create();
            try (DnsSockets first = sandbox.resolverSockets()) {
                assertThat(asked(sandbox, first)).isEqualTo("one");
                try (DnsSockets second = sandbox.resolverSockets()) {
                    assertThat(asked(sandbox, second)).isEqualTo("one");
                }
            }
            sandbox.delete();
        });
    }

    private static String asked(Sandbox sandbox, DnsSockets resolver) {
        sandbox.inside(() -> {
            try (var socket = new DatagramSocket()) {
                byte[] query = "one".getBytes(UTF_8);
                socket.send(new DatagramPacket(query, query.length, InetAddress.ofLiteral("127.0.0.11"), 53));
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        ByteBuffer buffer = ByteBuffer.allocate(64);
        Lan.KERNEL.portSockets().receive(resolver.udp(), buffer);
        return UTF_8.decode(buffer.flip()).toString();
    }

    @Test
    void withoutAnIpv6AddressThereIsNoIpv6() {
        Lan.run(root, lan -> {
            Sandbox sandbox = lan.networks.sandboxes().create();
            EndpointSpec endpoint = lan.endpoint(lan.network(7), 2);
            sandbox.attach(
                    List.of(changed(endpoint, endpoint.addresses().subList(0, 1), Optional.empty(), Map.of())),
                    Optional.empty());
            assertThat(named(sandbox, "eth0").addresses()).containsExactly(InterfaceAddress.parse("10.7.0.2/24"));
            assertThat(sandbox.inside(() -> HostSettings.read("ipv6/conf/eth0/accept_ra")))
                    .hasValue("0");
            sandbox.delete();
        });
    }

    @Test
    void setsNamesAndSettingsOfAnInterface() {
        Lan.run(root, lan -> {
            Sandbox sandbox = lan.networks.sandboxes().create();
            EndpointSpec endpoint = lan.endpoint(lan.network(7), 2);
            Map<String, String> sysctls = Map.of("net.ipv4.conf.IFNAME.log_martians", "1");
            EndpointSpec named = changed(endpoint, endpoint.addresses(), Optional.of("wan"), sysctls);
            assertThat(sandbox.attach(List.of(named), Optional.empty())).containsExactly("wan");
            assertThat(sandbox.inside(() -> HostSettings.read("ipv4/conf/wan/log_martians")))
                    .hasValue("1");
            for (String bad : List.of(
                    "net.ipv4.ip_forward",
                    "net.ipv4.conf.IFNAME.../../../x",
                    "net.ipv4.conf.all.forwarding",
                    "kernel.conf.x.IFNAME.y",
                    "net.ipv4.conf.IFNAME.no_such_setting")) {
                EndpointSpec other = lan.endpoint(lan.network(8), 2);
                EndpointSpec refused = changed(other, other.addresses(), Optional.empty(), Map.of(bad, "1"));
                assertThatThrownBy(() -> sandbox.attach(List.of(refused), Optional.empty()))
                        .as(bad)
                        .isInstanceOf(NetworkException.class)
                        .hasMessageContaining(bad);
            }
            assertThat(names(sandbox)).as("nothing of what failed").containsExactly("lo", "wan");
            sandbox.delete();
        });
    }

    @Test
    void networksComeAndGoWhileItRuns() {
        Lan.run(root, lan -> {
            BridgeSpec seven = lan.network(7);
            BridgeSpec eight = lan.network(8);
            Sandbox sandbox = lan.sandbox(seven, 2);
            lan.sandbox(eight, 3);
            assertThat(sandbox.inside(() -> Wire.noTcp("10.8.0.3", 80))).isEmpty();
            EndpointSpec second = lan.endpoint(eight, 2);
            assertThat(sandbox.attach(List.of(second), Optional.empty())).containsExactly("eth1");
            assertThat(sandbox.inside(() -> Wire.tcp("10.8.0.3", 80))).hasValue("10.8.0.2");
            sandbox.defaultRoute(Optional.of(second));
            assertThat(sandbox.view().routes())
                    .filteredOn(route -> route.destination().prefix() == 0)
                    .extracting(SandboxView.Route::interfaceName)
                    .containsOnly("eth1");
            sandbox.detach("ep1");
            sandbox.detach("ep1");
            assertThat(names(sandbox)).containsExactly("lo", "eth1");
            EndpointSpec third = lan.endpoint(seven, 9);
            assertThat(sandbox.attach(List.of(third), Optional.empty())).containsExactly("eth0");
        });
    }

    @Test
    void anAddressCanBeGivenToTheNextAtOnce() {
        Lan.run(root, lan -> {
            BridgeSpec network = lan.network(7);
            Sandbox peer = lan.sandbox(network, 3);
            for (int i = 0; i < 5; i++) {
                Sandbox sandbox = lan.networks.sandboxes().create();
                EndpointSpec endpoint = lan.endpoint(network, 2);
                sandbox.attach(List.of(endpoint), Optional.of(endpoint));
                try (var server = sandbox.inside(() -> Wire.tcpServer(80))) {
                    assertThat(peer.inside(() -> Wire.tcp("10.7.0.2", 80))).hasValue("10.7.0.3");
                    assertThat(server.isBound()).isTrue();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                sandbox.delete();
            }
        });
    }

    @Test
    void isFoundAgainByTheNextDaemonWithItsPorts() {
        Lan.run(root, lan -> {
            BridgeSpec network = lan.network(7);
            Sandbox sandbox = lan.sandbox(network, 2);
            EndpointSpec endpoint = Lan.endpoint("ep1", network, 2);
            Publication old = lan.publish(sandbox, network, 2, Lan.port(Protocol.TCP, "0.0.0.0", 8080));
            Sandbox orphan = lan.networks.sandboxes().create();
            orphan.attach(List.of(lan.endpoint(network, 5)), Optional.empty());
            lan.networks.bridges().ensure(Lan.spec(9, false, true));
            List<Fd> shims = old.sockets();
            lan.networks.close(); // as if it had died: nothing is taken back
            assertThat(isFree(8080)).isFalse();
            unplugged(endpoint.endpointId());
            try (BridgeNetworks next = Lan.open(root, KernelNetworks.Names.HOST)) {
                var request = new PublishRequest(
                        sandbox.id(),
                        "container c2",
                        "net7",
                        Optional.of(Addresses.parse("10.7.0.2")),
                        Optional.empty(),
                        List.of(Lan.port(Protocol.TCP, "0.0.0.0", 8080)));
                Reconciled reconciled = next.reconcile(new WantedState(
                        List.of(network),
                        List.of(new WantedState.WantedSandbox(sandbox.id(), List.of(endpoint), List.of(request))),
                        List.of()));
                assertThat(reconciled.problems()).isEmpty();
                assertThat(reconciled.removed())
                        .anyMatch(one -> one.startsWith(
                                "network namespace " + orphan.path().getFileName()))
                        .contains("bridge jdt9");
                assertThat(orphan.path()).doesNotExist();
                assertThat(lan.next(() -> Wire.tcp(Lan.HOST, 8080))).hasValue(Lan.NEIGHBOUR);
                assertThat(next.sandboxes().open(sandbox.id())).isPresent();
                assertThat(next.sandboxes().open("0".repeat(64))).isEmpty();
                Publication again = reconciled.publications().get(sandbox.id()).getFirst();
                again.resume(shims);
                assertThat(lan.next(() -> Wire.tcp(Lan.HOST, 8080))).hasValue(Lan.NEIGHBOUR);
                assertThat(isFree(8080)).isFalse();
                again.close();
                assertThat(isFree(8080)).isTrue();
                assertThat(lan.next(() -> Wire.noTcp(Lan.HOST, 8080))).isEmpty();
            }
            assertThat(old.ports()).hasSize(1);
        });
    }

    private static boolean isFree(int port) {
        try {
            Lan.KERNEL
                    .portSockets()
                    .bind(Protocol.TCP.number(), Addresses.parse("0.0.0.0"), port, true)
                    .close();
            return true;
        } catch (SyscallException e) {
            assertThat(e.errno()).isEqualTo(Errno.EADDRINUSE);
            return false;
        }
    }

    @Test
    void aPortThatNobodyHasKeptIsReservedAnew() {
        Lan.run(root, lan -> {
            BridgeSpec network = lan.network(7);
            Sandbox sandbox = lan.sandbox(network, 2);
            Publication first = lan.publish(sandbox, network, 2, Lan.port(Protocol.TCP, "0.0.0.0", 8080));
            List<Fd> kept = first.sockets();
            first.close();
            assertThat(isFree(8080)).isFalse();
            var request = new PublishRequest(
                    sandbox.id(),
                    "container c2",
                    "net7",
                    Optional.of(Addresses.parse("10.7.0.2")),
                    Optional.empty(),
                    List.of(
                            Lan.port(Protocol.TCP, "0.0.0.0", 8080),
                            Lan.port(Protocol.UDP, "0.0.0.0", 8080),
                            Lan.port(Protocol.TCP, "0.0.0.0", 8081)));
            try (Publication second = lan.networks.ports().publish(request, kept)) {
                second.await();
                assertThat(second.sockets()).hasSize(3).allSatisfy(Fd::close);
                assertThat(lan.next(() -> Wire.tcp(Lan.HOST, 8080))).hasValue(Lan.NEIGHBOUR);
                second.resume(List.of()); // has all it needs
                assertThat(isFree(8081)).isFalse();
            }
            assertThat(isFree(8080)).isTrue();
            assertThat(isFree(8081)).isTrue();
        });
    }

    /** Somebody has taken the port off the bridge. */
    private static void unplugged(String endpointId) {
        try (var host = new RouteNetlink(Lan.KERNEL)) {
            host.links().stream()
                    .filter(link -> link.alias().equals(endpointId))
                    .forEach(link -> host.change(link.index(), new LinkChange().master(0)));
        }
    }

    @Test
    void refusesANameThatIsNoBridge() {
        Lan.run(root, lan -> {
            BridgeSpec spec = Lan.spec(7, false, true);
            BridgeSpec wrong = new BridgeSpec(
                    spec.networkId(),
                    "lan0",
                    spec.subnets(),
                    spec.gateways(),
                    false,
                    true,
                    true,
                    0,
                    GatewayMode.NAT,
                    GatewayMode.NAT,
                    false);
            assertThatThrownBy(() -> lan.networks.bridges().ensure(wrong))
                    .isInstanceOf(NetworkException.class)
                    .hasMessageContaining("lan0 is not a bridge but a veth link");
            Sandbox sandbox = lan.networks.sandboxes().create();
            EndpointSpec lost = lan.endpoint(spec, 2);
            assertThatThrownBy(() -> sandbox.attach(List.of(lost), Optional.empty()))
                    .hasMessageContaining("the bridge jdt7 has gone");
            sandbox.delete();
        });
    }

    @Test
    void leavesNoInterfaceBehind() throws Exception {
        Lan.run(root, lan -> {
            BridgeSpec network = lan.network(7);
            for (int i = 2; i < 22; i++) {
                Sandbox sandbox = lan.networks.sandboxes().create();
                EndpointSpec endpoint = lan.endpoint(network, i);
                sandbox.attach(List.of(endpoint), Optional.of(endpoint));
                sandbox.delete();
            }
            lan.networks.close();
            long start = System.nanoTime();
            // The kernel takes namespaces apart on its own time.
            while (!veths().isEmpty() && System.nanoTime() - start < 30_000_000_000L) {
                Thread.onSpinWait();
            }
            assertThat(veths()).isEmpty();
        });
        try (var files = Files.list(root.resolve("netns"))) {
            assertThat(files).isEmpty();
        }
    }
}
