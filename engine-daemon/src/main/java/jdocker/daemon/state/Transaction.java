package jdocker.daemon.state;

import jdocker.daemon.event.Event;

/**
 * One change in the making: it reads what it has written itself. Runs on the store's writer thread, so it must be
 * quick and must not wait. Valid only within the function that {@link StateStore#write} was given.
 */
public interface Transaction extends Snapshot {

    /** Adds or replaces an object. */
    <T> void put(Collection<T> collection, String id, T value);

    /** Removes an object; no failure when it is not there. */
    <T> void remove(Collection<T> collection, String id);

    /** Appends an event to the log, in the same transaction. It is published once that is committed. */
    void append(Event event);
}
