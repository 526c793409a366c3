package jdocker.daemon.container;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

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

    private ControlMessage() {}

    static ByteBuf header(ByteBufAllocator alloc, int type, int length) {
        return alloc.buffer(HEADER).writeInt(type << 24).writeInt(length);
    }

    static ByteBuf resize(ByteBufAllocator alloc, int rows, int columns) {
        return header(alloc, RESIZE, 4).writeShortLE(rows).writeShortLE(columns);
    }
}
