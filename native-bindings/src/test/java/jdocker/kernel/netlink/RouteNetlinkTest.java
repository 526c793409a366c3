package jdocker.kernel.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import jdocker.kernel.Errno;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.KernelTest;
import jdocker.kernel.NamespaceKind;
import org.junit.jupiter.api.Test;

/** On the running kernel, in namespaces that end with each test. */
@KernelTest
class RouteNetlinkTest {
    private static final Kernel KERNEL = Kernel.load();

    private static InetAddress ip(String text) {
        return InetAddress.ofLiteral(text);
    }

    private static RouteNetlink open(Fd namespace) {
        return KERNEL.namespaces().onThrowAwayThread(() -> {
            KERNEL.namespaces().enter(namespace, NamespaceKind.NETWORK);
            return new RouteNetlink(KERNEL);
        });
    }

    private static void inNewNamespace(Consumer<RouteNetlink> test) {
        try (Fd namespace = KERNEL.namespaces().newNetworkNamespace();
                RouteNetlink route = open(namespace)) {
            test.accept(route);
        }
    }

    @Test
    void makesABridgeAndAVethPairWhosePeerIsBornElsewhere() {
        inNewNamespace(host -> {
            try (Fd inside = KERNEL.namespaces().newNetworkNamespace();
                    RouteNetlink sandbox = open(inside)) {
                host.create(
                        new LinkKind.Bridge(),
                        new LinkChange().name("br0").mtu(1400).up(true));
                Link bridge = host.link("br0").orElseThrow();
                var peer = new LinkChange()
                        .name("eth0")
                        .address(new byte[] {2, 0x42, 10, 0, 0, 2})
                        .mtu(1400)
                        .namespace(inside);
                host.create(
                        new LinkKind.Veth(peer),
                        new LinkChange()
                                .name("veth1")
                                .group(77)
                                .mtu(1400)
                                .up(true)
                                .master(bridge.index()));
                Link outer = host.link("veth1").orElseThrow();
                assertThat(outer.master()).isEqualTo(bridge.index());
                assertThat(outer.group()).isEqualTo(77);
                assertThat(outer.kind()).isEqualTo("veth");
                sandbox.change(sandbox.link("eth0").orElseThrow().index(), new LinkChange().up(true));
                Link inner = sandbox.link("eth0").orElseThrow();
                assertThat(inner.mac()).isEqualTo("02:42:0a:00:00:02");
                assertThat(inner.running()).isTrue();
                assertThat(inner.mtu()).isEqualTo(1400);
                assertThat(inner.parent()).isEqualTo(outer.index());
                host.change(outer.index(), new LinkChange().alias("mine").port(new LinkChange.BridgePort(true, true)));
                assertThat(host.link(outer.index()).orElseThrow().isolated()).isTrue();
                assertThat(host.link(outer.index()).orElseThrow().hairpin()).isTrue();
                assertThat(host.link(outer.index()).orElseThrow().alias()).isEqualTo("mine");
                assertThat(host.delete(outer.index())).isTrue();
                assertThat(host.delete(outer.index())).isFalse();
                assertThat(sandbox.link("eth0")).isEmpty();
            }
        });
    }

    @Test
    void addsAddressesRoutesAndNeighbours() {
        inNewNamespace(route -> {
            route.create(new LinkKind.Bridge(), new LinkChange().name("d0").up(true));
            int index = route.link("d0").orElseThrow().index();
            var v4 = new LinkAddress(index, ip("10.1.0.2"), 24);
            var v6 = new LinkAddress(index, ip("fd00::2"), 64);
            route.add(v4);
            route.add(v6);
            assertThat(route.addresses()).contains(v4, v6);
            assertThatThrownBy(() -> route.add(v4))
                    .isInstanceOfSatisfying(
                            NetlinkException.class,
                            e -> assertThat(e.is(Errno.EEXIST)).isTrue())
                    .hasMessageContaining("add address 10.1.0.2/24 of link " + index);
            Route byDefault = Route.byDefault(ip("10.1.0.1"), index);
            Route byDefault6 = Route.byDefault(ip("fd00::1"), index);
            route.add(byDefault);
            route.add(byDefault6);
            assertThat(route.routes()).contains(byDefault, byDefault6);
            route.replace(Route.byDefault(ip("10.1.0.9"), index));
            assertThat(route.routes()).doesNotContain(byDefault);
            assertThat(route.delete(byDefault6)).isTrue();
            assertThat(route.delete(byDefault6)).isFalse();
            var neighbour = new Neighbour(index, ip("10.1.0.1"), Optional.of("02:42:0a:01:00:01"));
            route.replace(neighbour);
            assertThat(route.neighbours()).contains(neighbour);
            assertThat(route.delete(neighbour)).isTrue();
            assertThat(route.neighbours()).doesNotContain(neighbour);
            assertThat(route.delete(v4)).isTrue();
            assertThat(route.delete(v4)).isFalse();
        });
    }

