package jdocker.daemon.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jdocker.api.EndpointSettings;
import jdocker.api.PortBinding;
import jdocker.daemon.network.NetworkSandboxes.Starting;
import jdocker.daemon.state.StateStore;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.SocketType;
import jdocker.network.NetworkException;
import jdocker.network.dns.DnsServer;
import jdocker.network.dns.DnsSockets;
import jdocker.network.dns.NameIndex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sandbox takes, it gives back. */
class NetworkSandboxesTest {
    private static final String CONTAINER = "0123456789abcdef";

    private final Kernel kernel = Kernel.load();

    @TempDir
    Path directory;

    @Test
    void aStartThatFailsBehindTheResolversSocketsClosesThem() {
        var fake = new FakeKernel();
        InetAddress loopback = InetAddress.getLoopbackAddress();
        Fd udp = kernel.inetSockets().bound(SocketType.DATAGRAM, loopback, 0);
        Fd tcp = kernel.inetSockets().bound(SocketType.STREAM, loopback, 0);
        int port = kernel.inetSockets().local(udp).getPort();
        fake.resolverSockets = () -> new DnsSockets(udp, tcp);
        fake.fail("sockets");
        var index = new NameIndex();
        try (var store = StateStore.open(directory.resolve("state.db"));
                var server = DnsServer.start(kernel, index, directory.resolve("resolv.conf"));
                NetworkEngine engine =
                        NetworkFakes.engine(store, fake, directory, ContainerNames.answeredBy(server, index))) {
            engine.recover();
            assertThatThrownBy(() -> engine.sandboxes().join(starting()))
                    .isInstanceOf(NetworkException.class)
                    .hasMessageContaining("sockets");
            assertThat(fake.namespaces).isEmpty();
        }
        // As long as anybody had a copy, the port would be taken.
        kernel.inetSockets().bound(SocketType.DATAGRAM, loopback, port).close();
    }

    @Test
    void anEndThatFailsCanBeTriedAgainAndFreesAll() {
        var fake = new FakeKernel();
        try (var store = StateStore.open(directory.resolve("state.db"));
                NetworkEngine engine = NetworkFakes.engine(store, fake, directory)) {
            engine.recover();
            engine.sandboxes().join(starting()).close();
            assertThat(fake.portOwners).isNotEmpty();
            fake.fail("close");
            assertThatThrownBy(() -> engine.sandboxes().leave(CONTAINER)).hasMessageContaining("close");
            fake.failing.clear();
            engine.sandboxes().leave(CONTAINER);
            assertThat(fake.portOwners).isEmpty();
            assertThat(fake.namespaces).isEmpty();
        }
    }

    private static Starting starting() {
        return new Starting(
                CONTAINER,
                "web",
                "web",
                "bridge",
                Map.of("bridge", EndpointSettings.empty()),
                new PortPlan.Wish(Set.of(), Map.of("80/tcp", List.of(new PortBinding("", "8080"))), false),
                List.of(),
                List.of());
    }
}
