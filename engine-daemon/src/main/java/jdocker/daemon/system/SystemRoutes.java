package jdocker.daemon.system;

import jdocker.daemon.event.EventLog;
import jdocker.daemon.http.HttpMethod;
import jdocker.daemon.http.Lane;
import jdocker.daemon.http.Request;
import jdocker.daemon.http.Response;
import jdocker.daemon.http.Router;

/** The routes that speak of the engine as a whole. */
public final class SystemRoutes {
    private static final Response PING = Response.text(200, "OK")
            .withHeader("Builder-Version", "1")
            .withHeader("Swarm", "inactive")
            .withHeader("Cache-Control", "no-cache, no-store, must-revalidate")
            .withHeader("Pragma", "no-cache");
    private static final Response PING_HEAD = Response.text(200, "")
            .withHeader("Builder-Version", "1")
            .withHeader("Swarm", "inactive")
            .withHeader("Cache-Control", "no-cache, no-store, must-revalidate")
            .withHeader("Pragma", "no-cache");

    private final EngineInfo info;
    private final EventLog events;

    public SystemRoutes(EngineInfo info, EventLog events) {
        this.info = info;
        this.events = events;
    }

    public void addTo(Router router) {
        router.add(HttpMethod.GET, "/_ping", Lane.LOOP, _ -> PING);
        router.add(HttpMethod.HEAD, "/_ping", Lane.LOOP, _ -> PING_HEAD);
        router.add(HttpMethod.GET, "/version", Lane.LOOP, _ -> Response.ok(info.version()));
        router.add(HttpMethod.GET, "/info", Lane.WORK, _ -> Response.ok(info.info()));
        router.add(HttpMethod.GET, "/events", Lane.READ, this::events);
    }

    private Response events(Request request) {
        EventTimes times = EventTimes.of(request.query());
        EventFilter filter = new EventFilter(request.query().filters());
        boolean past = times.since().isPresent() || times.until().isPresent();
        // The reader's place is taken before the head is sent: what the client does next, it will see.
        EventLog.Reader reader = past ? events.from(times.since().orElse(java.time.Instant.EPOCH)) : events.fromNow();
        request.onDisconnect(reader::wake);
        return Response.stream(200, "application/json", new EventStream(reader, filter, times));
    }
}
