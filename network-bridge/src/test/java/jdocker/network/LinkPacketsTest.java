package jdocker.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import jdocker.kernel.KernelTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Links between containers that their bridge keeps apart, with real packets. */
@KernelTest
class LinkPacketsTest {
    @TempDir
    Path root;

    static Stream<KernelNetworks.Names> variants() {
        return PacketsTest.variants();
    }

    @ParameterizedTest
    @MethodSource("variants")
    void withoutIccALinkOpensOnePortFromOneToTheOther(KernelNetworks.Names variant) {
        Lan.run(root, variant, lan -> {
            BridgeSpec network = Lan.spec(7, false, false);
            lan.networks.bridges().ensure(network);
            Sandbox web = lan.sandbox(network, 2);
            Sandbox db = lan.sandbox(network, 3);
            Sandbox stranger = lan.sandbox(network, 4);
            try (var secret = db.inside(() -> Wire.tcpServer(81))) {
                lan.networks.link(List.of(link("10.7.0.2", "10.7.0.3", Protocol.TCP)));
                assertThat(web.inside(() -> Wire.tcp("10.7.0.3", 80)))
                        .as("and the address is kept")
                        .hasValue("10.7.0.2");
                assertThat(web.inside(() -> Wire.noTcp("10.7.0.3", 81))).isEmpty();
                assertThat(web.inside(() -> Wire.noUdp("10.7.0.3", 80))).isEmpty();
                assertThat(web.inside(() -> Wire.noTcp("fd00:7::3", 80))).isEmpty();
                assertThat(db.inside(() -> Wire.noTcp("10.7.0.2", 80))).isEmpty();
                assertThat(stranger.inside(() -> Wire.noTcp("10.7.0.3", 80))).isEmpty();
                assertThat(db.inside(() -> Wire.noTcp("10.7.0.4", 80))).isEmpty();

                Lan.restore(variant.v4() + "-restore", "*nat\n-F\nCOMMIT\n*filter\n-F\nCOMMIT\n");
                FirewallTest.await(
                        "put back",
                        () -> web.inside(() -> Wire.noTcp("10.7.0.3", 80)).isPresent()
                                && stranger.inside(() -> Wire.noTcp("10.7.0.3", 80))
                                        .isEmpty());

                lan.networks.link(List.of(link("10.7.0.2", "10.7.0.3", Protocol.UDP)));
                assertThat(web.inside(() -> Wire.udp("10.7.0.3", 80))).hasValue("10.7.0.2");
                assertThat(web.inside(() -> Wire.noTcp("10.7.0.3", 80))).isEmpty();
                lan.networks.link(List.of());
                assertThat(web.inside(() -> Wire.noUdp("10.7.0.3", 80))).isEmpty();
                assertThat(HostSettings.read("ipv4/conf/jdt7/proxy_arp_pvlan")).hasValue("0");
                assertThat(secret.isBound()).isTrue();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void linksAreThereForTheNextDaemonFromItsFirstRules() {
        Lan.run(root, lan -> {
            BridgeSpec network = Lan.spec(7, false, false);
            lan.networks.bridges().ensure(network);
            Sandbox web = lan.sandbox(network, 2);
            Sandbox db = lan.sandbox(network, 3);
            List<LinkedPort> links = List.of(link("10.7.0.2", "10.7.0.3", Protocol.TCP));
            lan.networks.link(links);
            lan.networks.close(); // as if it had died
            try (BridgeNetworks next = Lan.open(root, KernelNetworks.Names.HOST)) {
                List<WantedState.WantedSandbox> sandboxes = List.of(
                        new WantedState.WantedSandbox(web.id(), List.of(Lan.endpoint("ep1", network, 2)), List.of()),
                        new WantedState.WantedSandbox(db.id(), List.of(Lan.endpoint("ep2", network, 3)), List.of()));
                assertThat(next.reconcile(new WantedState(List.of(network), sandboxes, links))
                                .problems())
                        .isEmpty();
                assertThat(web.inside(() -> Wire.tcp("10.7.0.3", 80))).isPresent();
                next.link(List.of());
                assertThat(web.inside(() -> Wire.noTcp("10.7.0.3", 80))).isEmpty();
                assertThat(HostSettings.read("ipv4/conf/jdt7/proxy_arp_pvlan")).hasValue("0");
            }
        });
    }

    private static LinkedPort link(String from, String to, Protocol protocol) {
        return new LinkedPort("net7", Addresses.parse(from), Addresses.parse(to), protocol, 80);
    }
}
