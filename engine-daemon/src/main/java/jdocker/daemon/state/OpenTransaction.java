package jdocker.daemon.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.daemon.event.Event;

/** Collects changes on top of a snapshot; nothing of it is seen until the store commits it. */
final class OpenTransaction implements Transaction {
    private final List<Change> changes = new ArrayList<>();
    private StoredObjects objects;
    private long sequence;

    OpenTransaction(StoredObjects objects, long sequence) {
        this.objects = objects;
        this.sequence = sequence;
    }

    StoredObjects objects() {
        return objects;
    }

    List<Change> changes() {
        return changes;
    }

    /** The sequence number of the last event so far. */
    long sequence() {
        return sequence;
    }

    @Override
    public <T> void put(Collection<T> collection, String id, T value) {
        changes.add(new Change.Put(collection.name(), id, StateJson.write(value)));
        objects = objects.plus(collection.name(), id, Document.of(value));
    }

    @Override
    public <T> void remove(Collection<T> collection, String id) {
        if (get(collection, id).isPresent()) {
            changes.add(new Change.Remove(collection.name(), id));
            objects = objects.minus(collection.name(), id);
        }
    }

    @Override
    public void append(Event event) {
        changes.add(new Change.Append(event.at(++sequence)));
    }

    @Override
    public <T> Map<String, T> all(Collection<T> collection) {
        return objects.all(collection);
    }

    @Override
    public <T> Optional<T> get(Collection<T> collection, String id) {
        return objects.get(collection, id);
    }
}