    @Test
    void makesMacvlanAndIpvlan() {
        inNewNamespace(route -> {
            route.create(
                    new LinkKind.Veth(new LinkChange().name("q0")),
                    new LinkChange().name("p0").up(true));
            int parent = route.link("p0").orElseThrow().index();
            for (LinkKind kind : List.of(new LinkKind.Macvlan(4), new LinkKind.Ipvlan(0, 0))) {
                try {
                    route.create(
                            kind, new LinkChange().name("c0").parent(parent).up(true));
                } catch (NetlinkException e) {
                    // A kernel without it says so, and that is all we can see here.
                    assertThat(e.errno()).isEqualTo(Errno.EOPNOTSUPP);
                    assertThat(e).hasMessageContaining("make a " + kind.label() + " link");
                    continue;
                }
                Link made = route.link("c0").orElseThrow();
                assertThat(made.kind()).isEqualTo(kind.label());
                assertThat(made.parent()).isEqualTo(parent);
                route.delete(made.index());
            }
        });
    }

    @Test
    void saysWhatTheKernelSays() {
        inNewNamespace(route -> {
            int lo = route.link("lo").orElseThrow().index();
            assertThatThrownBy(() -> route.add(Route.byDefault(ip("10.9.9.9"), lo)))
                    .hasMessageContaining("ENETUNREACH")
                    .hasMessageContaining("Nexthop has invalid gateway");
            assertThat(route.link("none")).isEmpty();
            assertThat(route.link(4711)).isEmpty();
        });
    }

    @Test
    void listsWhatTakesManyMessages() {
        inNewNamespace(route -> {
            for (int i = 0; i < 120; i++) {
                route.create(new LinkKind.Bridge(), new LinkChange().name("d" + i));
            }
            assertThat(route.links())
                    .extracting(Link::name)
                    .contains("lo", "d0", "d119")
                    .hasSizeGreaterThan(120);
        });
    }

    @Test
    void listsWhileOthersChange() throws Exception {
        try (Fd namespace = KERNEL.namespaces().newNetworkNamespace();
                RouteNetlink reader = open(namespace);
                RouteNetlink writer = open(namespace);
                var threads = Executors.newSingleThreadExecutor()) {
            for (int i = 0; i < 60; i++) {
                writer.create(new LinkKind.Bridge(), new LinkChange().name("d" + i));
            }
            Future<?> changes = threads.submit(() -> {
                for (int i = 0; i < 60; i++) {
                    writer.create(new LinkKind.Bridge(), new LinkChange().name("e" + i));
                }
            });
            List<Integer> sizes = new ArrayList<>();
            do {
                sizes.add(reader.links().size());
            } while (!changes.isDone() || sizes.getLast() < 121);
            changes.get();
            assertThat(sizes).allSatisfy(size -> assertThat(size).isBetween(61, 125));
        }
    }

    @Test
    void forgetsConnections() {
        try (Fd namespace = KERNEL.namespaces().newNetworkNamespace()) {
            KERNEL.namespaces().onThrowAwayThread(() -> {
                KERNEL.namespaces().enter(namespace, NamespaceKind.NETWORK);
                try (var connections = new Connections(KERNEL)) {
                    assertThat(connections.flows(false, _ -> true)).isEmpty();
                    assertThat(connections.flows(true, _ -> true)).isEmpty();
                    assertThat(connections.rulesGeneration())
                            .hasValueSatisfying(value -> assertThat(value).isPositive());
                }
                return null;
            });
        }
    }
}
