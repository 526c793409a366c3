package jdocker.daemon.state;

import jdocker.daemon.event.Event;

/** What a transaction writes, in the order it was written. */
sealed interface Change {
    record Put(String collection, String id, byte[] json) implements Change {}

    record Remove(String collection, String id) implements Change {}

    record Append(Event event) implements Change {}
}
