package jdocker.image;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import jdocker.image.RegistryException.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests to one endpoint on behalf of one user: shows credentials to the endpoint alone, follows redirects, waits and
 * tries again where that may help.
 */
final class RegistryConnection {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryConnection.class);
    /** How long a registry may ask us to wait. */
    static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

    private static final int MOST_REDIRECTS = 5;
    private static final int LARGEST_REFUSAL = 64 * 1024;

    private final RegistryTransport transport;
    private final RegistryEndpoint endpoint;
    private final TokenSource tokens;

    /**
     * A request.
     *
     * @param body made anew for each attempt
     * @param retried whether it is sent again when that may help
     * @param patience how long the answer may take; empty for as long as any
     */
    record Ask(
            String method,
            URI uri,
            Map<String, String> headers,
            Set<String> scopes,
            Optional<Content> body,
            boolean retried,
            Optional<Duration> patience) {
        static Ask of(String method, URI uri, Map<String, String> headers, Set<String> scopes) {
            return new Ask(method, uri, headers, scopes, Optional.empty(), true, Optional.empty());
        }

        Ask with(Content content) {
            return new Ask(method, uri, headers, scopes, Optional.of(content), retried, patience);
        }

        /** For what the caller repeats in its own way. */
        Ask once() {
            return new Ask(method, uri, headers, scopes, body, false, patience);
        }

        /** For what takes the registry some time. */
        Ask patiently(Duration time) {
            return new Ask(method, uri, headers, scopes, body, retried, Optional.of(time));
        }

        Ask to(URI target) {
            return new Ask(method, target, headers, scopes, body, retried, patience);
        }
    }

    /** @param sent how many bytes have left so far, whatever the attempt */
    record Content(Supplier<BodyPublisher> publisher, LongSupplier sent) {}

    /** An answer; closing it leaves the connection for the next request where that is cheap. */
    record Answer(HttpResponse<InputStream> response, InputStream body) implements AutoCloseable {
        int status() {
            return response.statusCode();
        }

        Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }

        /** The body, as far as it is no longer than the limit; a longer one is cut. */
        byte[] read(int limit) throws IOException {
            return body.readNBytes(limit);
        }

        @Override
        public void close() {
            try (body) {
                body.readNBytes(LARGEST_REFUSAL);
            } catch (IOException _) {
                // nobody waits for it
            }
        }
    }

    RegistryConnection(RegistryTransport transport, RegistryEndpoint endpoint, RegistryCredentials credentials) {
        this.transport = transport;
        this.endpoint = endpoint;
        this.tokens = new TokenSource(transport, endpoint, endpoint.mirror() ? RegistryCredentials.NONE : credentials);
    }

    RegistryEndpoint endpoint() {
        return endpoint;
    }

    RegistryTransport transport() {
        return transport;
    }

    /**
     * Asks once whether somebody speaks the protocol there.
     *
     * @return what it wants to be shown; empty when nothing
     * @throws IOException when nobody does
     */
    List<Challenge> ping() throws IOException {
        var ask = Ask.of("GET", URI.create(endpoint.base() + "/v2/"), Map.of(), Set.of());
        try (Answer answer = sendOnce(ask.once(), Optional.empty())) {
            if (answer.status() != 200 && answer.status() != 401) {
                throw new IOException("it answers " + answer.status() + " to /v2/: it is no registry of version 2");
            }
            List<Challenge> challenges = answer.status() == 401 ? challenges(answer) : List.of();
            tokens.learn(challenges);
            return challenges;
        }
    }

    /** An identity token in exchange for user and password, where the registry's token server gives such. */
    Optional<String> identity() throws IOException {
        return tokens.identity();
    }

    static List<Challenge> challenges(Answer answer) {
        var challenges = new ArrayList<Challenge>();
        answer.response()
                .headers()
                .allValues("WWW-Authenticate")
                .forEach(header -> challenges.addAll(Challenge.parse(header)));
        return challenges;
    }

    /**
     * Sends, with what must be shown, and follows; an answer of any status below 500 but 401 and 429.
     *
     * @throws RegistryException when it was refused or went on failing
     */
    Answer send(Ask ask) {
        var retry = new Retry(transport.settings().attempts());
        while (true) {
            try {
                Answer answer = authorized(ask);
                if (!isPassing(answer.status()) || !ask.retried) {
                    return checked(answer);
                }
                byte[] body = readAndClose(answer);
                retry.after(
                        answer.header("Retry-After"),
                        new RegistryException(
                                Kind.UNAVAILABLE, where(ask) + RegistryErrors.text(answer.status(), body)));
            } catch (IOException e) {
                RegistryException failure = unreachable(ask, e);
                if (!ask.retried || isFinal(e)) {
                    throw failure;
                }
                LOG.debug("trying {} again: {}", ask.uri, e.toString());
                retry.after(Optional.empty(), failure);
            }
        }
    }

    private RegistryException unreachable(Ask ask, IOException e) {
        return new RegistryException(Kind.UNAVAILABLE, where(ask) + reason(e), e);
    }

    private static String where(Ask ask) {
        String uri = ask.uri.toString();
        int query = uri.indexOf('?');
        return ask.method + " " + (query < 0 ? uri : uri.substring(0, query)) + ": ";
    }

    static String reason(IOException e) {
        boolean unresolved = e instanceof ConnectException && e.getCause() instanceof UnresolvedAddressException
                || e.getCause() instanceof ConnectException inner
                        && inner.getCause() instanceof UnresolvedAddressException;
        if (unresolved) {
            return "no such host";
        }
        if (e instanceof ConnectException) {
            return "connection refused";
        }
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.equals("closed") ? "the connection was closed" : message;
    }

    /** What is no better a moment later. */
    private static boolean isFinal(IOException e) {
        return e instanceof SSLException || e instanceof ConnectException;
    }

    private static boolean isPassing(int status) {
        return status == 429 || status == 408 || status >= 500 && status != 501;
    }

    private Answer authorized(Ask ask) throws IOException {
        for (int attempt = 0; ; attempt++) {
            Answer answer = following(ask);
            if (answer.status() != 401) {
                return answer;
            }
            if (attempt == 2 || !tokens.refused(challenges(answer), ask.scopes)) {
                return answer;
            }
            answer.close();
        }
    }

    private Answer following(Ask first) throws IOException {
        Ask ask = first;
        for (int redirects = 0; ; redirects++) {
            Optional<String> shown = endpoint.isOwn(ask.uri) ? tokens.header(ask.scopes) : Optional.empty();
            Answer answer = sendOnce(ask, shown);
            Optional<String> location = answer.header("Location");
            boolean redirected = answer.status() / 100 == 3 && answer.status() != 304 && location.isPresent();
            if (!redirected) {
                return answer;
            }
            answer.close();
            URI from = ask.uri;
            ask = ask.to(endpoint.follow(from, location.get())
                    .filter(_ -> first.body.isEmpty())
                    .orElseThrow(() -> new RegistryException(
                            Kind.REFUSED,
                            endpoint.authority() + " redirects to '" + location.get() + "', which is not followed from "
                                    + from.getScheme())));
            if (redirects == MOST_REDIRECTS) {
                throw new RegistryException(
                        Kind.REFUSED, endpoint.authority() + " redirects more than " + MOST_REDIRECTS + " times");
            }
        }
    }

    private Answer sendOnce(Ask ask, Optional<String> shown) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(ask.uri)
                .header("User-Agent", transport.settings().userAgent())
                .method(ask.method, ask.body.map(body -> body.publisher.get()).orElseGet(BodyPublishers::noBody));
        if (ask.body.isEmpty()) {
            request.timeout(ask.patience.orElseGet(transport::patience));
        }
        ask.headers.forEach(request::header);
        shown.ifPresent(header -> request.setHeader("Authorization", header));
        HttpResponse<InputStream> response = ask.body.isEmpty()
                ? transport.send(request.build())
                : transport.send(request.build(), ask.body.get().sent);
        return new Answer(response, transport.watch().watch(response.body()));
    }

    private Answer checked(Answer answer) throws IOException {
        if (answer.status() != 401 && answer.status() != 403) {
            return answer;
        }
        boolean noCredentials = answer.status() == 401
                && tokens.header(Set.of()).isEmpty()
                && !challenges(answer).isEmpty();
        byte[] body = readAndClose(answer);
        String text = noCredentials
                ? "no basic auth credentials"
                : body.length == 0
                        ? "unauthorized: authentication required"
                        : RegistryErrors.text(answer.status(), body);
        throw new RegistryException(Kind.UNAUTHORIZED, text);
    }

    static byte[] readAndClose(Answer answer) throws IOException {
        try (answer) {
            return answer.read(LARGEST_REFUSAL);
        }
    }
}
