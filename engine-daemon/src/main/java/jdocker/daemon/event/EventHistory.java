package jdocker.daemon.event;

import java.time.Instant;
import java.util.List;

/** Events of the past, out of the database. May block; called from any thread. */
public interface EventHistory {

    /**
     * Events behind a sequence number, oldest first.
     *
     * @param after the last sequence number that is not wanted
     * @param limit at most so many
     */
    List<Event> after(long after, int limit);

    /** The sequence number of the oldest event that is kept; one more than the newest when there is none. */
    long oldest();

    /** The sequence number before the first event at or after a time, so that {@link #after} begins there. */
    long before(Instant time);
}
