package jdocker.daemon.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.unix.PeerCredentials;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: reads one request at a time and leaves all that follows it unread until it is answered,
 * because what follows may be the raw bytes of a hijacked stream. Everything here runs on the connection's event loop.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter {
    /** An unread body of up to this is read to its end for the sake of the connection; a longer one ends it. */
    private static final long MAX_DRAIN = 256 * 1024;

    private static final long LINGER_MILLIS = 1000;

    private final Server server;
    private final HeadReader heads = new HeadReader();
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf in;
    private @Nullable Future<?> headDeadline;
    private @Nullable Turn turn;
    private @Nullable Hijacked hijacked;
    private boolean advancing;
    private boolean inputEnded;
    private boolean closing;
    private volatile boolean mustFinish;

    /** A request from its head to its answer, as the event loop sees it. */
    static final class Turn implements RequestBody.Source {
        private final HttpConnection connection;
        private final BodyDecoder decoder;
        private final RequestBody body = new RequestBody(this);
        private boolean continueDue;
        private boolean flowing;
        private boolean answered;
        private boolean keepAlive;
        private long drained;
        private @Nullable Exchange exchange;
        private @Nullable Runnable onWritable;

        Turn(HttpConnection connection, RequestHead head) {
            this.connection = connection;
            decoder = new BodyDecoder(head.bodyLength());
            continueDue = head.expectsContinue() && !decoder.done();
            keepAlive = head.keepAlive() && !head.http10();
        }

        RequestBody body() {
            return body;
        }

        @Override
        public void wanted() {
            connection.loop().execute(() -> connection.bodyWanted(this));
        }

        @Override
        public void resume() {
            connection.loop().execute(() -> connection.bodyWanted(this));
        }
    }

    HttpConnection(Server server) {
        this.server = server;
    }

    private ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("the connection is not open yet");
        }
        return context;
    }

    EventLoop loop() {
        return channel().eventLoop();
    }

    Channel channel() {
        return context().channel();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf data = (ByteBuf) message;
        if (hijacked != null) {
            hijacked.input(data);
        } else if (closing) {
            data.release();
        } else {
            in = in == null ? data : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), in, data);
            advance();
        }
    }

    /** Goes on as far as what has been read allows. */
    private void advance() {
        if (advancing) {
            return; // a request was answered on the spot; the loop below goes on
        }
        advancing = true;
        try {
            boolean more = true;
            while (more && in != null && !closing && hijacked == null) {
                if (turn == null) {
                    more = readHead(in);
                } else if (turn.flowing) {
                    more = pump(turn, in);
                } else {
                    setAutoRead(false);
                    more = false;
                }
                releaseIfRead();
            }
        } finally {
            advancing = false;
        }
    }

    private void releaseIfRead() {
        if (in != null && !in.isReadable()) {
            in.release();
            in = null;
        }
    }

    private boolean readHead(ByteBuf bytes) {
        try {
            Optional<RequestHead> head = heads.read(bytes);
            if (head.isEmpty()) {
                if (headDeadline == null && bytes.isReadable()) {
                    headDeadline = loop().schedule(
                                    this::headTooLate, server.headTimeout().toMillis(), TimeUnit.MILLISECONDS);
                }
                return false;
            }
            if (headDeadline != null) {
                headDeadline.cancel(false);
                headDeadline = null;
            }
            begin(head.get(), bytes);
            return true;
        } catch (RequestHead.Malformed e) {
            refuse(e);
            return false;
        }
    }

    private void headTooLate() {
        refuse(new RequestHead.Malformed(408, "the request's headers did not arrive in time"));
    }

    private void refuse(RequestHead.Malformed e) {
        closing = true;
        context().write(server.encodeError(context().alloc(), e.status(), e.text()));
        closeWhenWritten(true);
    }

    private void begin(RequestHead head, ByteBuf bytes) {
        Turn next = new Turn(this, head);
        turn = next;
        mustFinish = true;
        if (!next.decoder.done()) {
            if (head.bodyLength() > 0 && head.bodyLength() <= bytes.readableBytes()) {
                next.flowing = true; // it is here already
                pump(next, bytes);
            } else {
                setAutoRead(false);
            }
        } else {
            next.body.end();
        }
        server.dispatch(this, next, head);
    }

    /** What the server made of the head, if it made anything. */
    void began(Turn of, Exchange exchange) {
        of.exchange = exchange;
        if (inputEnded) {
            exchange.disconnect();
        }
    }

    private void bodyWanted(Turn of) {
        if (turn != of || closing || hijacked != null || of.answered) {
            return;
        }
        if (of.continueDue) {
            of.continueDue = false;
            context().writeAndFlush(server.encodeContinue(context().alloc()));
        }
        of.flowing = true;
        setAutoRead(true);
        advance();
    }

    /** Moves body bytes to the reader, or to nowhere. True when the next request may follow. */
    private boolean pump(Turn of, ByteBuf bytes) {
        try {
            while (of.flowing && !of.decoder.done()) {
                Optional<ByteBuf> data = of.decoder.next(bytes);
                if (data.isEmpty()) {
                    break;
                }
                if (of.answered) {
                    of.drained += data.get().readableBytes();
                    data.get().release();
                } else if (!of.body.offer(data.get())) {
                    of.flowing = false;
                    setAutoRead(false);
                }
            }
        } catch (IOException e) {
            of.body.fail(e);
            of.keepAlive = false;
            of.flowing = false;
            if (of.answered) {
                closeWhenWritten(true);
            }
            return false;
        }
        if (of.decoder.done()) {
            of.flowing = false;
            of.body.end();
            if (of.answered) {
                next();
                return true;
            }
        } else if (of.answered && of.drained > MAX_DRAIN) {
            closeWhenWritten(true);
        }
        return false;
    }

    /** Any thread: the last bytes of an answer. */
    void answer(Turn of, ByteBuf bytes) {
        if (loop().inEventLoop()) {
            context().writeAndFlush(bytes, context().voidPromise());
            answered(of);
        } else {
            loop().execute(() -> {
                context().writeAndFlush(bytes, context().voidPromise());
                answered(of);
            });
        }
    }

    private void answered(Turn of) {
        of.answered = true;
        if (of.exchange != null) {
            of.exchange.finish();
        } else {
            of.body.abandon();
        }
        if (!of.keepAlive || inputEnded || server.stopping()) {
            closeWhenWritten(!of.decoder.done());
        } else if (of.decoder.done()) {
            next();
        } else if (of.continueDue || of.decoder.remaining() > MAX_DRAIN) {
            closeWhenWritten(true);
        } else {
            of.flowing = true;
            setAutoRead(true);
            advance();
        }
    }

    private void next() {
        turn = null;
        mustFinish = false;
        setAutoRead(true);
        advance();
    }

    /** Whether the connection will be closed behind this answer: for the answer's head. */
    boolean keepsAlive(Turn of) {
        return of.keepAlive
                && !server.stopping()
                && !(of.continueDue)
                && !(of.decoder.remaining() > MAX_DRAIN && !of.flowing);
    }

    /** Any thread: as {@link #keepsAlive}, for an answer whose body may outlast the server and the request's body. */
    boolean keepsAliveBehindStream(Turn of) {
        mustFinish = false;
        return of.keepAlive && !server.stopping();
    }

    /** Any thread: whether a request is being answered that should not be cut off when the server stops. */
    boolean mustFinish() {
        return mustFinish;
    }

    /** Any thread. */
    void close() {
        context().close();
    }

    /** Any thread: part of an answer. */
    void write(ByteBuf bytes) {
        context().writeAndFlush(bytes, context().voidPromise());
    }

    /** Any thread: an answer that cannot be finished. The client sees it end too early. */
    void abort(Turn of) {
        loop().execute(() -> {
            if (of.exchange != null) {
                of.exchange.finish();
            }
            context().close();
        });
    }

    /** Any thread: calls when more can be written, or never will be. */
    void onWritable(Turn of, Runnable action) {
        loop().execute(() -> of.onWritable = action);
    }

    /** Any thread: leaves HTTP. What has been read belongs to the stream. Runs {@code then} when that is done. */
    void hijack(Turn of, ByteBuf head, Hijacked stream, Runnable then) {
        loop().execute(() -> {
            hijacked = stream;
            mustFinish = false;
            of.answered = true;
            setAutoRead(false);
            context().writeAndFlush(head, context().voidPromise());
            if (in != null) {
                stream.input(in);
                in = null;
            }
            if (inputEnded) {
                stream.inputEnded();
            }
            if (of.exchange != null) {
                of.exchange.finish();
            }
            if (!channel().isActive()) {
                stream.closed();
            }
            then.run();
        });
    }

    private void closeWhenWritten(boolean unread) {
        closing = true;
        mustFinish = false;
        setAutoRead(true);
        if (in != null) {
            in.release();
            in = null;
        }
        var written = context().writeAndFlush(Unpooled.EMPTY_BUFFER);
        if (!unread || inputEnded) {
            written.addListener(ChannelFutureListener.CLOSE);
            return;
        }
        // Closing a socket with unread input may cost the client the answer: let it finish writing, for a moment.
        written.addListener(_ -> ((DuplexChannel) channel()).shutdownOutput());
        loop().schedule(() -> context().close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Any thread: closes unless a request is being answered; that one will be the last. */
    void closeIfIdle() {
        loop().execute(() -> {
            if (turn == null && hijacked == null) {
                context().close();
            }
        });
    }

    private void setAutoRead(boolean on) {
        channel().config().setAutoRead(on);
    }

    Credentials peer() {
        try {
            if (channel() instanceof EpollDomainSocketChannel unix) {
                PeerCredentials peer = unix.peerCredentials();
                int[] groups = peer.gids();
                return new Credentials(peer.pid(), peer.uid(), groups.length > 0 ? groups[0] : -1);
            }
        } catch (IOException e) {
            // the client has gone
        }
        return new Credentials(-1, -1, -1);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            if (hijacked != null) {
                hijacked.inputEnded();
            } else if (turn == null || turn.answered || closing) {
                ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            } else {
                // Go's server takes this for the client's end too, and clients are used to it.
                lose(turn);
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    private static void lose(Turn of) {
        if (!of.decoder.done()) {
            of.body.fail(RequestBody.clientGone());
        }
        if (of.exchange != null) {
            of.exchange.disconnect();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        wake();
    }

    private void wake() {
        if (hijacked != null) {
            hijacked.writabilityChanged();
        } else if (turn != null && turn.onWritable != null) {
            turn.onWritable.run();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closing = true;
        if (headDeadline != null) {
            headDeadline.cancel(false);
        }
        if (in != null) {
            in.release();
            in = null;
        }
        if (turn != null) {
            lose(turn);
        }
        wake();
        if (hijacked != null) {
            hijacked.closed();
        }
        server.closed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        server.failed(this, cause);
        ctx.close();
    }
}
