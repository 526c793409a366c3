package jdocker.daemon.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection that has left HTTP. Its state belongs to the event loop. */
final class Hijacked implements HijackedStream {
    private final Channel channel;
    private final ArrayDeque<ByteBuf> held = new ArrayDeque<>();
    private @Nullable Consumer<ByteBuf> consumer;
    private @Nullable Runnable onInputEnd;
    private @Nullable Runnable onClose;
    private @Nullable Runnable onWritable;
    private boolean flowing;
    private boolean inputEnded;
    private boolean closed;

    Hijacked(Channel channel) {
        this.channel = channel;
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public EventLoop eventLoop() {
        return channel.eventLoop();
    }

    private void onLoop(Runnable action) {
        if (eventLoop().inEventLoop()) {
            action.run();
        } else {
            eventLoop().execute(action);
        }
    }

    @Override
    public void onInput(Consumer<ByteBuf> newConsumer) {
        onLoop(() -> consumer = newConsumer);
    }

    @Override
    public void onInputEnd(Runnable action) {
        onLoop(() -> onInputEnd = action);
    }

    @Override
    public void onClose(Runnable action) {
        onLoop(() -> {
            if (closed) {
                action.run();
            } else {
                onClose = action;
            }
        });
    }

    @Override
    public void onWritable(Runnable action) {
        onLoop(() -> onWritable = action);
    }

    @Override
    public void resumeInput() {
        onLoop(() -> {
            flowing = true;
            deliver();
            if (flowing && !inputEnded && !closed) {
                channel.config().setAutoRead(true);
            }
        });
    }

    @Override
    public void pauseInput() {
        onLoop(() -> {
            flowing = false;
            channel.config().setAutoRead(false);
        });
    }

    private void deliver() {
        while (flowing && consumer != null && !held.isEmpty()) {
            consumer.accept(held.remove());
        }
        if (flowing && inputEnded && held.isEmpty() && onInputEnd != null) {
            Runnable once = onInputEnd;
            onInputEnd = null;
            once.run();
        }
    }

    @Override
    public ChannelFuture write(ByteBuf bytes) {
        return channel.writeAndFlush(bytes);
    }

    @Override
    public boolean writable() {
        return channel.isWritable();
    }

    @Override
    public void closeOutput() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> ((DuplexChannel) channel).shutdownOutput());
    }

    @Override
    public void close() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    void input(ByteBuf data) {
        if (closed) {
            data.release();
            return;
        }
        held.add(data);
        deliver();
    }

    void inputEnded() {
        inputEnded = true;
        deliver();
    }

    void writabilityChanged() {
        if (channel.isWritable() && onWritable != null) {
            onWritable.run();
        }
    }

    void closed() {
        if (closed) {
            return;
        }
        closed = true;
        held.forEach(ByteBuf::release);
        held.clear();
        if (onClose != null) {
            onClose.run();
        }
    }
}
