package jdocker.daemon.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import jdocker.api.ErrorMessage;
import jdocker.daemon.error.EngineException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs handlers and writes what they answer. */
final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private final ResponseEncoder encoder;

    private final Lanes lanes;

    Answers(ResponseEncoder encoder, Lanes lanes) {
        this.encoder = encoder;
        this.lanes = lanes;
    }

    /** Has the handler called on its lane, unless that is overcrowded. */
    void start(HttpConnection connection, HttpConnection.Turn turn, Exchange exchange, Lane lane, Handler handler) {
        try {
            lanes.execute(lane, () -> run(connection, turn, exchange, handler));
        } catch (EngineException.Unavailable e) {
            LOG.warn("{}: {}", exchange, e.getMessage());
            send(connection, turn, exchange, error(503, String.valueOf(e.getMessage())));
        }
    }

    /** On the lane's thread: from the request to the answer's last byte. */
    private void run(HttpConnection connection, HttpConnection.Turn turn, Exchange exchange, Handler handler) {
        try {
            send(connection, turn, exchange, handle(exchange, handler));
        } catch (RejectedExecutionException e) {
            LOG.debug("{}: the daemon stops", exchange);
        } catch (Throwable thrown) {
            LOG.error("{}: the answer could not be written", exchange, thrown);
            connection.abort(turn); // else the client would wait for ever
        }
    }

    private static Response handle(Exchange exchange, Handler handler) {
        try {
            return handler.handle(exchange);
        } catch (Throwable thrown) {
            return failure(exchange, thrown);
        }
    }

    void send(HttpConnection connection, HttpConnection.Turn turn, Exchange exchange, Response response) {
        try {
            switch (response) {
                case Response.Json json -> connection.answer(turn, encode(connection, turn, exchange, json));
                case Response.Bytes bytes -> connection.answer(turn, encode(connection, turn, exchange, bytes));
                case Response.Streamed streamed -> stream(connection, turn, exchange, streamed);
                case Response.Elsewhere elsewhere ->
                    start(connection, turn, exchange, elsewhere.lane(), elsewhere.handler());
                case Response.Hijack hijack -> hijack(connection, turn, exchange, hijack);
            }
        } catch (RuntimeException e) {
            // Only what cannot be written as JSON comes here, before anything was sent.
            connection.answer(turn, encode(connection, turn, exchange, (Response.Json) failure(exchange, e)));
        }
    }

    private ByteBuf encode(HttpConnection connection, HttpConnection.Turn turn, Exchange exchange, Response.Json json) {
        if (exchange.version().compareTo(ApiVersion.MINIMUM) < 0 && json.body() instanceof ErrorMessage error) {
            // Clients of that age read errors as text.
            return encode(
                    connection, turn, exchange, (Response.Bytes) Response.text(json.status(), error.message() + "\n"));
        }
        ByteBufAllocator allocator = connection.channel().alloc();
        ByteBuf body = allocator.ioBuffer(1024);
        ByteBuf out = allocator.ioBuffer(512);
        try {
            try (OutputStream stream = new ByteBufOutputStream(body)) {
                WireJson.mapper().writeValue(stream, json.body());
            }
            body.writeByte('\n');
            encoder.head(
                    out,
                    json.status(),
                    ResponseEncoder.JSON,
                    json.headers(),
                    new ResponseEncoder.Framing.Length(body.readableBytes()),
                    connection.keepsAlive(turn));
            return join(allocator, out, exchange.method() == HttpMethod.HEAD ? body.clear() : body);
        } catch (IOException e) {
            body.release();
            out.release();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            body.release();
            out.release();
            throw e;
        }
    }

    private static ByteBuf join(ByteBufAllocator allocator, ByteBuf head, ByteBuf body) {
        if (body.readableBytes() <= 16 * 1024) {
            head.writeBytes(body);
            body.release();
            return head;
        }
        return allocator.compositeBuffer(2).addComponents(true, head, body);
    }

    private ByteBuf encode(
            HttpConnection connection, HttpConnection.Turn turn, Exchange exchange, Response.Bytes bytes) {
        boolean bodyless = bytes.status() == 204 || bytes.status() == 304;
        ByteBuf out = connection.channel().alloc().ioBuffer(512 + bytes.body().length);
        encoder.head(
                out,
                bytes.status(),
                bytes.contentType().orElse(""),
                bytes.headers(),
                bodyless ? new ResponseEncoder.Framing.None() : new ResponseEncoder.Framing.Length(bytes.body().length),
                connection.keepsAlive(turn));
        if (exchange.method() != HttpMethod.HEAD) {
            out.writeBytes(bytes.body());
        }
        return out;
    }

    private void stream(
            HttpConnection connection, HttpConnection.Turn turn, Exchange exchange, Response.Streamed streamed) {
        boolean http10 = exchange.head().http10();
        ByteBuf head = connection.channel().alloc().ioBuffer(512);
        encoder.head(
                head,
                streamed.status(),
                streamed.contentType(),
                streamed.headers(),
                http10 ? new ResponseEncoder.Framing.None() : new ResponseEncoder.Framing.Chunked(),
                connection.keepsAliveBehindStream(turn));
        ChunkedStream stream = new ChunkedStream(connection, turn, exchange);
        connection.write(head);
        try {
            streamed.body().writeTo(stream);
            stream.finish();
        } catch (Throwable thrown) {
            if (!exchange.disconnected()) {
                LOG.warn("{}: the response was cut short", exchange, thrown);
            }
            stream.abort();
        }
    }

    private void hijack(
            HttpConnection connection, HttpConnection.Turn turn, Exchange exchange, Response.Hijack hijack) {
        ByteBuf head = connection.channel().alloc().ioBuffer(512);
        encoder.hijackHead(head, exchange.wantsUpgrade(), hijack.contentType(), hijack.headers());
        Hijacked stream = new Hijacked(connection.channel());
        EventLoop loop = connection.loop();
        var taken = new CountDownLatch(1);
        connection.hijack(turn, head, stream, taken::countDown);
        try {
            if (!loop.inEventLoop()) {
                taken.await();
            }
            hijack.handler().accept(stream);
        } catch (Throwable thrown) {
            LOG.error("{}: the stream failed", exchange, thrown);
            stream.close();
        }
    }

    private static Response failure(Exchange exchange, Throwable thrown) {
        int status = statusOf(thrown);
        if (status == 500 && !exchange.disconnected()) {
            LOG.error("{} failed", exchange, thrown);
        }
        String message = thrown.getMessage();
        return error(status, message == null || message.isEmpty() ? thrown.toString() : message);
    }

    static Response error(int status, String message) {
        return new Response.Json(status, new ErrorMessage(message), List.of());
    }

    private static int statusOf(Throwable thrown) {
        if (!(thrown instanceof EngineException failure)) {
            return 500;
        }
        return switch (failure) {
            case EngineException.InvalidRequest _ -> 400;
            case EngineException.Unauthorized _ -> 401;
            case EngineException.Forbidden _ -> 403;
            case EngineException.NotFound _ -> 404;
            case EngineException.Conflict _ -> 409;
            case EngineException.TooLarge _ -> 413;
            case EngineException.RemoteFailure _ -> 500;
            case EngineException.NotImplemented _ -> 501;
            case EngineException.Unavailable _ -> 503;
        };
    }
}
