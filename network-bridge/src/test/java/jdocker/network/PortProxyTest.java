package jdocker.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The proxy outlasts those who want too much of it. */
class PortProxyTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final ThreadFactory THREADS = Thread.ofPlatform().daemon().factory();
    private static final int MILLIS = 10_000;

    private final Kernel kernel = Kernel.load();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    private <T extends AutoCloseable> T closing(T one) {
        opened.add(one);
        return one;
    }

    /** Where it is to be reached. */
    private InetSocketAddress pass(PortProxy proxy, Protocol protocol, int containerPort) {
        Fd listener = closing(kernel.portSockets().bind(protocol.number(), LOOPBACK, 0, false));
        InetSocketAddress at = kernel.inetSockets().local(listener);
        proxy.pass(listener, new PublishedPort(protocol, LOOPBACK, at.getPort(), LOOPBACK, containerPort));
        return at;
    }

    private PortProxy proxy(PortProxy.Limits limits, ThreadFactory threads) {
        return closing(new PortProxy(kernel, limits, threads));
    }

    private int echo() throws IOException {
        var server = closing(new ServerSocket(0, 0, LOOPBACK));
        Thread.ofPlatform().daemon().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket client = closing(server.accept());
                    Thread.startVirtualThread(() -> echo(client));
                } catch (IOException e) {
                    return;
                }
            }
        });
        return server.getLocalPort();
    }

    private static void echo(Socket client) {
        try (client) {
            client.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException e) {
            // the other side has gone
        }
    }

    private Socket connected(InetSocketAddress at) throws IOException {
        Socket socket = closing(new Socket(at.getAddress(), at.getPort()));
        socket.setSoTimeout(MILLIS);
        return socket;
    }

    /** Whether what is sent comes back. */
    private static boolean passes(Socket socket) throws IOException {
        try {
            socket.getOutputStream().write(7);
            InputStream in = socket.getInputStream();
            return in.read() == 7;
        } catch (SocketException e) {
            return false; // reset
        }
    }

    @Test
    void moreConnectionsThanItPassesOnAreClosedAndRoomComesBack() throws IOException {
        InetSocketAddress at = pass(proxy(new PortProxy.Limits(10, 2, 10, 10), THREADS), Protocol.TCP, echo());
        Socket first = connected(at);
        assertThat(passes(first)).isTrue();
        Socket second = connected(at);
        assertThat(passes(second)).isTrue();
        for (int i = 0; i < 20; i++) {
            assertThat(passes(connected(at))).isFalse();
        }
        assertThat(passes(first)).as("those that were there go on").isTrue();
        second.close();
        FirewallTest.await("another fits", () -> {
            try {
                return passes(connected(at));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void allPortsTogetherHaveALimit() throws IOException {
        PortProxy proxy = proxy(new PortProxy.Limits(3, 2, 10, 10), THREADS);
        int echo = echo();
        InetSocketAddress one = pass(proxy, Protocol.TCP, echo);
        InetSocketAddress other = pass(proxy, Protocol.TCP, echo);
        assertThat(passes(connected(one))).isTrue();
        assertThat(passes(connected(one))).isTrue();
        assertThat(passes(connected(other))).isTrue();
        assertThat(passes(connected(other))).isFalse();
    }

    @Test
    void livesOnWhenThereIsNoThreadForAConnection() throws IOException {
        var asked = new AtomicInteger();
        PortProxy proxy = proxy(new PortProxy.Limits(1, 1, 10, 10), work -> {
            if (asked.getAndIncrement() < 3) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return THREADS.newThread(work);
        });
        InetSocketAddress at = pass(proxy, Protocol.TCP, echo());
        for (int i = 0; i < 3; i++) {
            assertThat(passes(connected(at))).isFalse();
        }
        assertThat(passes(connected(at))).isTrue();
    }

    @Test
    void ofTooManySendersTheOneThatIsSilentForLongestIsForgotten() throws IOException {
        var server = closing(new DatagramSocket(0, LOOPBACK));
        server.setSoTimeout(MILLIS);
        InetSocketAddress at =
                pass(proxy(new PortProxy.Limits(10, 10, 10, 2), THREADS), Protocol.UDP, server.getLocalPort());
        DatagramSocket first = closing(new DatagramSocket(0, LOOPBACK));
        DatagramSocket second = closing(new DatagramSocket(0, LOOPBACK));
        int wayOfFirst = send(first, at, server);
        int wayOfSecond = send(second, at, server);
        assertThat(send(first, at, server)).as("known").isEqualTo(wayOfFirst);
        for (int i = 0; i < 50; i++) {
            send(closing(new DatagramSocket(0, LOOPBACK)), at, server);
            assertThat(send(first, at, server)).as("the busy one stays").isEqualTo(wayOfFirst);
        }
        assertThat(send(second, at, server)).isNotEqualTo(wayOfSecond);
        assertThat(echoed(second, server)).isEqualTo(1);
    }

    private DatagramPacket last = new DatagramPacket(new byte[1], 1);

    /** The port from which it comes to the container. */
    private int send(DatagramSocket client, InetSocketAddress to, DatagramSocket server) throws IOException {
        client.send(new DatagramPacket(new byte[] {1}, 1, to));
        last = new DatagramPacket(new byte[1], 1);
        server.receive(last);
        return last.getPort();
    }

    /** The answer to what was sent last. */
    private int echoed(DatagramSocket client, DatagramSocket server) throws IOException {
        server.send(last);
        client.setSoTimeout(MILLIS);
        var answer = new DatagramPacket(new byte[9], 9);
        client.receive(answer);
        return answer.getLength();
    }
}
