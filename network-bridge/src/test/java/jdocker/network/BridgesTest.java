package jdocker.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import jdocker.kernel.KernelTest;
import jdocker.kernel.netlink.Link;
import jdocker.kernel.netlink.LinkChange;
import jdocker.kernel.netlink.LinkKind;
import jdocker.kernel.netlink.RouteNetlink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bridges that are there already, and whose they are. */
@KernelTest
class BridgesTest {
    @TempDir
    Path root;

    private static Optional<Link> link(String name) {
        try (var host = new RouteNetlink(Lan.KERNEL)) {
            return host.link(name);
        }
    }

    /** A host whose own interface is a port of a bridge that the operator has made. */
    private void withBridgeOfTheOperators(Consumer<Lan> test) {
        Lan.run(root, lan -> {
            try (var host = new RouteNetlink(Lan.KERNEL)) {
                host.create(new LinkKind.Bridge(), new LinkChange().name("jdt7"));
                host.change(
                        link("lan0").orElseThrow().index(),
                        new LinkChange().master(link("jdt7").orElseThrow().index()));
            }
            HostSettings.set("ipv6/conf/jdt7/accept_ra", "1");
            test.accept(lan);
        });
    }

    static BridgeSpec withoutIpv6() {
        BridgeSpec both = Lan.spec(7, false, true);
        return new BridgeSpec(
                both.networkId(),
                both.bridgeName(),
                both.subnets().subList(0, 1),
                both.gateways().subList(0, 1),
                false,
                true,
                true,
                1300,
                GatewayMode.NAT,
                GatewayMode.NAT,
                false);
    }

    @Test
    void oneOfTheOperatorsIsUsedAsItIsAndStays() {
        withBridgeOfTheOperators(lan -> {
            Link before = link("jdt7").orElseThrow();
            lan.networks.bridges().ensure(withoutIpv6());
            Link used = link("jdt7").orElseThrow();
            assertThat(used.group()).isEqualTo(before.group());
            assertThat(used.mtu()).isEqualTo(before.mtu());
            assertThat(HostSettings.read("ipv6/conf/jdt7/disable_ipv6")).hasValue("0");
            assertThat(HostSettings.read("ipv6/conf/jdt7/accept_ra")).hasValue("1");
            lan.networks.bridges().remove("net7");
            assertThat(link("jdt7")).isPresent();
            assertThat(link("lan0").orElseThrow().master()).isEqualTo(before.index());
        });
    }

    @Test
    void oneOfTheOperatorsStaysAlsoWhenTheNextDaemonRemovesTheNetworkOrKnowsNoneOfIt() {
        withBridgeOfTheOperators(lan -> {
            lan.networks.bridges().ensure(withoutIpv6());
            lan.networks.close();
            try (BridgeNetworks next = Lan.open(root, KernelNetworks.Names.HOST)) {
                next.reconcile(new WantedState(List.of(withoutIpv6()), List.of(), List.of()));
                next.bridges().remove("net7");
                assertThat(link("jdt7")).isPresent();
            }
            try (BridgeNetworks afterACrash = Lan.open(root, KernelNetworks.Names.HOST)) {
                Reconciled reconciled = afterACrash.reconcile(new WantedState(List.of(), List.of(), List.of()));
                assertThat(reconciled.removed()).noneMatch(what -> what.startsWith("bridge"));
                assertThat(link("jdt7")).isPresent();
            }
        });
    }

    @Test
    void oneThatADaemonHasMadeIsTheNextDaemonsToRemove() {
        Lan.run(root, lan -> {
            lan.networks.bridges().ensure(withoutIpv6());
            lan.networks.close();
            try (BridgeNetworks next = Lan.open(root, KernelNetworks.Names.HOST)) {
                next.reconcile(new WantedState(List.of(withoutIpv6()), List.of(), List.of()));
                assertThat(HostSettings.read("ipv6/conf/jdt7/disable_ipv6")).hasValue("1");
                next.bridges().remove("net7");
                assertThat(link("jdt7")).isEmpty();
            }
        });
    }
}
