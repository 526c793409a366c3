package jdocker.network.dns;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.net.InetSocketAddress;
import java.util.Optional;
import jdocker.kernel.Fd;
import jdocker.kernel.SocketType;
import org.jspecify.annotations.Nullable;

/** One question to one server, by a socket of its own: so its port is another one each time, which makes forging harder. */
final class Conversation {
    /** So many messages that are no answer may come before the server, or whoever poses as it, is left alone. */
    private static final int MOST_JUNK = 32;

    private static final int LARGEST = 65535;

    private final EventLoop loop;
    private final byte[] question;
    private final Listener listener;
    private @Nullable Channel channel;
    private boolean closed;
    private int junk;

    /** What comes of it; once closed, nothing more. */
    interface Listener {
        void answered(byte[] response);

        /** No answer will come: nobody listens there, or the connection ended. */
        void failed();
    }

    private Conversation(EventLoop loop, byte[] question, Listener listener) {
        this.loop = loop;
        this.question = question;
        this.listener = listener;
    }

    static Conversation begin(
            EventLoop loop,
            Dialer dialer,
            SocketType type,
            InetSocketAddress server,
            byte[] question,
            Listener listener) {
        var conversation = new Conversation(loop, question, listener);
        dialer.dial(type, server, socket -> conversation.dialed(type, socket));
        return conversation;
    }

    private void dialed(SocketType type, Optional<Fd> socket) {
        if (closed) {
            socket.ifPresent(Fd::close);
            return;
        }
        if (socket.isEmpty()) {
            listener.failed();
            return;
        }
        Channel opened = type == SocketType.DATAGRAM
                ? datagrams(socket.get().release())
                : stream(socket.get().release());
        channel = opened;
        loop.register(opened).addListener(registered -> {
            if (registered.isSuccess()) {
                say();
            } else {
                fail();
            }
        });
    }

    private Channel datagrams(int socket) {
        var opened = new EpollDatagramChannel(socket);
        opened.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(LARGEST));
        opened.pipeline().addLast(new Answers<>(DatagramPacket.class));
        return opened;
    }

    private Channel stream(int socket) {
        var opened = new EpollSocketChannel(socket);
        opened.config().setOption(ChannelOption.TCP_NODELAY, true);
        opened.pipeline().addLast(new LengthFieldBasedFrameDecoder(LARGEST + 2, 0, 2, 0, 2));
        opened.pipeline().addLast(new Answers<>(ByteBuf.class));
        return opened;
    }

    /** Asks again, in case the question or its answer was lost. */
    void repeat() {
        if (channel instanceof EpollDatagramChannel && channel.isRegistered()) {
            say();
        }
    }

    private void say() {
        if (channel == null || closed) {
            return;
        }
        ByteBuf bytes = channel instanceof EpollDatagramChannel
                ? Unpooled.wrappedBuffer(question)
                : Unpooled.wrappedBuffer(new byte[] {(byte) (question.length >> 8), (byte) question.length}, question);
        channel.writeAndFlush(bytes);
    }

    void close() {
        closed = true;
        if (channel != null) {
            channel.close();
        }
    }

    private void fail() {
        if (!closed) {
            listener.failed();
        }
    }

    private void heard(ByteBuf content) {
        if (closed) {
            return;
        }
        byte[] response = ByteBufUtil.getBytes(content);
        if (response.length >= Wire.HEADER
                && Wire.id(response) == Wire.id(question)
                && Wire.answers(response, question)) {
            listener.answered(response);
        } else if (++junk > MOST_JUNK) {
            fail();
        }
    }

    private final class Answers<T> extends SimpleChannelInboundHandler<T> {
        Answers(Class<T> type) {
            super(type);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, T message) {
            heard(message instanceof DatagramPacket packet ? packet.content() : (ByteBuf) message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            fail(); // ICMP says that nobody listens, or the connection was reset
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            fail();
        }
    }
}
