package jdocker.daemon.state;

import java.util.Map;
import java.util.Optional;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** A snapshot: a persistent map of persistent maps, so that a change copies a few nodes and leaves readers alone. */
record StoredObjects(PMap<String, PMap<String, Document>> collections) implements Snapshot {

    static StoredObjects none() {
        return new StoredObjects(HashTreePMap.empty());
    }

    StoredObjects plus(String collection, String id, Document document) {
        return new StoredObjects(
                collections.plus(collection, documents(collection).plus(id, document)));
    }

    StoredObjects minus(String collection, String id) {
        return new StoredObjects(
                collections.plus(collection, documents(collection).minus(id)));
    }

    private PMap<String, Document> documents(String collection) {
        PMap<String, Document> documents = collections.get(collection);
        return documents == null ? HashTreePMap.empty() : documents;
    }

    @Override
    public <T> Map<String, T> all(Collection<T> collection) {
        return new ObjectMap<>(collection, documents(collection.name()));
    }

    @Override
    public <T> Optional<T> get(Collection<T> collection, String id) {
        return Optional.ofNullable(documents(collection.name()).get(id)).map(d -> d.as(collection, id));
    }
}
