package jdocker.kernel;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@link Sockets} by the running kernel. */
final class LinuxSockets implements Sockets {
    private static final int AF_UNIX = 1;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    /** What sun_path holds, with its NUL. */
    private static final int SUN_PATH = 108;

    private final Calls calls;
    private final FileCalls files;
    private final SocketMessages messages;

    LinuxSockets(Calls calls) {
        this.calls = calls;
        this.files = new LinuxFiles(calls);
        this.messages = new SocketMessages(calls);
    }

    @Override
    public Pair pair(SocketType type) {
        try (Scratch s = calls.scratch()) {
            int at = s.room(8);
            long rc = calls.call(SyscallNumber.SOCKETPAIR, AF_UNIX, type.number() | SOCK_CLOEXEC, 0, s.address(at));
            check(SyscallNumber.SOCKETPAIR, rc, type.name());
            return new Pair(new Fd(s.getInt(at)), new Fd(s.getInt(at + 4)));
        }
    }

    @Override
    public Fd connect(SocketType type, String path) {
        return named(SyscallNumber.CONNECT, type, path);
    }

    @Override
    public Fd listen(SocketType type, String path, int mode, int backlog) {
        Fd socket = named(SyscallNumber.BIND, type, path);
        try {
            // Between bind and this nobody can connect: nobody listens.
            files.chmod(null, Names.bytes(path), mode);
            check(SyscallNumber.LISTEN, calls.call(SyscallNumber.LISTEN, socket.number(), backlog), path);
            return socket;
        } catch (SyscallException e) {
            socket.close();
            throw e;
        }
    }

    /** A path too long for an address goes by way of its directory: /proc/self/fd/N/name. */
    private Fd named(SyscallNumber call, SocketType type, String path) {
        if (Names.bytes(path).length < SUN_PATH) {
            return address(call, type, path, path);
        }
        int slash = path.lastIndexOf('/');
        try (Fd directory = files.open(path.substring(0, slash + 1), OpenFlag.PATH, OpenFlag.DIRECTORY)) {
            String shorter = "/proc/self/fd/" + directory.number() + path.substring(slash);
            return address(call, type, shorter, path);
        }
    }

    private Fd address(SyscallNumber call, SocketType type, String path, String shown) {
        byte[] name = Names.bytes(path);
        if (name.length >= SUN_PATH) {
            throw SyscallException.of(call, -Errno.ENAMETOOLONG.number(), shown);
        }
        long fd = calls.call(SyscallNumber.SOCKET, AF_UNIX, type.number() | SOCK_CLOEXEC, 0);
        check(SyscallNumber.SOCKET, fd, type.name());
        Fd socket = new Fd((int) fd);
        try (Scratch s = calls.scratch()) {
            int at = s.struct(2 + SUN_PATH);
            s.putShort(at, AF_UNIX);
            for (int i = 0; i < name.length; i++) {
                s.putByte(at + 2 + i, name[i]);
            }
            check(call, calls.call(call, socket.number(), s.address(at), 2 + name.length + 1), shown);
            return socket;
        } catch (SyscallException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public Fd accept(Fd listener) {
        long fd = calls.call(SyscallNumber.ACCEPT4, listener.number(), 0, 0, SOCK_CLOEXEC);
        check(SyscallNumber.ACCEPT4, fd, "fd " + listener);
        return new Fd((int) fd);
    }

    @Override
    public Credentials peer(Fd socket) {
        try (Scratch s = calls.scratch()) {
            int at = s.struct(12);
            int length = s.room(4);
            s.putInt(length, 12);
            long rc = calls.call(
                    SyscallNumber.GETSOCKOPT,
                    socket.number(),
                    SOL_SOCKET,
                    SO_PEERCRED,
                    s.address(at),
                    s.address(length));
            check(SyscallNumber.GETSOCKOPT, rc, "SO_PEERCRED of fd " + socket);
            return new Credentials(s.getInt(at), s.getInt(at + 4), s.getInt(at + 8));
        }
    }

    @Override
    public int send(Fd socket, ByteBuffer message, List<Fd> cargo) {
        return messages.send(socket, message, cargo);
    }

    @Override
    public Received receive(Fd socket, ByteBuffer target) {
        return messages.receive(socket, target, true).orElseThrow();
    }

    @Override
    public Optional<Received> receiveNow(Fd socket, ByteBuffer target) {
        return messages.receive(socket, target, false);
    }

    @Override
    public void shutdown(Fd socket, Shutdown direction) {
        long rc = calls.call(SyscallNumber.SHUTDOWN, socket.number(), direction.number());
        check(SyscallNumber.SHUTDOWN, rc, "fd " + socket + ", " + direction);
    }

    @Override
    public int[] poll(List<PollEntry> entries, Duration timeout) {
        long deadline = System.nanoTime() + (timeout.isNegative() ? 0 : timeout.toNanos());
        try (Scratch s = calls.scratch(entries.size() * 8L + 1024)) {
            int array = s.room(entries.size() * 8);
            for (int i = 0; i < entries.size(); i++) {
                s.putInt(array + i * 8, entries.get(i).fd().number());
                s.putInt(array + i * 8 + 4, entries.get(i).events() & 0xffff);
            }
            int time = s.room(16);
            long rc;
            do {
                long left = Math.max(0, deadline - System.nanoTime());
                s.putLong(time, left / 1_000_000_000).putLong(time + 8, left % 1_000_000_000);
                long limit = timeout.isNegative() ? 0 : s.address(time);
                rc = calls.once(SyscallNumber.PPOLL, s.address(array), entries.size(), limit, 0, 0);
            } while (rc == -Errno.EINTR.number());
            check(SyscallNumber.PPOLL, rc, entries.toString());
            int[] events = new int[entries.size()];
            for (int i = 0; i < events.length; i++) {
                events[i] = s.getShort(array + i * 8 + 6) & 0xffff;
            }
            return events;
        }
    }

    private static void check(SyscallNumber call, long result, String arguments) {
        if (result < 0) {
            throw SyscallException.of(call, result, arguments);
        }
    }
}
