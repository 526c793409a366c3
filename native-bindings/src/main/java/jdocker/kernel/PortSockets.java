package jdocker.kernel;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * Sockets that keep a port of the host, of any protocol that has ports, and what their proxies need. They belong to the
 * calling thread's network namespace.
 */
public final class PortSockets {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int IPPROTO_UDP = 17;
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SO_DETACH_FILTER = 27;
    private static final int SO_PROTOCOL = 38;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;
    private static final int SOCKADDR_IN = 16;
    private static final int SOCKADDR_IN6 = 28;
    private static final int BACKLOG = 4096;

    private final Calls calls;

    PortSockets(Calls calls) {
        this.calls = calls;
    }

    /**
     * A socket that is bound and, unless it is one for datagrams, listens; an IPv6 one is for IPv6 alone.
     *
     * @param protocol {@code IPPROTO_*}: 6 tcp, 17 udp, 132 sctp
     * @param deaf whether everything that arrives is dropped unseen: the socket only keeps the port
     */
    public Fd bind(int protocol, InetAddress address, int port, boolean deaf) {
        boolean v6 = address instanceof Inet6Address;
        boolean datagrams = protocol == IPPROTO_UDP;
        String words = "protocol " + protocol + " at " + address.getHostAddress() + " port " + port;
        Fd socket = open(v6, datagrams, protocol, words);
        try {
            if (v6) {
                set(socket, IPPROTO_IPV6, IPV6_V6ONLY, words);
            }
            if (!datagrams) {
                // Connections of an earlier owner that are still ending are no reason to wait.
                set(socket, SOL_SOCKET, SO_REUSEADDR, words);
            }
            if (deaf) {
                dropAll(socket, words);
            }
            named(SyscallNumber.BIND, socket, address, port, words);
            if (!datagrams) {
                check(SyscallNumber.LISTEN, calls.call(SyscallNumber.LISTEN, socket.number(), BACKLOG), words);
            }
            return socket;
        } catch (SyscallException e) {
            socket.close();
            throw e;
        }
    }

    /** {@code IPPROTO_*} of a socket. */
    public int protocol(Fd socket) {
        try (Scratch s = calls.scratch()) {
            int at = s.room(4);
            int length = s.room(4);
            s.putInt(length, 4);
            long rc = calls.call(
                    SyscallNumber.GETSOCKOPT,
                    socket.number(),
                    SOL_SOCKET,
                    SO_PROTOCOL,
                    s.address(at),
                    s.address(length));
            check(SyscallNumber.GETSOCKOPT, rc, "SO_PROTOCOL of fd " + socket);
            return s.getInt(at);
        }
    }

    /** Whether everything that arrives at a socket from now on is dropped unseen. */
    public void deafen(Fd socket, boolean deaf) {
        if (deaf) {
            dropAll(socket, "fd " + socket);
            return;
        }
        try (Scratch s = calls.scratch()) {
            int at = s.room(4);
            long rc = calls.call(
                    SyscallNumber.SETSOCKOPT, socket.number(), SOL_SOCKET, SO_DETACH_FILTER, s.address(at), 4);
            if (rc != -Errno.ENOENT.number()) { // it had none
                check(SyscallNumber.SETSOCKOPT, rc, "SO_DETACH_FILTER of fd " + socket);
            }
        }
    }

    /** A socket that is connected; waits. Only on a platform thread. */
    public Fd connect(int protocol, InetAddress address, int port) {
        String words = "protocol " + protocol + " to " + address.getHostAddress() + " port " + port;
        Fd socket = open(address instanceof Inet6Address, protocol == IPPROTO_UDP, protocol, words);
        try {
            named(SyscallNumber.CONNECT, socket, address, port, words);
            return socket;
        } catch (SyscallException e) {
            socket.close();
            throw e;
        }
    }

