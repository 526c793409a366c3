package jdocker.daemon.container;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import jdocker.daemon.http.HijackedStream;

/** A client's connection in memory: collects what is written, sends what the test says. */
final class FakeStream implements HijackedStream {
    private final EventLoop loop;
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private Consumer<ByteBuf> input = ByteBuf::release;
    private Runnable inputEnd = () -> {};
    private Runnable closed = () -> {};
    private Runnable writableAgain = () -> {};
    private volatile boolean writable = true;
    private volatile boolean reading;
    private volatile boolean outputClosed;
    private volatile boolean gone;

    FakeStream(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public EventLoop eventLoop() {
        return loop;
    }

    @Override
    public void onInput(Consumer<ByteBuf> consumer) {
        input = consumer;
    }

    @Override
    public void onInputEnd(Runnable action) {
        inputEnd = action;
    }

    @Override
    public void onClose(Runnable action) {
        closed = action;
        if (gone) {
            action.run();
        }
    }

    @Override
    public void resumeInput() {
        reading = true;
    }

    @Override
    public void pauseInput() {
        reading = false;
    }

    @Override
    public synchronized ChannelFuture write(ByteBuf bytes) {
        byte[] copy = new byte[bytes.readableBytes()];
        bytes.readBytes(copy);
        bytes.release();
        received.writeBytes(copy);
        return channel.newSucceededFuture();
    }

    @Override
    public boolean writable() {
        return writable;
    }

    @Override
    public void onWritable(Runnable action) {
        writableAgain = action;
    }

    @Override
    public void closeOutput() {
        outputClosed = true;
    }

    @Override
    public void close() {
        outputClosed = true;
    }

    synchronized byte[] received() {
        return received.toByteArray();
    }

    boolean isReading() {
        return reading;
    }

    boolean isEnded() {
        return outputClosed;
    }

    void send(byte[] bytes) {
        input.accept(Unpooled.copiedBuffer(bytes));
    }

    void sendEnd() {
        inputEnd.run();
    }

    void disconnect() {
        gone = true;
        writable = false;
        closed.run();
    }

    void writable(boolean now) {
        writable = now;
        if (now) {
            writableAgain.run();
        }
    }
}
