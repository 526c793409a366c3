package jdocker.daemon.system;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import jdocker.api.EventMessage;
import jdocker.daemon.event.Event;
import jdocker.daemon.event.EventLog;
import jdocker.daemon.http.ResponseStream;
import jdocker.daemon.http.StreamBody;

/** {@code GET /events}: what has happened, then what happens, until its time is over or the client has gone. */
final class EventStream implements StreamBody {
    private static final Duration FOR_EVER = Duration.ofDays(1);

    private final EventLog.Reader reader;
    private final EventFilter filter;
    private final EventTimes times;

    EventStream(EventLog.Reader reader, EventFilter filter, EventTimes times) {
        this.reader = reader;
        this.filter = filter;
        this.times = times;
    }

    @Override
    public void writeTo(ResponseStream out) throws IOException, InterruptedException {
        try (reader) {
            while (!reader.ended() && !out.disconnected()) {
                Duration left = left();
                if (reader.caughtUp() && !left.isPositive()) {
                    return;
                }
                List<Event> events = reader.next(left);
                long lost = reader.takeLost();
                if (lost > 0) {
                    out.appendJsonLine(overflow(lost));
                }
                for (Event event : events) {
                    if (times.until().isPresent()
                            && event.time().isAfter(times.until().get())) {
                        continue;
                    }
                    if (filter.test(event)) {
                        out.appendJsonLine(message(event));
                    }
                }
                out.flush();
            }
        }
    }

    private Duration left() {
        return times.until()
                .map(until -> Duration.between(Instant.now(), until))
                .orElse(FOR_EVER);
    }

    private static EventMessage message(Event event) {
        boolean container = event.type().equals("container");
        boolean legacy = container || event.type().equals("image");
        return new EventMessage(
                legacy ? event.action() : null,
                legacy ? event.actorId() : null,
                container ? event.attributes().get("image") : null,
                event.type(),
                event.action(),
                new EventMessage.EventActor(event.actorId(), event.attributes()),
                "local",
                event.time().getEpochSecond(),
                ChronoUnit.NANOS.between(Instant.EPOCH, event.time()));
    }

    /** Not Docker's: it loses events in silence. */
    private static EventMessage overflow(long lost) {
        return message(Event.now("daemon", "events-lost", "", Map.of("count", Long.toString(lost))));
    }
}
