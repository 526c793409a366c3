package jdocker.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@KernelTest
class InetSocketsTest {
    private final Kernel kernel = Kernel.load();
    private final InetSockets sockets = kernel.inetSockets();

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void datagramsGoFromOneToTheOther(String address) {
        InetAddress loopback = InetAddress.ofLiteral(address);
        try (Fd namespace = kernel.namespaces().newNetworkNamespace()) {
            kernel.namespaces().onThrowAwayThread(() -> {
                kernel.namespaces().enter(namespace, NamespaceKind.NETWORK);
                try (Fd server = sockets.bound(SocketType.DATAGRAM, loopback, 0);
                        Fd client = sockets.open(SocketType.DATAGRAM, loopback.getAddress().length == 16)) {
                    InetSocketAddress place = sockets.local(server);
                    assertThat(place.getAddress()).isEqualTo(loopback);
                    assertThat(place.getPort()).isPositive();
                    sockets.connect(client, place);
                    kernel.data().write(client, new byte[] {1, 2, 3});
                    assertThat(kernel.sockets().readable(server, Duration.ofSeconds(5)))
                            .isTrue();
                    assertThat(kernel.data().read(server, ByteBuffer.allocate(10)))
                            .isEqualTo(3);
                }
                return true;
            });
        }
    }

    @Test
    void streamsConnectWithoutWaiting() {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        try (Fd server = sockets.bound(SocketType.STREAM, loopback, 0);
                Fd client = sockets.open(SocketType.STREAM, false)) {
            sockets.blocking(client, false);
            sockets.connect(client, sockets.local(server));
            try (Fd accepted = kernel.sockets().accept(server)) {
                assertThat(kernel.sockets().receiveNow(client, ByteBuffer.allocate(1)))
                        .isEqualTo(Optional.empty());
                kernel.data().write(accepted, new byte[] {7});
                assertThat(kernel.sockets().readable(client, Duration.ofSeconds(5)))
                        .isTrue();
            }
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        try (Fd server = sockets.bound(SocketType.STREAM, loopback, 0)) {
            int port = sockets.local(server).getPort();
            assertThatThrownBy(() -> sockets.bound(SocketType.STREAM, loopback, port))
                    .hasMessageContaining("EADDRINUSE")
                    .hasMessageContaining(":" + port);
        }
    }
}
