package jdocker.daemon.container;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import jdocker.kernel.Fd;
import jdocker.runtime.ShimProtocol;

/**
 * Descriptors on their way to a shim, by the socket to which Netty writes everything else: it cannot send more than one
 * of them, nor choose the bytes that go along. All on the socket's event loop.
 */
final class Cargo {
    private static final int TRY_AGAIN_MILLIS = 10;

    private final Channel channel;
    private final Giving giving;
    private final int first;
    private final List<Fd> descriptors;
    private final CompletableFuture<Void> sent;
    private int given;

    /** {@link ProcessRuntime#hold}. */
    interface Giving {
        int give(Fd control, int first, List<Fd> descriptors);
    }

    /**
     * @param first the first one's number; what the shim has kept behind the last one is released
     * @param descriptors from now on ours
     */
    Cargo(Channel channel, Giving giving, int first, List<Fd> descriptors, CompletableFuture<Void> sent) {
        this.channel = channel;
        this.giving = giving;
        this.first = first;
        this.descriptors = List.copyOf(descriptors);
        this.sent = sent;
        sent.whenComplete((_, _) -> this.descriptors.forEach(Fd::close));
    }

    void send() {
        try {
            sendOrWait();
        } catch (RuntimeException e) {
            sent.completeExceptionally(e);
        }
    }

    private void sendOrWait() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        if (waiting == null || !channel.isActive()) {
            throw new IllegalStateException("the shim has ended");
        }
        if (!waiting.isEmpty()) {
            // Never into the midst of a message. Written last, this is through when all before it is.
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                    .addListener(_ -> channel.eventLoop().execute(this::send));
            return;
        }
        give();
        if (given < descriptors.size()) {
            channel.eventLoop().schedule(this::send, TRY_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            return;
        }
        int end = first + given;
        if (end < ShimProtocol.HELD_MOST) {
            channel.writeAndFlush(ControlMessage.release(channel.alloc(), end));
        }
        sent.complete(null);
    }

    private void give() {
        var control = new Fd(((EpollDomainSocketChannel) channel).fd().intValue());
        try {
            given += giving.give(control, first + given, descriptors.subList(given, descriptors.size()));
        } finally {
            control.release(); // it is the channel's
        }
    }
}
