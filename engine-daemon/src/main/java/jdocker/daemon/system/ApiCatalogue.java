package jdocker.daemon.system;

import java.util.List;
import java.util.stream.Stream;
import jdocker.daemon.error.EngineException.NotFound;
import jdocker.daemon.error.EngineException.NotImplemented;
import jdocker.daemon.error.EngineException.Unavailable;
import jdocker.daemon.http.Handler;
import jdocker.daemon.http.HttpMethod;
import jdocker.daemon.http.Lane;
import jdocker.daemon.http.Response;
import jdocker.daemon.http.RouteDescription;
import jdocker.daemon.http.Router;

/** Every operation of Docker's API, so that what is not served says so instead of seeming not to exist. */
public final class ApiCatalogue {
    private static final String NO_MANAGER = "This node is not a swarm manager. Use \"docker swarm init\" or"
            + " \"docker swarm join\" to connect this node to swarm and try again.";
    private static final String NO_SWARM = "This node is not part of a swarm";

    private static final String OPERATIONS = """
            containers: GET /containers/json, POST /containers/create, GET /containers/{id}/json, \
            GET /containers/{id}/top, GET /containers/{id}/logs, GET /containers/{id}/changes, \
            GET /containers/{id}/export, GET /containers/{id}/stats, POST /containers/{id}/resize, \
            POST /containers/{id}/start, POST /containers/{id}/stop, POST /containers/{id}/restart, \
            POST /containers/{id}/kill, POST /containers/{id}/update, POST /containers/{id}/rename, \
            POST /containers/{id}/pause, POST /containers/{id}/unpause, POST /containers/{id}/attach, \
            GET /containers/{id}/attach/ws, POST /containers/{id}/wait, DELETE /containers/{id}, \
            HEAD /containers/{id}/archive, GET /containers/{id}/archive, PUT /containers/{id}/archive, \
            POST /containers/prune, GET /containers/{id}/checkpoints, POST /containers/{id}/checkpoints, \
            DELETE /containers/{id}/checkpoints/{name}
            exec: POST /containers/{id}/exec, POST /exec/{id}/start, POST /exec/{id}/resize, GET /exec/{id}/json
            images: GET /images/json, POST /images/create, GET /images/{name...}/json, \
            GET /images/{name...}/attestations, GET /images/{name...}/history, POST /images/{name...}/push, \
            POST /images/{name...}/tag, DELETE /images/{name...}, GET /images/search, POST /images/prune, \
            POST /commit, GET /images/{name...}/get, GET /images/get, POST /images/load, \
            GET /distribution/{name...}/json
            build: POST /build, POST /build/prune, POST /build/cancel, POST /session, POST /grpc
            system: GET /_ping, HEAD /_ping, GET /version, GET /info, GET /events, POST /auth, GET /system/df
            volumes: GET /volumes, POST /volumes/create, GET /volumes/{name}, PUT /volumes/{name}, \
            DELETE /volumes/{name}, POST /volumes/prune
            networks: GET /networks, GET /networks/{id}, DELETE /networks/{id}, POST /networks/create, \
            POST /networks/{id}/connect, POST /networks/{id}/disconnect, POST /networks/prune
            plugins: GET /plugins, GET /plugins/privileges, POST /plugins/pull, GET /plugins/{name...}/json, \
            DELETE /plugins/{name...}, POST /plugins/{name...}/enable, POST /plugins/{name...}/disable, \
            POST /plugins/{name...}/upgrade, POST /plugins/create, POST /plugins/{name...}/push, \
            POST /plugins/{name...}/set
            swarm: GET /swarm, POST /swarm/init, POST /swarm/join, POST /swarm/leave, POST /swarm/update, \
            GET /swarm/unlockkey, POST /swarm/unlock, GET /nodes, GET /nodes/{id}, DELETE /nodes/{id}, \
            POST /nodes/{id}/update, GET /services, POST /services/create, GET /services/{id}, \
            DELETE /services/{id}, POST /services/{id}/update, GET /services/{id}/logs, GET /tasks, \
            GET /tasks/{id}, GET /tasks/{id}/logs, GET /secrets, POST /secrets/create, GET /secrets/{id}, \
            DELETE /secrets/{id}, POST /secrets/{id}/update, GET /configs, POST /configs/create, \
            GET /configs/{id}, DELETE /configs/{id}, POST /configs/{id}/update
            """;

