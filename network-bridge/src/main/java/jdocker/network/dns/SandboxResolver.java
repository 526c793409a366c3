package jdocker.network.dns;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.timeout.IdleStateHandler;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import jdocker.kernel.Fd;
import jdocker.kernel.SocketType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;

/** The resolver as one container sees it: its two sockets, its names, its share of questions outside. On the event loop. */
final class SandboxResolver {
    private static final Logger log = LoggerFactory.getLogger(SandboxResolver.class);

    /** Questions outside that one container may have on their way: enough for the busiest, not for a flood. */
    private static final int MOST_FORWARDS = 1024;

    private static final int MOST_CONNECTIONS = 64;
    private static final int IDLE_SECONDS = 10;
    private static final int LARGEST = 65535;

    private final DnsServer server;
    private final String sandbox;
    private final DnsSockets sockets;
    private final Optional<Upstream> own;
    private final List<Channel> channels = new ArrayList<>();
    private int forwards;
    private int connections;
    private boolean warned;
    private boolean closed;

    SandboxResolver(
            DnsServer server, String sandbox, DnsSockets sockets, DnsSettings settings, Supplier<Fd> namespace) {
        this.server = server;
        this.sandbox = sandbox;
        this.sockets = sockets;
        this.own = upstream(settings, namespace);
    }

    private Optional<Upstream> upstream(DnsSettings settings, Supplier<Fd> namespace) {
        if (settings.servers().isEmpty()) {
            return Optional.empty();
        }
        // Within the namespace that address is ourselves.
        List<InetSocketAddress> others = settings.servers().stream()
                .filter(one -> !one.getAddress().equals(NamespaceSockets.ADDRESS))
                .toList();
        return Optional.of(new Upstream(List.of(sandbox, others), others, server.dialerWithin(namespace)));
    }

    void open() {
        try {
            server.kernel().inetSockets().blocking(sockets.udp(), false);
            server.kernel().inetSockets().blocking(sockets.tcp(), false);
        } catch (RuntimeException e) {
            sockets.close();
            throw e;
        }
        var datagrams = new EpollDatagramChannel(sockets.udp().release());
        // One byte more than is allowed, to see that there was more.
        datagrams.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(Query.MOST_BYTES + 1));
        datagrams.pipeline().addLast(new Datagrams());
        channels.add(datagrams);
        server.loop().register(datagrams);
        int listener = sockets.tcp().release();
        channels.add(new ServerBootstrap()
                .group(server.loop())
                .channelFactory(() -> new EpollServerSocketChannel(listener))
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(64 * 1024, 256 * 1024))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        accept(connection);
                    }
                })
                .register()
                .channel());
    }

    private void accept(Channel connection) {
        if (closed || connections >= MOST_CONNECTIONS) {
            connection.close();
            return;
        }
        connections++;
        channels.add(connection);
        connection.closeFuture().addListener(_ -> {
            connections--;
            channels.remove(connection);
        });
        connection
                .pipeline()
                .addLast(new IdleStateHandler(0, 0, IDLE_SECONDS, TimeUnit.SECONDS))
                .addLast(new LengthFieldBasedFrameDecoder(LARGEST + 2, 0, 2, 0, 2))
                .addLast(new Stream());
    }

    void close() {
        closed = true;
        sockets.close(); // when they were never opened; otherwise the channels have them
        List.copyOf(channels).forEach(Channel::close);
    }

    private void ask(byte[] wire, SocketType type, Consumer<byte[]> reply) {
        switch (Query.parse(wire)) {
            case Query.Parsed.Noise _ -> server.counters().malformed++;
            case Query.Parsed.Bad bad -> {
                server.counters().malformed++;
                reply.accept(Wire.failure(bad.id(), bad.opcode(), bad.rcode()));
            }
            case Query.Parsed.Good good -> resolve(good.query(), type, reply);
        }
    }

    private void resolve(Query query, SocketType type, Consumer<byte[]> reply) {
        Optional<Message> local = server.names().answer(sandbox, query);
        if (local.isPresent()) {
            server.counters().answered++;
            reply.accept(local.get().toWire(type == SocketType.DATAGRAM ? query.udpSize() : LARGEST));
        } else if (!server.names().mayForward(sandbox)) {
            // Behind an internal network there are no other names, and clients need not try again.
            reply.accept(Wire.failure(query, Rcode.NXDOMAIN));
        } else if (forwards >= MOST_FORWARDS) {
            refuse(query, reply);
        } else {
            forwards++;
            server.forwarder().ask(own.orElseGet(server::hostUpstream), query, type, response -> {
                forwards--;
                boolean fits = type != SocketType.DATAGRAM || response.length <= query.udpSize();
                reply.accept(fits ? response : Wire.truncated(response));
            });
        }
    }

    private void refuse(Query query, Consumer<byte[]> reply) {
        server.counters().refused++;
        if (!warned) {
            warned = true;
            log.warn(
                    "sandbox {} waits for {} names at once; more are refused until some are answered",
                    sandbox,
                    MOST_FORWARDS);
        }
        reply.accept(Wire.failure(query, Rcode.REFUSED));
    }

    private final class Datagrams extends SimpleChannelInboundHandler<DatagramPacket> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            InetSocketAddress asker = packet.sender();
            ask(ByteBufUtil.getBytes(packet.content()), SocketType.DATAGRAM, response -> {
                // A client that does not read fills its own buffer; what the kernel does not take is lost, as datagrams
                // are.
                if (context.channel().isOpen() && context.channel().isWritable()) {
                    context.writeAndFlush(new DatagramPacket(Unpooled.wrappedBuffer(response), asker));
                }
            });
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            log.debug("datagram of sandbox {}: {}", sandbox, cause.toString());
        }
    }

    private final class Stream extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
            ask(ByteBufUtil.getBytes(message), SocketType.STREAM, response -> {
                byte[] length = {(byte) (response.length >> 8), (byte) response.length};
                context.writeAndFlush(Unpooled.wrappedBuffer(length, response));
                if (!context.channel().isWritable()) {
                    context.close(); // asks and asks, and does not listen
                }
            });
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            context.close(); // idle
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
