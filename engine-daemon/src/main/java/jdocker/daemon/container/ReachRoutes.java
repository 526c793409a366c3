package jdocker.daemon.container;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.http.HttpMethod;
import jdocker.daemon.http.Lane;
import jdocker.daemon.http.Request;
import jdocker.daemon.http.Response;
import jdocker.daemon.http.Router;

/** {@code GET /containers/{id}/reach?to=CONTAINER&port=80/tcp}, ours: what {@code jdocker network why} shows. */
final class ReachRoutes {
    private static final Pattern PORT = Pattern.compile("([0-9]{1,5})(?:/(tcp|udp))?");
    private static final int LAST_PORT = 65535;

    private final Reach reach;

    ReachRoutes(Reach reach) {
        this.reach = reach;
    }

    void addTo(Router router) {
        router.add(HttpMethod.GET, "/containers/{id}/reach", Lane.WORK, this::walk);
    }

    private Response walk(Request request) {
        String to = request.query().text("to");
        if (to.isEmpty()) {
            throw new InvalidRequest("no container to reach is named: the parameter to is missing");
        }
        return Response.ok(
                reach.walk(request.path("id"), to, port(request.query().text("port"))));
    }

    private static Optional<ReachWalk.Port> port(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Matcher matcher = PORT.matcher(text.toLowerCase(Locale.ROOT));
        int number = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
        if (number < 1 || number > LAST_PORT) {
            throw new InvalidRequest("invalid port '" + text + "': a number from 1 to 65535, with /tcp or /udp behind");
        }
        return Optional.of(
                new ReachWalk.Port(number, Optional.ofNullable(matcher.group(2)).orElse("tcp")));
    }
}
