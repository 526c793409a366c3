package jdocker.daemon.http;

import java.io.InputStream;
import java.util.Optional;

/** One request. Its methods may be called from any thread until the handler has returned. */
public interface Request {

    HttpMethod method();

    /** The decoded path without the version prefix, such as {@code /containers/web/json}. */
    String path();

    /**
     * What the path has in the place of {@code {name}} in the route's template; decoded, never empty, never NUL.
     *
     * @throws IllegalArgumentException when the template has no such name: a mistake in the route
     */
    String path(String name);

    Query query();

    /** The version in the path, or {@link ApiVersion#CURRENT}. */
    ApiVersion version();

    /** The value of a header; the first when there are several. Names are case-insensitive. */
    Optional<String> header(String name);

    /** The body's declared length in bytes: 0 when there is none, -1 when it is chunked. */
    long contentLength();

    /**
     * The body. Reading blocks until bytes arrive; the client is slowed down to the pace of the reader. May still be
     * read while a streamed response is being written. Throws {@link java.io.IOException} when the client goes away
     * before the end. The same stream each time.
     */
    InputStream body();

    /**
     * The body as JSON: checks the content type, refuses trailing data, duplicate keys and deep nesting, ignores
     * unknown fields, takes keys in any case, as Docker does.
     *
     * @throws jdocker.daemon.error.EngineException.InvalidRequest when it is no such JSON, or empty
     * @throws jdocker.daemon.error.EngineException.TooLarge above 16 MiB
     */
    <T> T json(Class<T> type);

    /** As {@link #json}, but an empty body is fine. */
    <T> Optional<T> optionalJson(Class<T> type);

    /** Whether the client asked for {@code 101 UPGRADED} by an {@code Upgrade} header. */
    boolean wantsUpgrade();

    /**
     * Calls when the client goes away before it has its answer; at once when it already has. Runs on the event loop:
     * must not block.
     */
    void onDisconnect(Runnable action);

    Credentials peer();
}
