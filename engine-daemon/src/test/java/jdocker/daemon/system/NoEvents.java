package jdocker.daemon.system;

import java.time.Instant;
import java.util.List;
import jdocker.daemon.event.Event;
import jdocker.daemon.event.EventHistory;

/** A past in which nothing happened. */
final class NoEvents implements EventHistory {
    @Override
    public List<Event> after(long after, int limit) {
        return List.of();
    }

    @Override
    public long oldest() {
        return 1;
    }

    @Override
    public long before(Instant time) {
        return 0;
    }
}
