package jdocker.daemon.state;

import java.util.Map;
import java.util.Optional;

/** All objects as they were at one moment. Immutable: reading takes no lock and may go on for as long as it likes. */
public interface Snapshot {

    /** The objects of a collection by their id, in no particular order. An unmodifiable view, cheap to ask for. */
    <T> Map<String, T> all(Collection<T> collection);

    /** One object. */
    <T> Optional<T> get(Collection<T> collection, String id);
}
