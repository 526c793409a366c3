package jdocker.kernel;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** {@link InetSockets} by the running kernel. */
final class LinuxInetSockets implements InetSockets {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    /** struct sockaddr_in6, the larger of the two. */
    private static final int SOCKADDR = 28;

    private static final int SOCKADDR_IN = 16;
    private static final int V4_ADDRESS = 4;
    private static final int V6_ADDRESS = 8;
    private static final int V6_SCOPE = 24;

    private final Calls calls;

    LinuxInetSockets(Calls calls) {
        this.calls = calls;
    }

    @Override
    public Fd open(SocketType type, boolean v6) {
        int family = v6 ? AF_INET6 : AF_INET;
        long fd = calls.call(SyscallNumber.SOCKET, family, type.number() | SOCK_CLOEXEC, 0);
        check(SyscallNumber.SOCKET, fd, (v6 ? "AF_INET6 " : "AF_INET ") + type);
        Fd socket = new Fd((int) fd);
        if (v6) {
            onlyV6(socket);
        }
        return socket;
    }

    private void onlyV6(Fd socket) {
        try (Scratch s = calls.scratch()) {
            int one = s.room(4);
            s.putInt(one, 1);
            long rc =
                    calls.call(SyscallNumber.SETSOCKOPT, socket.number(), IPPROTO_IPV6, IPV6_V6ONLY, s.address(one), 4);
            if (rc < 0) {
                socket.close();
                throw SyscallException.of(SyscallNumber.SETSOCKOPT, rc, "IPV6_V6ONLY");
            }
        }
    }

    @Override
    public void bind(Fd socket, InetSocketAddress address) {
        check(SyscallNumber.BIND, address(SyscallNumber.BIND, socket, address), address.toString());
    }

    @Override
    public void connect(Fd socket, InetSocketAddress address) {
        long rc = address(SyscallNumber.CONNECT, socket, address);
        if (rc != -Errno.EINPROGRESS.number()) {
            check(SyscallNumber.CONNECT, rc, address.toString());
        }
    }

    private long address(SyscallNumber call, Fd socket, InetSocketAddress address) {
        byte[] bytes = address.getAddress().getAddress();
        boolean v6 = bytes.length != 4;
        try (Scratch s = calls.scratch()) {
            int at = s.struct(SOCKADDR);
            s.putShort(at, v6 ? AF_INET6 : AF_INET);
            s.putByte(at + 2, address.getPort() >> 8).putByte(at + 3, address.getPort());
            int place = at + (v6 ? V6_ADDRESS : V4_ADDRESS);
            for (int i = 0; i < bytes.length; i++) {
                s.putByte(place + i, bytes[i]);
            }
            if (address.getAddress() instanceof Inet6Address scoped) {
                s.putInt(at + V6_SCOPE, scoped.getScopeId());
            }
            // Not tried again when interrupted: a connect goes on by itself.
            return calls.once(call, socket.number(), s.address(at), v6 ? SOCKADDR : SOCKADDR_IN, 0, 0);
        }
    }

    @Override
    public void listen(Fd socket, int backlog) {
        check(SyscallNumber.LISTEN, calls.call(SyscallNumber.LISTEN, socket.number(), backlog), "fd " + socket);
    }

    @Override
    public InetSocketAddress local(Fd socket) {
        try (Scratch s = calls.scratch()) {
            int at = s.struct(SOCKADDR);
            int length = s.room(4);
            s.putInt(length, SOCKADDR);
            long rc = calls.call(SyscallNumber.GETSOCKNAME, socket.number(), s.address(at), s.address(length));
            check(SyscallNumber.GETSOCKNAME, rc, "fd " + socket);
            int port = Byte.toUnsignedInt(s.getByte(at + 2)) << 8 | Byte.toUnsignedInt(s.getByte(at + 3));
            byte[] address = switch (s.getShort(at)) {
                case AF_INET -> s.copy(at + V4_ADDRESS, 4);
                case AF_INET6 -> s.copy(at + V6_ADDRESS, 16);
                default -> throw new IllegalArgumentException("fd " + socket + " is no internet socket");
            };
            return new InetSocketAddress(InetAddress.getByAddress(address), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // the length is right
        }
    }

    @Override
    public void blocking(Fd socket, boolean wait) {
        long flags = calls.call(SyscallNumber.FCNTL, socket.number(), F_GETFL);
        check(SyscallNumber.FCNTL, flags, "F_GETFL of fd " + socket);
        int bit = OpenFlag.NON_BLOCK.bits();
        long changed = wait ? flags & ~bit : flags | bit;
        check(SyscallNumber.FCNTL, calls.call(SyscallNumber.FCNTL, socket.number(), F_SETFL, changed), "F_SETFL");
    }

    private static void check(SyscallNumber call, long result, String arguments) {
        if (result < 0) {
            throw SyscallException.of(call, result, arguments);
        }
    }
}
