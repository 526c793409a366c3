package jdocker.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.util.List;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.SyscallException;
import org.junit.jupiter.api.Test;

class KeptSocketsTest {
    private static final int SOL_SOCKET = 1;
    private static final int SO_LOCK_FILTER = 44;

    private final Kernel kernel = Kernel.load();
    private final InetAddress loopback = InetAddress.getLoopbackAddress();

    @Test
    void aSocketIsTakenOnceAndTheOthersAreClosed() {
        Fd wanted = kernel.portSockets().bind(Protocol.TCP.number(), loopback, 0, false);
        Fd other = kernel.portSockets().bind(Protocol.UDP.number(), loopback, 0, false);
        int port = kernel.inetSockets().local(wanted).getPort();
        try (var kept = new KeptSockets(kernel, List.of(other, wanted))) {
            assertThat(kept.take(Protocol.UDP, loopback, port, true)).isEmpty();
            assertThat(kept.take(Protocol.TCP, loopback, port, true)).hasValue(wanted);
            assertThat(kept.take(Protocol.TCP, loopback, port, true)).isEmpty();
        }
        assertThat(other.isOpen()).isFalse();
        assertThat(wanted.isOpen()).isTrue();
        wanted.close();
    }

    @Test
    void aSocketThatCannotBeMadeDeafIsClosedWithTheOthers() throws Throwable {
        Fd locked = kernel.portSockets().bind(Protocol.TCP.number(), loopback, 0, false);
        int port = kernel.inetSockets().local(locked).getPort();
        lockFilter(locked);
        try (var kept = new KeptSockets(kernel, List.of(locked))) {
            assertThatThrownBy(() -> kept.take(Protocol.TCP, loopback, port, true))
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining("EPERM");
        }
        assertThat(locked.isOpen()).isFalse();
    }

    /** From now on no filter can be put on it. */
    @SuppressWarnings("restricted") // there is no other way to a socket option that only a test wants
    private static void lockFilter(Fd socket) throws Throwable {
        Linker linker = Linker.nativeLinker();
        var setsockopt = linker.downcallHandle(
                linker.defaultLookup().find("setsockopt").orElseThrow(),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment on = arena.allocateFrom(ValueLayout.JAVA_INT, 1);
            int result = (int) setsockopt.invokeExact(socket.number(), SOL_SOCKET, SO_LOCK_FILTER, on, 4);
            assertThat(result).isZero();
        }
    }
}