    /** One datagram with its sender; waits for it. Only on a platform thread. */
    public InetSocketAddress receive(Fd socket, ByteBuffer target) {
        try (Scratch s = calls.scratch(target.remaining() + 1024L)) {
            int content = s.room(target.remaining());
            int at = s.struct(SOCKADDR_IN6);
            int length = s.room(4);
            s.putInt(length, SOCKADDR_IN6);
            int header = s.struct(56);
            int vector = s.struct(16);
            s.putLong(vector, s.address(content)).putLong(vector + 8, target.remaining());
            s.putLong(header, s.address(at)).putInt(header + 8, SOCKADDR_IN6);
            s.putLong(header + 16, s.address(vector)).putLong(header + 24, 1);
            long count = calls.call(SyscallNumber.RECVMSG, socket.number(), s.address(header), 0);
            check(SyscallNumber.RECVMSG, count, "fd " + socket);
            s.copyTo(content, target, (int) count);
            boolean v6 = s.getShort(at) == AF_INET6;
            byte[] raw = v6 ? s.copy(at + 8, 16) : s.copy(at + 4, 4);
            int port = (s.getByte(at + 2) & 0xff) << 8 | s.getByte(at + 3) & 0xff;
            return new InetSocketAddress(
                    v6 ? Inet6Address.getByAddress(null, raw, s.getInt(at + 24)) : InetAddress.getByAddress(raw), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One datagram to somebody. */
    public void send(Fd socket, ByteBuffer message, InetSocketAddress to) {
        try (Scratch s = calls.scratch(message.remaining() + 1024L)) {
            int size = message.remaining();
            int content = s.room(size);
            s.copyFrom(message, content, size);
            int at = s.struct(SOCKADDR_IN6);
            int length = write(s, at, to.getAddress(), to.getPort());
            int header = s.struct(56);
            int vector = s.struct(16);
            s.putLong(vector, s.address(content)).putLong(vector + 8, size);
            s.putLong(header, s.address(at)).putInt(header + 8, length);
            s.putLong(header + 16, s.address(vector)).putLong(header + 24, 1);
            check(
                    SyscallNumber.SENDMSG,
                    calls.call(SyscallNumber.SENDMSG, socket.number(), s.address(header), 0),
                    "to " + to);
        }
    }

    private Fd open(boolean v6, boolean datagrams, int protocol, String words) {
        int type = (datagrams ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC;
        long number = calls.call(SyscallNumber.SOCKET, v6 ? AF_INET6 : AF_INET, type, protocol);
        check(SyscallNumber.SOCKET, number, words);
        return new Fd((int) number);
    }

    private void named(SyscallNumber call, Fd socket, InetAddress address, int port, String words) {
        try (Scratch s = calls.scratch()) {
            int at = s.struct(SOCKADDR_IN6);
            int length = write(s, at, address, port);
            check(call, calls.call(call, socket.number(), s.address(at), length), words);
        }
    }

    /** struct sockaddr_in or sockaddr_in6; its length. */
    private static int write(Scratch s, int at, InetAddress address, int port) {
        byte[] raw = address.getAddress();
        boolean v6 = raw.length == 16;
        s.putShort(at, v6 ? AF_INET6 : AF_INET);
        s.putByte(at + 2, port >> 8).putByte(at + 3, port);
        for (int i = 0; i < raw.length; i++) {
            s.putByte(at + (v6 ? 8 : 4) + i, raw[i]);
        }
        if (address instanceof Inet6Address scoped) {
            s.putInt(at + 24, scoped.getScopeId());
        }
        return v6 ? SOCKADDR_IN6 : SOCKADDR_IN;
    }

    private void set(Fd socket, int level, int option, String words) {
        try (Scratch s = calls.scratch()) {
            int at = s.room(4);
            s.putInt(at, 1);
            long rc = calls.call(SyscallNumber.SETSOCKOPT, socket.number(), level, option, s.address(at), 4);
            check(SyscallNumber.SETSOCKOPT, rc, words);
        }
    }

    /** A classic BPF program of one instruction: accept 0 bytes of everything. */
    private void dropAll(Fd socket, String words) {
        try (Scratch s = calls.scratch()) {
            int instruction = s.struct(8);
            s.putShort(instruction, 0x06); // BPF_RET | BPF_K, with 0
            int program = s.struct(16);
            s.putShort(program, 1).putLong(program + 8, s.address(instruction));
            long rc = calls.call(
                    SyscallNumber.SETSOCKOPT, socket.number(), SOL_SOCKET, SO_ATTACH_FILTER, s.address(program), 16);
            check(SyscallNumber.SETSOCKOPT, rc, words);
        }
    }

    private static void check(SyscallNumber call, long result, String words) {
        if (result < 0) {
            throw SyscallException.of(call, result, words);
        }
    }
}
