package jdocker.image;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import jdocker.image.RegistryConnection.Answer;
import jdocker.image.RegistryException.Kind;
import jdocker.oci.Digest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The places that have, or should have, the same repository; each is asked only when those before it have failed. */
public final class RepositorySources {
    private static final Logger LOG = LoggerFactory.getLogger(RepositorySources.class);

    private final RegistryClient client;
    private final List<List<RegistryEndpoint>> places = new ArrayList<>();
    private final ImageRef name;
    private final RegistryCredentials credentials;
    private final Map<Integer, Repository> connected = new HashMap<>();
    private int current;

    RepositorySources(
            RegistryClient client, List<RegistryEndpoint> endpoints, ImageRef name, RegistryCredentials credentials) {
        this.client = client;
        this.name = name;
        this.credentials = credentials;
        endpoints.stream().filter(RegistryEndpoint::mirror).forEach(mirror -> places.add(List.of(mirror)));
        places.add(endpoints.stream().filter(e -> !e.mirror()).toList());
    }

    /** The answer of the first place that has one; the registry's own failure when none has. */
    public synchronized <R> R ask(Function<Repository, R> question) {
        for (int place = current; ; place++) {
            boolean last = place == places.size() - 1;
            try {
                R answer = question.apply(repository(place));
                current = place;
                return answer;
            } catch (RegistryException e) {
                if (last) {
                    throw e;
                }
                LOG.info("mirror {} cannot serve {}: {}", places.get(place), name, e.getMessage());
            }
        }
    }

    private synchronized Repository repository(int place) {
        return connected.computeIfAbsent(
                place, _ -> RegistryClient.repository(client.connect(places.get(place), credentials), name, "pull"));
    }

    private synchronized int current() {
        return current;
    }

    /**
     * Passes by a place that sends wrong content, unless somebody has done so already; false when there is none after it.
     *
     * @param place of the answer
     */
    synchronized boolean passBy(int place) {
        if (place >= places.size() - 1) {
            return false;
        }
        current = Math.max(current, place + 1);
        return true;
    }

    /** @param place that sent it, for {@link #passBy} */
    record From(int place, Answer answer) {}

    /** A blob from this byte on, of the place that had the manifest or of one after it. */
    From blob(Digest digest, long offset) {
        Optional<RegistryException> first = Optional.empty();
        for (int place = current(); place < places.size(); place++) {
            try {
                return new From(place, repository(place).blob(digest, offset));
            } catch (RegistryException e) {
                first = first.or(() -> Optional.of(e));
            }
        }
        throw first.orElseThrow(() -> new RegistryException(Kind.NOT_FOUND, "blob " + digest + " is nowhere"));
    }

    public ImageRef name() {
        return name;
    }

    RegistrySettings settings() {
        return client.settings();
    }
}
