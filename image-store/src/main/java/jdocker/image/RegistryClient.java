package jdocker.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;
import jdocker.image.RegistryConnection.Answer;
import jdocker.image.RegistryConnection.Ask;
import jdocker.image.RegistryException.Kind;
import jdocker.oci.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Talks to registries. Thread-safe. */
public final class RegistryClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryClient.class);
    private static final int LARGEST_SEARCH = 4 * 1024 * 1024;

    private final RegistryTransport transport;
    /** The scheme that insecure registries were found to speak, so that they are not asked in vain each time. */
    private final Map<String, String> schemes = new ConcurrentHashMap<>();

    public RegistryClient(RegistrySettings settings) {
        this.transport = new RegistryTransport(settings);
    }

    public RegistrySettings settings() {
        return transport.settings();
    }

    /**
     * Reaches registries in another way from now on; what is under way ends in the old one.
     *
     * @param changed of which mirrors, insecure registries, proxies and attempts count
     */
    public void configure(RegistrySettings changed) {
        transport.configure(changed);
        schemes.clear();
    }

    /**
     * A file of the web, which need not be a registry's.
     *
     * @throws IOException when there is none
     */
    public WebFile download(URI address) throws IOException {
        return WebFile.open(transport, address);
    }

    /** Where a repository can be read: mirrors first, the registry last. Nothing is asked yet. */
    public RepositorySources sources(ImageRef name, RegistryCredentials credentials) {
        return new RepositorySources(this, RegistryEndpoint.of(name.domain(), transport.settings()), name, credentials);
    }

    /** The repository at the registry itself, for writing. */
    public Repository forPush(ImageRef name, RegistryCredentials credentials) {
        return repository(connect(own(name.domain()), credentials), name, "push,pull");
    }

    static Repository repository(RegistryConnection connection, ImageRef name, String actions) {
        return new Repository(connection, name.path(), Set.of("repository:" + name.path() + ":" + actions));
    }

    private List<RegistryEndpoint> own(String domain) {
        return RegistryEndpoint.own(domain, transport.settings());
    }

    /** Connects to the first of these that answers; they are the same registry by HTTPS and, where allowed, HTTP. */
    RegistryConnection connect(List<RegistryEndpoint> endpoints, RegistryCredentials credentials) {
        var ordered = new ArrayList<>(endpoints);
        String known = schemes.getOrDefault(endpoints.getFirst().authority(), "");
        ordered.sort(java.util.Comparator.comparingInt(
                endpoint -> endpoint.base().getScheme().equals(known) ? 0 : 1));
        Optional<RegistryException> first = Optional.empty();
        for (RegistryEndpoint endpoint : ordered) {
            var connection = new RegistryConnection(transport, endpoint, credentials);
            try {
                ping(connection);
                schemes.put(endpoint.authority(), endpoint.base().getScheme());
                return connection;
            } catch (RegistryException e) {
                LOG.debug("{}: {}", endpoint.base(), e.getMessage());
                first = first.or(() -> Optional.of(e));
            }
        }
        throw first.orElseThrow();
    }

    private void ping(RegistryConnection connection) {
        var retry = new Retry(Math.min(2, transport.settings().attempts()));
        while (true) {
            try {
                connection.ping();
                return;
            } catch (IOException e) {
                var failure = new RegistryException(
                        Kind.UNAVAILABLE,
                        "Get \"" + connection.endpoint().base() + "/v2/\": " + RegistryConnection.reason(e),
                        e);
                if (e instanceof SSLException || e instanceof java.net.ConnectException) {
                    throw failure;
                }
                retry.after(Optional.empty(), failure);
            }
        }
    }

    /**
     * Checks credentials.
     *
     * @param domain of the registry, such as {@code docker.io}
     * @return an identity token that stands for them, where the registry has such
     * @throws RegistryException when they are refused
     */
    public Optional<String> login(String domain, RegistryCredentials credentials) {
        RegistryConnection connection = connect(own(domain), credentials);
        try (Answer answer =
                connection.send(Ask.of("GET", URI.create(connection.endpoint().base() + "/v2/"), Map.of(), Set.of()))) {
            if (answer.status() != 200) {
                byte[] body = RegistryConnection.readAndClose(answer);
                throw new RegistryException(
                        Kind.UNAUTHORIZED,
                        "login attempt to " + connection.endpoint().base() + "/v2/ failed with "
                                + RegistryErrors.text(answer.status(), body));
            }
            return connection.identity();
        } catch (IOException e) {
            throw new RegistryException(
                    Kind.UNAVAILABLE, "logging in to " + domain + ": " + RegistryConnection.reason(e), e);
        }
    }

    /**
     * Searches a registry by the first version's protocol, which Docker Hub has and hardly any other.
     *
     * @return its answer as it is
     */
    public JsonNode search(String domain, String term, int limit, RegistryCredentials credentials) {
        boolean hub = domain.equals("docker.io");
        List<RegistryEndpoint> endpoints =
                hub ? List.of(new RegistryEndpoint(URI.create("https://index.docker.io"), false, false)) : own(domain);
        RegistryConnection connection = hub
                ? new RegistryConnection(transport, endpoints.getFirst(), RegistryCredentials.NONE)
                : connect(endpoints, credentials);
        URI uri = URI.create(connection.endpoint().base() + "/v1/search?q=" + Repository.encoded(term) + "&n=" + limit);
        try (Answer answer = connection.send(Ask.of("GET", uri, Map.of(), Set.of()))) {
            if (answer.status() != 200) {
                throw new RegistryException(
                        Kind.NOT_FOUND,
                        "registry " + connection.endpoint().authority()
                                + " has no search: it does not serve /v1/search (status " + answer.status() + ")");
            }
            return Json.mapperOfSpecs().readTree(answer.read(LARGEST_SEARCH));
        } catch (IOException e) {
            throw new RegistryException(
                    Kind.UNAVAILABLE, "searching " + domain + ": " + RegistryConnection.reason(e), e);
        }
    }

    @Override
    public void close() {
        transport.close();
    }
}
