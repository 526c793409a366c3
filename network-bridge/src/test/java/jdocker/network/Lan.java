package jdocker.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.NamespaceKind;
import jdocker.kernel.UnmountFlag;
import jdocker.kernel.netlink.LinkAddress;
import jdocker.kernel.netlink.LinkChange;
import jdocker.kernel.netlink.LinkKind;
import jdocker.kernel.netlink.Route;
import jdocker.kernel.netlink.RouteNetlink;

/**
 * A host in a network namespace of its own, 192.0.2.1 and 2001:db8::1, with a neighbour on the same wire, 192.0.2.2 and
 * 2001:db8::2, who knows a way to anything behind the host. Tests run on a thread inside the host.
 */
final class Lan implements AutoCloseable {
    static final Kernel KERNEL = Kernel.load();
    static final String HOST = "192.0.2.1";
    static final String HOST6 = "2001:db8::1";
    static final String NEIGHBOUR = "192.0.2.2";

    final BridgeNetworks networks;
    private final Path root;
    private final Fd neighbour;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private int endpoints;

    private Lan(Path root, KernelNetworks.Names tools) {
        this.root = root;
        this.neighbour = wire();
        this.networks = open(root, tools);
    }

    static BridgeNetworks open(Path root, KernelNetworks.Names tools) {
        return KernelNetworks.open(KERNEL, NetworkOptions.defaults(root), tools);
    }

    static void run(Path root, Consumer<Lan> test) {
        run(root, KernelNetworks.Names.HOST, test);
    }

    static void run(Path root, KernelNetworks.Names tools, Consumer<Lan> test) {
        inNewNamespace(() -> {
            try (var lan = new Lan(root, tools)) {
                test.accept(lan);
            }
        });
    }

    static void inNewNamespace(Runnable work) {
        try (Fd host = KERNEL.namespaces().newNetworkNamespace()) {
            inside(host, () -> {
                work.run();
                return true;
            });
        }
    }

    static <T> T inside(Fd namespace, Supplier<T> work) {
        return KERNEL.namespaces().onThrowAwayThread(() -> {
            KERNEL.namespaces().enter(namespace, NamespaceKind.NETWORK);
            return work.get();
        });
    }

    private static Fd wire() {
        Fd other = KERNEL.namespaces().newNetworkNamespace();
        try (var host = new RouteNetlink(KERNEL);
                var far = inside(other, () -> new RouteNetlink(KERNEL))) {
            host.create(
                    new LinkKind.Veth(new LinkChange().name("lan0").namespace(other)), new LinkChange().name("lan0"));
            address(host, HOST, HOST6);
            inside(other, () -> {
                address(far, NEIGHBOUR, "2001:db8::2");
                return true;
            });
            int index = far.link("lan0").orElseThrow().index();
            far.add(Route.byDefault(InetAddress.ofLiteral(HOST), index));
            far.add(Route.byDefault(InetAddress.ofLiteral(HOST6), index));
        }
        return other;
    }

    private static void address(RouteNetlink route, String v4, String v6) {
        int index = route.link("lan0").orElseThrow().index();
        HostSettings.set("ipv6/conf/lan0/accept_dad", "0");
        route.change(index, new LinkChange().up(true));
        route.add(new LinkAddress(index, InetAddress.ofLiteral(v4), 24));
        route.add(new LinkAddress(index, InetAddress.ofLiteral(v6), 64));
    }

    /** On the neighbour. */
    <T> T next(Supplier<T> work) {
        return inside(neighbour, work);
    }

    /** Network N has 10.N.0.0/24 and fd00:N::/64. */
    static BridgeSpec spec(int n, boolean internal, boolean icc) {
        return new BridgeSpec(
                "net" + n,
                "jdt" + n,
                List.of(Subnet.parse("10." + n + ".0.0/24"), Subnet.parse("fd00:" + n + "::/64")),
                List.of(InterfaceAddress.parse("10." + n + ".0.1/24"), InterfaceAddress.parse("fd00:" + n + "::1/64")),
                internal,
                icc,
                true,
                0,
                GatewayMode.NAT,
                GatewayMode.NAT,
                false);
    }

