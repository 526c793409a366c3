package jdocker.daemon.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;

/** What a connection asks of its server. */
interface Server {
    Duration headTimeout();

    boolean stopping();

    /** Finds the handler and runs it on its lane, or answers on the spot. */
    void dispatch(HttpConnection connection, HttpConnection.Turn turn, RequestHead head);

    /** A whole error response that ends the connection. */
    ByteBuf encodeError(ByteBufAllocator allocator, int status, String message);

    ByteBuf encodeContinue(ByteBufAllocator allocator);

    void closed(HttpConnection connection);

    void failed(HttpConnection connection, Throwable cause);
}
