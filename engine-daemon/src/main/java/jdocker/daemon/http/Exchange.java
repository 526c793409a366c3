package jdocker.daemon.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.error.EngineException.TooLarge;
import org.jspecify.annotations.Nullable;

/** One request on its connection, as the handler sees it. */
final class Exchange implements Request {
    private static final int MAX_JSON = 16 << 20;

    /** A worker waits for the next byte of a small body for so long; a client that stalls must not keep it. */
    private static final Duration JSON_PATIENCE = Duration.ofSeconds(60);

    /** Where a request goes: what the router made of its path. */
    record Destination(
            HttpMethod method, String path, ApiVersion version, Router.Route route, Map<String, String> names) {}

    private final HttpConnection connection;
    private final RequestHead head;
    private final RequestBody body;
    private final Destination destination;
    private final Query query;
    private final List<Runnable> onDisconnect = new ArrayList<>(1);
    private boolean disconnected;
    private boolean over;

    Exchange(HttpConnection connection, RequestHead head, RequestBody body, Destination destination, Query query) {
        this.connection = connection;
        this.head = head;
        this.body = body;
        this.destination = destination;
        this.query = query;
    }

    RequestHead head() {
        return head;
    }

    Router.Route route() {
        return destination.route;
    }

    @Override
    public HttpMethod method() {
        return destination.method;
    }

    @Override
    public String path() {
        return destination.path;
    }

    @Override
    public String path(String name) {
        String value = destination.names.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no {" + name + "} in " + destination.route.template());
        }
        return value;
    }

    @Override
    public Query query() {
        return query;
    }

    @Override
    public ApiVersion version() {
        return destination.version;
    }

    @Override
    public Optional<String> header(String name) {
        return head.header(name);
    }

    @Override
    public long contentLength() {
        return head.bodyLength();
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    public <T> T json(Class<T> type) {
        return optionalJson(type)
                .orElseThrow(() -> new InvalidRequest("invalid JSON: got EOF while reading request body"));
    }

    @Override
    public <T> Optional<T> optionalJson(Class<T> type) {
        requireJsonType();
        byte[] bytes = wholeBody();
        if (bytes.length == 0) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(WireJson.mapper().readValue(bytes, type));
        } catch (JsonProcessingException e) {
            throw new InvalidRequest(WireJson.complaint(e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void requireJsonType() {
        if (head.bodyLength() == 0 && header("Content-Type").isEmpty()) {
            return;
        }
        String type = header("Content-Type").orElse("");
        int end = type.indexOf(';');
        String media = (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        if (media.isEmpty()) {
            throw new InvalidRequest("malformed Content-Type header (" + type + "): mime: no media type");
        }
        if (!media.equals("application/json")) {
            throw new InvalidRequest("unsupported Content-Type header (" + type + "): must be 'application/json'");
        }
    }

    private byte[] wholeBody() {
        if (head.bodyLength() > MAX_JSON) {
            throw tooLarge();
        }
        body.patience(JSON_PATIENCE);
        try {
            byte[] bytes = body.readNBytes(MAX_JSON + 1);
            if (bytes.length > MAX_JSON) {
                throw tooLarge();
            }
            return bytes;
        } catch (IOException e) {
            throw new InvalidRequest("cannot read the request's body: " + e.getMessage());
        }
    }

    private static TooLarge tooLarge() {
        return new TooLarge("request body too large: more than " + MAX_JSON + " bytes of JSON");
    }

    @Override
    public boolean wantsUpgrade() {
        return header("Upgrade").isPresent();
    }

    @Override
    public void onDisconnect(Runnable action) {
        synchronized (onDisconnect) {
            if (over) {
                return;
            }
            if (!disconnected) {
                onDisconnect.add(action);
                return;
            }
        }
        action.run();
    }

    @Override
    public Credentials peer() {
        return connection.peer();
    }

    /** Event loop: the client has gone before it had its answer. */
    void disconnect() {
        List<Runnable> actions;
        synchronized (onDisconnect) {
            if (over || disconnected) {
                return;
            }
            disconnected = true;
            actions = List.copyOf(onDisconnect);
            onDisconnect.clear();
        }
        actions.forEach(Runnable::run);
    }

    /** Answered: what happens to the connection is no longer this request's business. */
    void finish() {
        synchronized (onDisconnect) {
            over = true;
            onDisconnect.clear();
        }
        body.abandon();
    }

    boolean disconnected() {
        synchronized (onDisconnect) {
            return disconnected;
        }
    }

    /** For the log. */
    @Override
    public @Nullable String toString() {
        return head.method() + " " + destination.path;
    }
}
