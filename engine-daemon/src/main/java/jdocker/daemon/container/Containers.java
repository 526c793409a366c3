package jdocker.daemon.container;

import java.util.List;
import java.util.Optional;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.error.EngineException.NotFound;
import jdocker.daemon.state.Snapshot;
import jdocker.daemon.state.StateStore;

/** Finds containers by id, beginning of an id, or name. Reads snapshots only. */
final class Containers {
    private static final int FULL_ID = 64;

    private final StateStore store;

    Containers(StateStore store) {
        this.store = store;
    }

    /**
     * @throws NotFound when there is none, in the words that clients look for
     * @throws InvalidRequest when the beginning fits several
     */
    Container resolve(String reference) {
        return find(reference).orElseThrow(() -> new NotFound("No such container: " + reference));
    }

    Optional<Container> find(String reference) {
        Snapshot snapshot = store.snapshot();
        if (reference.length() == FULL_ID) {
            Optional<Container> exact = snapshot.get(Container.ALL, reference);
            if (exact.isPresent()) {
                return exact;
            }
        }
        String name = reference.startsWith("/") ? reference.substring(1) : reference;
        Optional<Container> named = named(snapshot, name);
        return named.isPresent() ? named : byPrefix(snapshot, reference);
    }

    static Optional<Container> named(Snapshot snapshot, String name) {
        return snapshot.all(Container.ALL).values().stream()
                .filter(c -> c.name().equals(name))
                .findFirst();
    }

    private static Optional<Container> byPrefix(Snapshot snapshot, String prefix) {
        if (prefix.isEmpty()) {
            return Optional.empty();
        }
        List<Container> found = snapshot.all(Container.ALL).values().stream()
                .filter(c -> c.id().startsWith(prefix))
                .limit(2)
                .toList();
        if (found.size() > 1) {
            throw new InvalidRequest("multiple IDs found with provided prefix: " + prefix);
        }
        return found.stream().findFirst();
    }

    /** The newest state of a container that has been resolved; the caller holds its lock. */
    Container current(String id) {
        return store.snapshot().get(Container.ALL, id).orElseThrow(() -> new NotFound("No such container: " + id));
    }

    Optional<Container> get(String id) {
        return store.snapshot().get(Container.ALL, id);
    }

    int count() {
        return store.snapshot().all(Container.ALL).size();
    }

    List<Container> all() {
        return List.copyOf(store.snapshot().all(Container.ALL).values());
    }
}
