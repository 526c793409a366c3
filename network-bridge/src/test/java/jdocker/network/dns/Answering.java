package jdocker.network.dns;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;

/** Sends from a descriptor that is already bound. */
record Answering(EventLoopGroup loop, EpollDatagramChannel channel) implements AutoCloseable {
    static Answering from(Kernel kernel, Fd socket) {
        Fd copy = socket.duplicate();
        kernel.inetSockets().blocking(copy, false);
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        EpollDatagramChannel channel = new EpollDatagramChannel(copy.release());
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter());
        loop.register(channel).syncUninterruptibly();
        return new Answering(loop, channel);
    }

    void send(String text, InetAddress to, int port) {
        channel.writeAndFlush(new DatagramPacket(
                        Unpooled.copiedBuffer(text, StandardCharsets.UTF_8), new InetSocketAddress(to, port)))
                .syncUninterruptibly();
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        loop.shutdownGracefully(0, 0, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
    }
}
