package jdocker.network.dns;

import io.netty.channel.EventLoop;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.NamespaceKind;
import jdocker.kernel.SocketType;
import jdocker.kernel.SyscallException;

/** Opens sockets towards name servers, from the host or from within a container's network namespace. */
interface Dialer {
    /**
     * A connected socket (a stream may still be on its way), or empty where there is no way to the server. The answer comes
     * on the event loop, at once or later.
     */
    void dial(SocketType type, InetSocketAddress server, Consumer<Optional<Fd>> then);

    /** From the namespace of the daemon. None of this waits. */
    static Dialer host(Kernel kernel) {
        return (type, server, then) -> then.accept(connected(kernel, type, server));
    }

    /** From another; on a thread of its own each time, since no other may enter it. */
    static Dialer within(Kernel kernel, Supplier<Fd> namespace, Executor threads, EventLoop loop) {
        return (type, server, then) -> {
            try {
                threads.execute(() -> {
                    Optional<Fd> socket = inside(kernel, namespace, type, server);
                    loop.execute(() -> then.accept(socket));
                });
            } catch (RejectedExecutionException e) {
                then.accept(Optional.empty());
            }
        };
    }

    private static Optional<Fd> inside(
            Kernel kernel, Supplier<Fd> namespace, SocketType type, InetSocketAddress server) {
        try (Fd entered = namespace.get()) {
            return kernel.namespaces().onThrowAwayThread(() -> {
                kernel.namespaces().enter(entered, NamespaceKind.NETWORK);
                return connected(kernel, type, server);
            });
        } catch (RuntimeException e) {
            return Optional.empty(); // the namespace has gone, and with it whoever asked
        }
    }

    private static Optional<Fd> connected(Kernel kernel, SocketType type, InetSocketAddress server) {
        try {
            Fd socket = kernel.inetSockets().open(type, server.getAddress() instanceof Inet6Address);
            try {
                kernel.inetSockets().blocking(socket, false);
                kernel.inetSockets().connect(socket, server);
                return Optional.of(socket);
            } catch (SyscallException e) {
                socket.close();
                return Optional.empty();
            }
        } catch (SyscallException e) {
            return Optional.empty();
        }
    }
}
