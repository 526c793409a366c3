package jdocker.kernel;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Sockets for IPv4 and IPv6 as bare descriptors, close-on-exec: for network namespaces that no other thread may enter, and
 * for descriptors that outlive this process. A socket belongs to the network namespace of the thread that opened it.
 */
public interface InetSockets {
    /** An unbound socket. An IPv6 socket takes no IPv4. */
    Fd open(SocketType type, boolean v6);

    /** Binds it; port 0 lets the kernel choose. */
    void bind(Fd socket, InetSocketAddress address);

    /** Connects without waiting for it: what becomes of it shows at the first read or write. */
    void connect(Fd socket, InetSocketAddress address);

    void listen(Fd socket, int backlog);

    /** Where it is bound. */
    InetSocketAddress local(Fd socket);

    /** Whether its reads and accepts wait. */
    void blocking(Fd socket, boolean wait);

    /** A socket bound to a port of the kernel's choice, 0, or to this one; listening when it is a stream's. */
    default Fd bound(SocketType type, InetAddress address, int port) {
        Fd socket = open(type, address.getAddress().length == 16);
        try {
            bind(socket, new InetSocketAddress(address, port));
            if (type == SocketType.STREAM) {
                listen(socket, 128);
            }
            return socket;
        } catch (SyscallException e) {
            socket.close();
            throw e;
        }
    }
}