    private ApiCatalogue() {}

    /** What a client gets for an operation. */
    enum State {
        SERVED("served"),
        NO_SUCH_NODE("answers as a Docker engine that is not in a swarm"),
        NO_PLUGINS("answers as a Docker engine without plugins"),
        MISSING("501, not supported yet");

        private final String text;

        State(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    record Operation(String group, HttpMethod method, String template) {
        State state(Router router) {
            if (router.has(method, template)) {
                return State.SERVED;
            }
            if (group.equals("swarm") && !template.equals("/swarm/init") && !template.equals("/swarm/join")) {
                return State.NO_SUCH_NODE;
            }
            return group.equals("plugins") && method == HttpMethod.GET && !template.endsWith("/privileges")
                    ? State.NO_PLUGINS
                    : State.MISSING;
        }

        @Override
        public String toString() {
            return method + " " + template.replace("...}", "}");
        }
    }

    static List<Operation> operations() {
        return OPERATIONS.lines().flatMap(ApiCatalogue::group).toList();
    }

    private static Stream<Operation> group(String line) {
        int colon = line.indexOf(": ");
        String group = line.substring(0, colon);
        return Stream.of(line.substring(colon + 2).split(", ")).map(operation -> {
            int blank = operation.indexOf(' ');
            return new Operation(
                    group, HttpMethod.valueOf(operation.substring(0, blank)), operation.substring(blank + 1));
        });
    }

    /** Gives every operation that has no route one that says why. Called last. */
    public static void addMissing(Router router) {
        for (Operation operation : operations()) {
            State state = operation.state(router);
            if (state != State.SERVED) {
                router.add(operation.method, operation.template, Lane.READ, answer(operation, state));
            }
        }
    }

    private static Handler answer(Operation operation, State state) {
        return switch (state) {
            case NO_SUCH_NODE ->
                _ -> {
                    throw new Unavailable(operation.template.matches("/swarm/(leave|unlock)") ? NO_SWARM : NO_MANAGER);
                };
            case NO_PLUGINS ->
                request -> {
                    if (operation.template.equals("/plugins")) {
                        return Response.ok(List.of());
                    }
                    throw new NotFound("plugin \"" + request.path("name") + "\" not found");
                };
            case SERVED, MISSING ->
                _ -> {
                    throw new NotImplemented("not supported yet: " + operation);
                };
        };
    }

    /** Routes that Docker does not have. */
    static List<RouteDescription> ownRoutes(Router router) {
        Router listed = new Router();
        addMissing(listed);
        return router.routes().stream()
                .filter(route -> !listed.has(route.method(), route.template()))
                .toList();
    }

    /** The page {@code docs/api-coverage.md} for a router without what {@link #addMissing} adds. */
    static String page(Router router) {
        var page = new StringBuilder("""
                # API coverage

                Generated from the router; a test keeps it so. Docker Engine API 1.24 to 1.51, with and without the
                version in the path. An unknown path or method answers 404, "page not found", as Docker does.
                """);
        String group = "";
        for (Operation operation : operations()) {
            if (!operation.group.equals(group)) {
                group = operation.group;
                page.append("\n## ").append(group).append("\n\n| operation | state |\n|---|---|\n");
            }
            page.append("| `")
                    .append(operation)
                    .append("` | ")
                    .append(operation.state(router).text())
                    .append(" |\n");
        }
        page.append("\n## not Docker's\n\n| operation | state |\n|---|---|\n");
        for (RouteDescription own : ownRoutes(router)) {
            page.append("| `" + own.method() + " " + own.template() + "` | served |\n");
        }
        return page.toString();
    }
}
