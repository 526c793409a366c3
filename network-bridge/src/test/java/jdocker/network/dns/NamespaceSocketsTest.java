package jdocker.network.dns;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.KernelTest;
import jdocker.kernel.NamespaceKind;
import jdocker.kernel.OpenFlag;
import org.junit.jupiter.api.Test;

/** Queries reach sockets on other ports, and the container's own port 53 stays its own. */
@KernelTest
class NamespaceSocketsTest {
    private final Kernel kernel = Kernel.load();

    private interface Work {
        void run() throws IOException;
    }

    private void inNewNamespace(Work work) {
        try (Fd namespace = kernel.namespaces().newNetworkNamespace()) {
            kernel.namespaces().onThrowAwayThread(() -> {
                kernel.namespaces().enter(namespace, NamespaceKind.NETWORK);
                try {
                    work.run();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return true;
            });
        }
    }

    @Test
    void datagramsToPort53ReachTheSocketAndAnswersComeFromPort53() {
        inNewNamespace(() -> {
            try (DnsSockets sockets = DnsSockets.openHere(kernel);
                    DatagramSocket client = new DatagramSocket()) {
                client.setSoTimeout(5000);
                client.connect(new InetSocketAddress(NamespaceSockets.ADDRESS, 53)); // takes answers from there alone
                client.send(new DatagramPacket("hello".getBytes(UTF_8), 5));
                byte[] got = new byte[100];
                assertThat(kernel.sockets().readable(sockets.udp(), Duration.ofSeconds(5)))
                        .isTrue();
                int asker = client.getLocalPort();
                ByteBuffer in = ByteBuffer.wrap(got);
                assertThat(kernel.sockets().receive(sockets.udp(), in).length()).isEqualTo(5);
                // The answer, by a socket of the same address and port: through the descriptor itself.
                try (var answer = Answering.from(kernel, sockets.udp())) {
                    answer.send("world", client.getLocalAddress(), asker);
                }
                DatagramPacket reply = new DatagramPacket(new byte[100], 100);
                client.receive(reply);
                assertThat(new String(reply.getData(), 0, reply.getLength(), UTF_8))
                        .isEqualTo("world");
                assertThat(reply.getPort()).isEqualTo(53);
            }
        });
    }

    @Test
    void streamsToPort53ReachTheListenerBothWays() {
        inNewNamespace(() -> {
            try (DnsSockets sockets = DnsSockets.openHere(kernel);
                    Socket client = new Socket()) {
                client.setSoTimeout(5000);
                client.connect(new InetSocketAddress(NamespaceSockets.ADDRESS, 53), 5000);
                try (Fd accepted = kernel.sockets().accept(sockets.tcp())) {
                    client.getOutputStream().write("ping".getBytes(UTF_8));
                    ByteBuffer in = ByteBuffer.allocate(100);
                    assertThat(kernel.data().read(accepted, in)).isEqualTo(4);
                    kernel.data().write(accepted, "pong".getBytes(UTF_8));
                    assertThat(client.getInputStream().readNBytes(4)).isEqualTo("pong".getBytes(UTF_8));
                }
            }
        });
    }

    @Test
    void newSocketsTakeThePlaceOfThoseThatWereLost() {
        inNewNamespace(() -> {
            DnsSockets.openHere(kernel).close();
            try (DnsSockets sockets = DnsSockets.openHere(kernel);
                    DatagramSocket client = new DatagramSocket()) {
                client.send(new DatagramPacket(
                        "x".getBytes(UTF_8), 1, new InetSocketAddress(NamespaceSockets.ADDRESS, 53)));
                assertThat(kernel.sockets().readable(sockets.udp(), Duration.ofSeconds(5)))
                        .isTrue();
            }
        });
    }

    @Test
    void aNameServerOfTheContainersOwnMayTakePort53OnAllAddresses() {
        inNewNamespace(() -> {
            try (DnsSockets _ = DnsSockets.openHere(kernel);
                    DatagramSocket udp =
                            new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 53));
                    ServerSocket tcp = new ServerSocket()) {
                tcp.bind(new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 53));
                try (DatagramSocket client = new DatagramSocket()) {
                    udp.setSoTimeout(5000);
                    client.send(new DatagramPacket(
                            "own".getBytes(UTF_8), 3, new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 53)));
                    DatagramPacket got = new DatagramPacket(new byte[10], 10);
                    udp.receive(got);
                    assertThat(got.getLength()).isEqualTo(3);
                }
            }
        });
    }

    @Test
    void theRulesBringNoConnectionTracking() {
        inNewNamespace(() -> {
            try (DnsSockets _ = DnsSockets.openHere(kernel)) {
                // A packet through the rules; with tracking in force, the namespace would count it.
                try (DatagramSocket client = new DatagramSocket()) {
                    client.send(new DatagramPacket(
                            "x".getBytes(UTF_8), 1, new InetSocketAddress(NamespaceSockets.ADDRESS, 53)));
                }
                try (Fd count = kernel.files()
                        .open("/proc/thread-self/net/stat/nf_conntrack", OpenFlag.READ_ONLY, OpenFlag.CLOSE_ON_EXEC)) {
                    ByteBuffer text = ByteBuffer.allocate(4096);
                    int length = kernel.data().read(count, text);
                    String entries = new String(text.array(), 0, length, UTF_8)
                            .lines()
                            .skip(1)
                            .findFirst()
                            .orElseThrow();
                    assertThat(entries).startsWith("00000000");
                }
            }
        });
    }
}
