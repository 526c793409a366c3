package jdocker.kernel;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Unix sockets: pairs, paths of any length, descriptors as cargo, who is at the other end; and waiting for any descriptor. */
public interface Sockets {
    Pair pair(SocketType type);

    /** Connects to a socket file; ECONNREFUSED when nobody listens, ENOENT when there is none. */
    Fd connect(SocketType type, String path);

    /** Binds a socket file with this mode and listens. An existing file is an error (EADDRINUSE). */
    Fd listen(SocketType type, String path, int mode, int backlog);

    /** Waits for a connection. Only on a platform thread. */
    Fd accept(Fd listener);

    /** The process at the other end, as it was when it connected or made the pair. */
    Credentials peer(Fd socket);

    /** One sendmsg(2) of what the buffer has left and these descriptors; how many bytes. EPIPE, never a signal. */
    int send(Fd socket, ByteBuffer message, List<Fd> cargo);

    /** One recvmsg(2). Descriptors that came along are the caller's; length -1 at the end. */
    Received receive(Fd socket, ByteBuffer target);

    /** The same without waiting; empty when there is nothing yet. */
    Optional<Received> receiveNow(Fd socket, ByteBuffer target);

    /** Ends one direction or both: {@code SHUT_*}. */
    void shutdown(Fd socket, Shutdown direction);

    /**
     * ppoll(2). The answer holds for each entry the {@link PollEvent} bits that came true; all 0 when the time ran out.
     * A negative timeout waits for ever. Only on a platform thread, unless the timeout is zero.
     */
    int[] poll(List<PollEntry> entries, Duration timeout);

    /** Whether a read would not wait, by the end of the timeout. */
    default boolean readable(Fd fd, Duration timeout) {
        return poll(List.of(new PollEntry(fd, PollEvent.IN)), timeout)[0] != 0;
    }

    record Pair(Fd first, Fd second) implements AutoCloseable {
        @Override
        public void close() {
            first.close();
            second.close();
        }
    }

    record Credentials(int pid, int uid, int gid) {}

    /** {@code truncated} when the buffer was too small for the message, or some descriptors did not fit. */
    record Received(int length, List<Fd> cargo, boolean truncated) {}

    /** {@code events} from {@link PollEvent}. */
    record PollEntry(Fd fd, int events) {}

    enum Shutdown {
        READ(0),
        WRITE(1),
        BOTH(2);

        private final int number;

        Shutdown(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }
}
