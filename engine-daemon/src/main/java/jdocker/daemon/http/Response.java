package jdocker.daemon.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a handler answers. The headers that every Docker response carries are added on the way out. */
public sealed interface Response {

    int status();

    /** Further headers in the order they were added. */
    List<Map.Entry<String, String>> headers();

    /** The same response with one header more. Neither name nor value may come unchecked from a client. */
    Response withHeader(String name, String value);

    /** A value as JSON, ended by a newline, without HTML escaping. */
    static Response json(int status, Object body) {
        return new Json(status, body, List.of());
    }

    /** {@code 200} with JSON. */
    static Response ok(Object body) {
        return json(200, body);
    }

    /** {@code 201} with JSON. */
    static Response created(Object body) {
        return json(201, body);
    }

    /** {@code 200} with no body at all. */
    static Response ok() {
        return new Bytes(200, Optional.empty(), new byte[0], List.of());
    }

    static Response created() {
        return new Bytes(201, Optional.empty(), new byte[0], List.of());
    }

    static Response noContent() {
        return new Bytes(204, Optional.empty(), new byte[0], List.of());
    }

    static Response notModified() {
        return new Bytes(304, Optional.empty(), new byte[0], List.of());
    }

    static Response text(int status, String body) {
        return bytes(status, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
    }

    /** A body that is made already. */
    static Response bytes(int status, String contentType, byte[] body) {
        return new Bytes(status, Optional.of(contentType), body, List.of());
    }

    /** Headers at once, then the body in chunks as it is written. */
    static Response stream(int status, String contentType, StreamBody body) {
        return new Streamed(status, contentType, body, List.of());
    }

    /**
     * Takes the connection over: {@code 101 UPGRADED} when the client asked for an upgrade, else {@code 200} and raw
     * bytes.
     *
     * @param contentType what the {@code 101} says; the {@code 200} form always says raw-stream, as Docker does
     */
    static Response hijack(String contentType, HijackHandler handler) {
        return new Hijack(contentType, handler, List.of());
    }

    /**
     * Has another handler answer, on its own lane: for a route on {@link Lane#LOOP} that finds that this request, other
     * than most, takes longer.
     */
    static Response on(Lane lane, Handler handler) {
        return new Elsewhere(lane, handler);
    }

    record Elsewhere(Lane lane, Handler handler) implements Response {
        @Override
        public int status() {
            return 0;
        }

        @Override
        public List<Map.Entry<String, String>> headers() {
            return List.of();
        }

        @Override
        public Response withHeader(String name, String value) {
            throw new IllegalStateException("the other handler's answer is not there yet");
        }
    }

    record Json(int status, Object body, List<Map.Entry<String, String>> headers) implements Response {
        @Override
        public Response withHeader(String name, String value) {
            return new Json(status, body, plus(headers, name, value));
        }
    }

    record Bytes(int status, Optional<String> contentType, byte[] body, List<Map.Entry<String, String>> headers)
            implements Response {
        @Override
        public Response withHeader(String name, String value) {
            return new Bytes(status, contentType, body, plus(headers, name, value));
        }
    }

    record Streamed(int status, String contentType, StreamBody body, List<Map.Entry<String, String>> headers)
            implements Response {
        @Override
        public Response withHeader(String name, String value) {
            return new Streamed(status, contentType, body, plus(headers, name, value));
        }
    }

    record Hijack(String contentType, HijackHandler handler, List<Map.Entry<String, String>> headers)
            implements Response {
        @Override
        public int status() {
            return 101;
        }

        @Override
        public Response withHeader(String name, String value) {
            return new Hijack(contentType, handler, plus(headers, name, value));
        }
    }

    private static List<Map.Entry<String, String>> plus(
            List<Map.Entry<String, String>> headers, String name, String value) {
        if (unsafe(name) || unsafe(value)) {
            throw new IllegalArgumentException("header " + name + " holds a control character");
        }
        var more = new ArrayList<>(headers);
        more.add(Map.entry(name, value));
        return List.copyOf(more);
    }

    private static boolean unsafe(String text) {
        return text.chars().anyMatch(c -> c < ' ' || c >= 127);
    }
}
