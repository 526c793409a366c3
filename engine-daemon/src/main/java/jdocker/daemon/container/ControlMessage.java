package jdocker.daemon.container;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import jdocker.runtime.ShimProtocol;

/** The messages of a shim's control socket that the daemon's event loop speaks; docs/shim-protocol.md has them all. */
final class ControlMessage {
    /** Type, three zeros, length as 32 bits in network order: Docker's own frame header. */
    static final int HEADER = 8;

    static final int MAX_PAYLOAD = 64 * 1024;

    static final int STDIN = 0;
    static final int STDOUT = 1;
    static final int STDERR = 2;
    static final int STARTED = 16;
    static final int FAILED = 17;
    static final int EXITED = 18;
    static final int CREDIT = 19;
    static final int CLOSE_STDIN = 32;
    static final int RESIZE = 33;
    static final int SUBSCRIBE = 34;
    static final int UNSUBSCRIBE = 35;
    static final int RELEASE = ShimProtocol.RELEASE;

    private ControlMessage() {}

    static ByteBuf header(ByteBufAllocator alloc, int type, int length) {
        return alloc.buffer(HEADER).writeInt(type << 24).writeInt(length);
    }

    /** All held descriptors from this one of {@code StartRequest.held} on. */
    static ByteBuf release(ByteBufAllocator alloc, int first) {
        return header(alloc, RELEASE, 8)
                .writeIntLE(ShimProtocol.HELD_FIRST + first)
                .writeIntLE(ShimProtocol.HELD_MOST - first);
    }

    static ByteBuf resize(ByteBufAllocator alloc, int rows, int columns) {
        return header(alloc, RESIZE, 4).writeShortLE(rows).writeShortLE(columns);
    }
}
