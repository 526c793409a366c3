package jdocker.image;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/** The HTTP clients, one for each place and its certificates. Follows nothing, shows no credentials by itself. */
final class RegistryTransport implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(20);
    private static final int MOST_CLIENTS = 64;

    private volatile RegistrySettings settings;
    private final TlsContexts certificates;
    private final StallWatch watch;
    private final ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, HttpClient> clients = new ConcurrentHashMap<>();

    RegistryTransport(RegistrySettings settings) {
        this.settings = settings;
        this.certificates = new TlsContexts(settings.certificates());
        this.watch = new StallWatch(settings.stall());
    }

    RegistrySettings settings() {
        return settings;
    }

    /** From now on reaches registries in this way; folders of certificates and patience stay as they were. */
    void configure(RegistrySettings changed) {
        settings = changed;
        clients.clear(); // what they trust may have changed; they close once their last answer has been read
    }

    /** The time without any answer after which a request is given up. */
    Duration patience() {
        return settings.stall();
    }

    StallWatch watch() {
        return watch;
    }

    /**
     * @throws IOException when nothing or nonsense came back
     * @throws CancellationException when the thread was interrupted, which it stays
     */
    HttpResponse<InputStream> send(HttpRequest request) throws IOException {
        return send(request, "", true);
    }

    /** The same for what is no registry: nothing makes an unknown certificate there good. */
    HttpResponse<InputStream> sendToWeb(HttpRequest request) throws IOException {
        return send(request, "web ", false);
    }

    private HttpResponse<InputStream> send(HttpRequest request, String kind, boolean mayBeInsecure) throws IOException {
        URI uri = request.uri();
        if (clients.size() > MOST_CLIENTS) {
            clients.clear(); // they close once their last answer has been read
        }
        try {
            String key = kind + uri.getScheme() + "://" + uri.getRawAuthority();
            return clients.computeIfAbsent(key, _ -> client(uri, mayBeInsecure))
                    .send(request, BodyHandlers.ofInputStream());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new CancellationException("cancelled while waiting for " + uri.getRawAuthority());
        } catch (IllegalArgumentException e) {
            throw new IOException("the request for " + uri + " cannot be sent: " + e.getMessage(), e);
        }
    }

    /** The same for a request with a long body: given up when nothing of it has left for the time of patience. */
    HttpResponse<InputStream> send(HttpRequest request, LongSupplier sent) throws IOException {
        var answer = clients.computeIfAbsent(
                        request.uri().getScheme() + "://" + request.uri().getRawAuthority(),
                        _ -> client(request.uri(), true))
                .sendAsync(request, BodyHandlers.ofInputStream());
        long before = -1;
        while (true) {
            try {
                return answer.get(patience().toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                long now = sent.getAsLong();
                if (now == before) {
                    answer.cancel(true);
                    throw new IOException(
                            "nothing could be sent for " + patience().toSeconds() + " seconds", e);
                }
                before = now;
            } catch (InterruptedException _) {
                answer.cancel(true);
                Thread.currentThread().interrupt();
                throw new CancellationException(
                        "cancelled while sending to " + request.uri().getRawAuthority());
            } catch (ExecutionException e) {
                throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
            }
        }
    }

    private HttpClient client(URI uri, boolean mayBeInsecure) {
        boolean encrypted = uri.getScheme().equals("https");
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(encrypted ? Version.HTTP_2 : Version.HTTP_1_1)
                .followRedirects(Redirect.NEVER)
                .connectTimeout(CONNECT)
                .proxy(settings.proxies().selector())
                .executor(tasks);
        if (encrypted) {
            boolean insecure = mayBeInsecure && RegistryEndpoint.mayBeInsecure(uri.getRawAuthority(), settings);
            builder.sslContext(certificates.of(
                    new RegistryEndpoint(URI.create("https://" + uri.getRawAuthority()), insecure, false)));
        }
        return builder.build();
    }

    @Override
    public void close() {
        clients.values().forEach(HttpClient::shutdownNow);
        tasks.shutdownNow();
        watch.close();
    }
}
