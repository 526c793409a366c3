package jdocker.kernel;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** sendmsg(2) and recvmsg(2) with {@code SCM_RIGHTS}. */
final class SocketMessages {
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_CTRUNC = 0x08;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    /** The most descriptors that the kernel puts into one message, SCM_MAX_FD. */
    private static final int MOST = 253;

    private static final int MSGHDR = 56;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;
    private static final int CMSGHDR = 16;

    private final Calls calls;

    SocketMessages(Calls calls) {
        this.calls = calls;
    }

    int send(Fd socket, ByteBuffer message, List<Fd> cargo) {
        try (Scratch s = calls.scratch()) {
            int header = header(s, control(s, cargo), cargo.isEmpty() ? 0 : CMSGHDR + 4 * cargo.size());
            int size = Math.min(message.remaining(), s.available());
            int content = s.room(size);
            s.copyFrom(message, content, size);
            vector(s, header, content, size);
            long length = calls.call(SyscallNumber.SENDMSG, socket.number(), s.address(header), MSG_NOSIGNAL);
            if (length < 0) {
                throw SyscallException.of(SyscallNumber.SENDMSG, length, "fd " + socket);
            }
            message.position(message.position() + (int) length);
            return (int) length;
        }
    }

    private static int control(Scratch s, List<Fd> cargo) {
        int control = s.struct(CMSGHDR + 4 * cargo.size() + 8);
        s.putLong(control, CMSGHDR + 4L * cargo.size());
        s.putInt(control + 8, SOL_SOCKET).putInt(control + 12, SCM_RIGHTS);
        for (int i = 0; i < cargo.size(); i++) {
            s.putInt(control + CMSGHDR + 4 * i, cargo.get(i).number());
        }
        return control;
    }

    Optional<Sockets.Received> receive(Fd socket, ByteBuffer target, boolean wait) {
        try (Scratch s = calls.scratch()) {
            int space = CMSGHDR + 4 * MOST + 4;
            int control = s.struct(space);
            int header = header(s, control, space);
            int size = Math.min(target.remaining(), s.available());
            int content = s.room(size);
            vector(s, header, content, size);
            int flags = MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT);
            long length = calls.call(SyscallNumber.RECVMSG, socket.number(), s.address(header), flags);
            if (length == -Errno.EAGAIN.number() && !wait) {
                return Optional.empty();
            }
            if (length < 0) {
                throw SyscallException.of(SyscallNumber.RECVMSG, length, "fd " + socket);
            }
            s.copyTo(content, target, (int) length);
            List<Fd> cargo = cargo(s, control, (int) s.getLong(header + CONTROL_LENGTH));
            boolean truncated = (s.getInt(header + FLAGS) & (MSG_TRUNC | MSG_CTRUNC)) != 0;
            boolean end = length == 0 && size > 0 && cargo.isEmpty();
            return Optional.of(new Sockets.Received(end ? -1 : (int) length, List.copyOf(cargo), truncated));
        }
    }

    private static List<Fd> cargo(Scratch s, int control, int length) {
        List<Fd> cargo = new ArrayList<>();
        int at = control;
        while (at + CMSGHDR <= control + length) {
            int size = (int) s.getLong(at);
            if (s.getInt(at + 8) == SOL_SOCKET && s.getInt(at + 12) == SCM_RIGHTS) {
                for (int fd = at + CMSGHDR; fd < at + size; fd += 4) {
                    cargo.add(new Fd(s.getInt(fd)));
                }
            }
            at += (size + 7) & ~7;
        }
        return cargo;
    }

    private static int header(Scratch s, int control, int controlLength) {
        int header = s.struct(MSGHDR);
        if (controlLength > 0) {
            s.putLong(header + CONTROL, s.address(control));
            s.putLong(header + CONTROL_LENGTH, controlLength);
        }
        int vector = s.struct(16);
        s.putLong(header + 16, s.address(vector)).putLong(header + 24, 1);
        return header;
    }

    /** The one iovec stands right behind the header. */
    private static void vector(Scratch s, int header, int content, int size) {
        int vector = header + MSGHDR;
        s.putLong(vector, s.address(content)).putLong(vector + 8, size);
    }
}
