package jdocker.daemon.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.util.function.Consumer;

/**
 * A connection that has left HTTP: raw bytes both ways, each direction closed by itself. All methods may be called
 * from any thread; callbacks run on {@link #eventLoop} and must not block. Set the callbacks before {@link #resumeInput}.
 */
public interface HijackedStream {

    Channel channel();

    EventLoop eventLoop();

    /** Input, starting with what had been read along with the request. The consumer owns the buffer and releases it. */
    void onInput(Consumer<ByteBuf> consumer);

    /** The client has shut its writing side, having sent everything; it may still be reading. */
    void onInputEnd(Runnable action);

    /** The connection is gone, for whatever reason. Called once; at once when it already is. */
    void onClose(Runnable action);

    /** Lets input flow. It does not before the first call. */
    void resumeInput();

    /** Holds input back in the socket (at most one read still comes). */
    void pauseInput();

    /** Writes and flushes; releases the buffer in any case. */
    ChannelFuture write(ByteBuf bytes);

    /** False while more than some 128 kB wait for the client: the moment to stop reading from the source. */
    boolean writable();

    /** Called each time the stream becomes writable again. */
    void onWritable(Runnable action);

    /** Shuts the writing side after what has been written; input goes on. */
    void closeOutput();

    /** Closes both sides after what has been written. */
    void close();
}
