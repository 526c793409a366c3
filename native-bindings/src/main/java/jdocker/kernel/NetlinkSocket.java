package jdocker.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A netlink(7) socket: whole messages out and in, bytes as they are. It talks to the network namespace in which it was
 * opened, from whatever thread it is used. What a request asks for is done when {@link #send} returns, its answer waits.
 */
public final class NetlinkSocket implements AutoCloseable {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int SOL_NETLINK = 270;
    private static final int MSG_TRUNC = 0x20;
    /** The kernel fills at most 32 KiB of a buffer that is at least so large; NLMSG_GOODSIZE and netlink_recvmsg(). */
    private static final int BUFFER = 48 * 1024;

    private final Calls calls;
    private final Fd fd;

    NetlinkSocket(Calls calls, int protocol) {
        this.calls = calls;
        long number = calls.call(SyscallNumber.SOCKET, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
        if (number < 0) {
            throw SyscallException.of(SyscallNumber.SOCKET, number, "AF_NETLINK, protocol " + protocol);
        }
        this.fd = new Fd((int) number);
    }

    /** Options of linux/netlink.h that are switched on; the kernel's answer says whether it knows the option. */
    public boolean enable(Option option) {
        return set(option.number, 1) >= 0;
    }

    private long set(int option, int value) {
        try (Scratch s = calls.scratch()) {
            int at = s.room(4);
            s.putInt(at, value);
            return calls.call(SyscallNumber.SETSOCKOPT, fd.number(), SOL_NETLINK, option, s.address(at), 4);
        }
    }

    /** One message, or several one behind the other. */
    public void send(ByteBuffer message) {
        int size = message.remaining();
        try (Scratch s = calls.scratch(size + 64L)) {
            int at = s.room(size);
            s.copyFrom(message, at, size);
            long sent = calls.call(SyscallNumber.SENDTO, fd.number(), s.address(at), size);
            if (sent != size) {
                throw SyscallException.of(
                        SyscallNumber.SENDTO,
                        sent < 0 ? sent : -Errno.EMSGSIZE.number(),
                        "netlink, " + size + " bytes");
            }
        }
    }

    /**
     * One datagram with the messages it holds, in the machine's byte order; waits for one.
     *
     * @throws SyscallException with ENOBUFS if the kernel had more to say than the socket could hold
     */
    public ByteBuffer receive() {
        try (Scratch s = calls.scratch()) {
            int at = s.room(BUFFER);
            long length = calls.call(SyscallNumber.RECVFROM, fd.number(), s.address(at), BUFFER, MSG_TRUNC);
            if (length < 0 || length > BUFFER) {
                throw SyscallException.of(
                        SyscallNumber.RECVFROM,
                        length < 0 ? length : -Errno.EMSGSIZE.number(),
                        "netlink fd " + fd + ", " + length + " bytes");
            }
            return ByteBuffer.wrap(s.copy(at, (int) length)).order(ByteOrder.nativeOrder());
        }
    }

    @Override
    public void close() {
        fd.close();
    }

    /** {@code NETLINK_*} of linux/netlink.h. */
    public enum Option {
        /** Errors come without the request they answer. */
        CAP_ACK(10),
        /** Errors come with the kernel's own words. */
        EXT_ACK(11),
        /** What is asked for in a dump's header is heeded. */
        GET_STRICT_CHK(12);

        private final int number;

        Option(int number) {
            this.number = number;
        }
    }
}
