package jdocker.image;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;

/**
 * A file on its way from the web. A connection that stalls is given up, redirects are followed up to ten times, as Docker
 * does, never from HTTPS to HTTP; a name and password in the address are shown to its own host alone.
 *
 * @param size in bytes as the server says it; -1 where it does not
 */
public record WebFile(InputStream content, long size) implements AutoCloseable {
    private static final int MOST_REDIRECTS = 10;
    private static final int MOST_TOLD = 512;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    static WebFile open(RegistryTransport transport, URI address) throws IOException {
        check(address);
        String credentials = address.getUserInfo();
        URI first = withoutCredentials(address);
        var origin = new RegistryEndpoint(first, false, false);
        URI at = first;
        for (int followed = 0; ; followed++) {
            HttpRequest.Builder request = HttpRequest.newBuilder(at)
                    .timeout(transport.patience())
                    .header("User-Agent", transport.settings().userAgent());
            if (credentials != null && origin.isOwn(at)) {
                byte[] pair = credentials.getBytes(StandardCharsets.UTF_8);
                request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
            }
            HttpResponse<InputStream> answer = transport.sendToWeb(request.build());
            if (!REDIRECTS.contains(answer.statusCode())) {
                return of(transport, first, answer);
            }
            answer.body().close();
            if (followed == MOST_REDIRECTS) {
                throw new IOException(
                        "Get \"" + first + "\": stopped after " + MOST_REDIRECTS + " redirects, the last to " + at);
            }
            at = target(at, answer.headers().firstValue("Location").orElse(""));
        }
    }

    private static void check(URI address) throws IOException {
        boolean web = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
        if (!web || address.getHost() == null) {
            throw new IOException("Get \"" + address.getScheme() + "://" + address.getHost()
                    + "\": it is no address of the kind" + " http://host/path or https://…");
        }
    }

    private static URI withoutCredentials(URI address) {
        String authority = address.getRawAuthority();
        String host = authority.substring(authority.lastIndexOf('@') + 1);
        String path = address.getRawPath().isEmpty() ? "/" : address.getRawPath();
        String query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
        return URI.create(address.getScheme() + "://" + host + path + query);
    }

    private static URI target(URI from, String location) throws IOException {
        try {
            URI target = from.resolve(location);
            boolean downgrade = from.getScheme().equals("https") && "http".equals(target.getScheme());
            if (location.isEmpty() || downgrade) {
                throw new IOException("Get \"" + from + "\": it leads to \"" + location + "\", which is not followed"
                        + (downgrade ? ": it is not encrypted" : ""));
            }
            check(target);
            return withoutCredentials(target);
        } catch (IllegalArgumentException e) {
            throw new IOException("Get \"" + from + "\": it leads to a malformed address", e);
        }
    }

    private static WebFile of(RegistryTransport transport, URI address, HttpResponse<InputStream> answer)
            throws IOException {
        if (answer.statusCode() < 200 || answer.statusCode() > 299) {
            throw refused(address, answer);
        }
        long size = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
        return new WebFile(transport.watch().watch(answer.body()), size);
    }

    /** In Docker's words: with the start of what the server says. */
    private static Refused refused(URI address, HttpResponse<InputStream> answer) throws IOException {
        String said;
        try (InputStream body = answer.body()) {
            said = new String(body.readNBytes(MOST_TOLD), StandardCharsets.UTF_8).strip();
        }
        return new Refused(
                answer.statusCode(),
                "failed to GET " + address + " with status " + answer.statusCode()
                        + (said.isEmpty() ? "" : ": " + RegistryErrors.shown(said)));
    }

    /** The server has answered, but not with the file. */
    public static final class Refused extends IOException {
        private final int status;

        Refused(int status, String message) {
            super(message);
            this.status = status;
        }

        /** Of HTTP. */
        public int status() {
            return status;
        }
    }

    @Override
    public void close() throws IOException {
        content.close();
    }
}
