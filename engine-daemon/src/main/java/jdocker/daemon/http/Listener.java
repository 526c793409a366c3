package jdocker.daemon.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** A unix socket on which an {@link HttpServer} takes connections. */
public final class Listener implements AutoCloseable {
    private static final int BACKLOG = 4096;
    private static final String REFUSAL = "too many connections";

    private final Channel channel;
    private final Optional<Path> path;

    private Listener(Channel channel, Optional<Path> path) {
        this.channel = channel;
        this.path = path;
    }

    /**
     * Makes a socket file with mode 0660 and listens. Whatever socket is there is replaced: the caller holds the lock
     * that says nobody serves it.
     *
     * @param group who may connect besides root; empty leaves the process's own
     * @throws UncheckedIOException saying what stands against it
     */
    public static Listener bind(HttpServer server, EventLoops loops, Path path, Optional<GroupPrincipal> group) {
        try {
            removeStale(path);
            Socket socket = Socket.newSocketDomain();
            try {
                // Nobody can connect before listen(), so there is no moment with too wide a mode.
                socket.bind(new DomainSocketAddress(path.toFile()));
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
                if (group.isPresent()) {
                    Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                            .setGroup(group.get());
                }
                socket.listen(BACKLOG);
                return serve(server, loops, socket.intValue(), Optional.of(path));
            } catch (IOException | RuntimeException e) {
                socket.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on unix://" + path + ": " + e.getMessage(), e);
        }
    }

    /** Takes connections on a listening unix socket that the process was started with. */
    public static Listener adopt(HttpServer server, EventLoops loops, int descriptor) {
        return serve(server, loops, descriptor, Optional.empty());
    }

    private static void removeStale(Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            boolean socket = !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                    && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                    && !Files.isSymbolicLink(path);
            if (!socket) {
                throw new IOException("there is something that is no socket");
            }
            Files.delete(path);
        }
    }

    private static Listener serve(HttpServer server, EventLoops loops, int descriptor, Optional<Path> path) {
        Channel channel = new ServerBootstrap()
                .group(loops.group())
                .channelFactory(() -> new EpollServerDomainSocketChannel(descriptor, true))
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(32 * 1024, 128 * 1024))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel child) {
                        Optional<HttpConnection> connection = server.accept();
                        child.pipeline()
                                .addLast(connection
                                        .<ChannelInboundHandlerAdapter>map(c -> c)
                                        .orElseGet(() -> new Refusing(server)));
                    }
                })
                .register()
                .syncUninterruptibly()
                .channel();
        return new Listener(channel, path);
    }

    /** Stops taking connections; those that are open stay. */
    @Override
    public void close() {
        channel.close().awaitUninterruptibly(1000);
        path.ifPresent(file -> {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // the next daemon replaces it
            }
        });
    }

    /** Says why, and closes. */
    private static final class Refusing extends ChannelInboundHandlerAdapter {
        private final HttpServer server;

        Refusing(HttpServer server) {
            this.server = server;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.writeAndFlush(server.encodeError(context.alloc(), 503, REFUSAL))
                    .addListener(_ -> context.close());
        }
    }
}