    BridgeSpec network(int n) {
        BridgeSpec spec = spec(n, false, true);
        networks.bridges().ensure(spec);
        return spec;
    }

    BridgeSpec network(int n, GatewayMode mode) {
        BridgeSpec nat = spec(n, false, true);
        var spec = new BridgeSpec(
                nat.networkId(),
                nat.bridgeName(),
                nat.subnets(),
                nat.gateways(),
                false,
                true,
                true,
                0,
                mode,
                mode,
                false);
        networks.bridges().ensure(spec);
        return spec;
    }

    EndpointSpec endpoint(BridgeSpec network, int host) {
        return endpoint("ep" + ++endpoints, network, host);
    }

    static EndpointSpec endpoint(String id, BridgeSpec network, int host) {
        String n = network.networkId().substring(3);
        InterfaceAddress v4 = InterfaceAddress.parse("10." + n + ".0." + host + "/24");
        return new EndpointSpec(
                id,
                network.networkId(),
                new Attachment.Bridge(network.bridgeName(), network.icc()),
                Optional.of(MacAddress.of(v4.address())),
                List.of(v4, InterfaceAddress.parse("fd00:" + n + "::" + host + "/64")),
                List.of(Addresses.parse("10." + n + ".0.1"), Addresses.parse("fd00:" + n + "::1")),
                network.mtu(),
                "eth",
                Optional.empty(),
                Map.of());
    }

    /** With a default route unless the network is internal, and echo servers for TCP and UDP on port 80. */
    Sandbox sandbox(BridgeSpec network, int host) {
        Sandbox sandbox = networks.sandboxes().create();
        EndpointSpec endpoint = endpoint(network, host);
        sandbox.attach(List.of(endpoint), network.internal() ? Optional.empty() : Optional.of(endpoint));
        serve(sandbox);
        return sandbox;
    }

    void serve(Sandbox sandbox) {
        opened.add(sandbox.inside(() -> Wire.tcpServer(80)));
        opened.add(sandbox.inside(() -> Wire.udpServer(80)));
    }

    Publication publish(Sandbox sandbox, BridgeSpec network, int host, PortRequest... ports) {
        String n = network.networkId().substring(3);
        Publication publication = networks.ports()
                .publish(new PublishRequest(
                        sandbox.id(),
                        "container c" + host,
                        network.networkId(),
                        Optional.of(Addresses.parse("10." + n + ".0." + host)),
                        Optional.of(Addresses.parse("fd00:" + n + "::" + host)),
                        List.of(ports)));
        publication.await();
        return publication;
    }

    static PortRequest port(Protocol protocol, String address, int port) {
        return new PortRequest(
                protocol, List.of(Addresses.parse(address)), port == 0 ? PortRange.ANY : PortRange.of(port), 80);
    }

    static List<String> iptables(String tool) {
        try {
            Process process = new ProcessBuilder(tool).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void restore(String tool, String text) {
        try {
            Process process = new ProcessBuilder(tool).redirectErrorStream(true).start();
            process.getOutputStream().write(text.getBytes(UTF_8));
            process.getOutputStream().close();
            if (process.waitFor() != 0) {
                throw new IllegalStateException(
                        new String(process.getInputStream().readAllBytes(), UTF_8));
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        for (AutoCloseable one : opened) {
            try {
                one.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        networks.close();
        neighbour.close();
        forget(root);
    }

    /** Nothing stays mounted, not even the directory of the namespaces on itself. */
    static void forget(Path root) {
        new NamespaceFiles(KERNEL, root.resolve("netns")).releaseOthers(List.of());
        KERNEL.mounts().unmountIfMounted(root.resolve("netns").toString(), UnmountFlag.DETACH);
    }
}
