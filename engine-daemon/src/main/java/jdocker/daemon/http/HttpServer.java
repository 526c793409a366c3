package jdocker.daemon.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jdocker.api.ErrorMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the routes of a {@link Router} on any number of listeners. */
public final class HttpServer implements AutoCloseable, Server {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    /**
     * @param product for the {@code Server} header
     * @param headTimeout from the first byte of a head to its last
     * @param maxConnections further ones are answered 503 and closed
     * @param stopTimeout how long {@link #close} waits for requests that are being answered
     */
    public record Settings(
            String product, boolean experimental, Duration headTimeout, int maxConnections, Duration stopTimeout) {}

    private final Resolver resolver;
    private final Settings settings;
    private final ResponseEncoder encoder;
    private final Answers answers;
    private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    public HttpServer(Router router, Lanes lanes, Settings settings) {
        resolver = new Resolver(router);
        this.settings = settings;
        encoder = new ResponseEncoder(settings.product(), settings.experimental(), Clock.systemUTC());
        answers = new Answers(encoder, lanes);
    }

    /** Connections that are open now. */
    public int connections() {
        return connections.size();
    }

    /** A handler for a new connection; empty when there are too many. */
    Optional<HttpConnection> accept() {
        if (stopping || connections.size() >= settings.maxConnections()) {
            return Optional.empty();
        }
        HttpConnection connection = new HttpConnection(this);
        connections.add(connection);
        return Optional.of(connection);
    }

    @Override
    public Duration headTimeout() {
        return settings.headTimeout();
    }

    @Override
    public boolean stopping() {
        return stopping;
    }

    @Override
    public void dispatch(HttpConnection connection, HttpConnection.Turn turn, RequestHead head) {
        Resolver.Resolved resolved = resolver.resolve(head);
        Exchange exchange = new Exchange(connection, head, turn.body(), resolved.destination(), resolved.query());
        connection.began(turn, exchange);
        LOG.debug("{}", exchange);
        if (resolved.refusal().isPresent()) {
            answers.send(connection, turn, exchange, resolved.refusal().get());
            return;
        }
        answers.start(
                connection,
                turn,
                exchange,
                exchange.route().lane(),
                exchange.route().handler());
    }

    @Override
    public ByteBuf encodeError(ByteBufAllocator allocator, int status, String message) {
        ByteBuf body = allocator.ioBuffer(256);
        try (OutputStream stream = new ByteBufOutputStream(body)) {
            WireJson.mapper().writeValue(stream, new ErrorMessage(message));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        body.writeByte('\n');
        ByteBuf out = allocator.ioBuffer(512);
        encoder.head(
                out,
                status,
                ResponseEncoder.JSON,
                List.of(),
                new ResponseEncoder.Framing.Length(body.readableBytes()),
                false);
        out.writeBytes(body);
        body.release();
        return out;
    }

    @Override
    public ByteBuf encodeContinue(ByteBufAllocator allocator) {
        ByteBuf out = allocator.ioBuffer(32);
        out.writeCharSequence("HTTP/1.1 100 Continue\r\n\r\n", StandardCharsets.US_ASCII);
        return out;
    }

    @Override
    public void closed(HttpConnection connection) {
        connections.remove(connection);
    }

    @Override
    public void failed(HttpConnection connection, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("connection lost: {}", cause.getMessage());
        } else {
            LOG.error("a connection failed", cause);
        }
    }

    /** Lets requests that are being answered finish within the stop timeout, then closes what is left. */
    @Override
    public void close() {
        stopping = true;
        long deadline = System.nanoTime() + settings.stopTimeout().toNanos();
        connections.forEach(HttpConnection::closeIfIdle);
        try {
            while (connections.stream().anyMatch(HttpConnection::mustFinish) && System.nanoTime() < deadline) {
                Thread.sleep(10);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connections.forEach(HttpConnection::close);
    }
}
