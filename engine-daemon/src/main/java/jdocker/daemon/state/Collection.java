package jdocker.daemon.state;

/**
 * A kind of object in the state store. A constant of the package that owns the objects.
 *
 * @param name the name in the database, which no release may change
 * @param type the record that its JSON documents are read into
 */
public record Collection<T>(String name, Class<T> type) {}
