package jdocker.daemon.event;

import java.time.Instant;
import java.util.Map;

/**
 * Something that happened to an object.
 *
 * @param type what kind of object: {@code container}, {@code image}, {@code daemon} …
 * @param action what happened, such as {@code start} or {@code exec_create: ls}
 * @param actorId the object's identity
 * @param attributes labels and further facts, as Docker sends them in {@code Actor.Attributes}
 * @param time when, to the nanosecond
 * @param sequence its place in the order of all events, from 1; 0 until the state store has given one
 */
public record Event(
        String type, String action, String actorId, Map<String, String> attributes, Instant time, long sequence) {

    public Event {
        attributes = Map.copyOf(attributes);
    }

    /** An event of this moment; the state store gives it its sequence number. */
    public static Event now(String type, String action, String actorId, Map<String, String> attributes) {
        return new Event(type, action, actorId, attributes, Instant.now(), 0);
    }

    /** The same event at its place in the log. */
    public Event at(long newSequence) {
        return new Event(type, action, actorId, attributes, time, newSequence);
    }
}
