package jdocker.runtime;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;

/**
 * The handshake on a shim's socket. It reads whole messages and not a byte more, so that the descriptor can be handed to an
 * event loop afterwards. Waits: for platform threads only.
 */
final class ShimConnection {
    private final Kernel kernel;
    private final Fd socket;

    ShimConnection(Kernel kernel, Fd socket) {
        this.kernel = kernel;
        this.socket = socket;
    }

    /**
     * The next message; empty when the shim has closed the connection.
     *
     * @throws ShimSilent if nothing comes in time
     */
    Optional<ShimMessage> receive(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        ByteBuffer header = ByteBuffer.allocate(ShimProtocol.HEADER_SIZE);
        if (!fill(header, deadline)) {
            return Optional.empty();
        }
        int type = Byte.toUnsignedInt(header.get(0));
        int length = header.getInt(4);
        if (length < 0 || length > ShimProtocol.MAX_PAYLOAD) {
            throw new IllegalArgumentException("shim message of " + Integer.toUnsignedString(length) + " bytes");
        }
        ByteBuffer payload = ByteBuffer.allocate(length);
        return fill(payload, deadline) ? Optional.of(ShimMessage.decode(type, payload.array())) : Optional.empty();
    }

    /** Sends one message; waits while the socket is full. */
    void send(int type, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(ShimProtocol.HEADER_SIZE + payload.length);
        frame.putInt(type << 24).putInt(payload.length).put(payload).flip();
        kernel.data().write(socket, frame);
    }

    private boolean fill(ByteBuffer target, long deadline) {
        while (target.hasRemaining()) {
            Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
            if (!kernel.sockets().readable(socket, left)) {
                throw new ShimSilent();
            }
            if (kernel.data().read(socket, target) < 0) {
                return false;
            }
        }
        return true;
    }

    /** The shim let the time pass. */
    static final class ShimSilent extends RuntimeException {
        private static final long serialVersionUID = 1;

        ShimSilent() {
            super("the shim does not answer");
        }
    }
}
