package jdocker.daemon.container;

import static jdocker.daemon.http.Lane.READ;
import static jdocker.daemon.http.Lane.WORK;

import jdocker.api.ExecConfig;
import jdocker.api.ExecStart;
import jdocker.api.IdResponse;
import jdocker.daemon.http.HttpMethod;
import jdocker.daemon.http.Request;
import jdocker.daemon.http.Response;
import jdocker.daemon.http.Router;

/** {@code /exec}. */
final class ExecRoutes {
    private final Executions executions;

    ExecRoutes(Executions executions) {
        this.executions = executions;
    }

    void addTo(Router router) {
        router.add(HttpMethod.POST, "/containers/{id}/exec", WORK, this::create);
        router.add(HttpMethod.POST, "/exec/{id}/start", WORK, this::start);
        router.add(HttpMethod.POST, "/exec/{id}/resize", READ, this::resize);
        router.add(HttpMethod.GET, "/exec/{id}/json", READ, this::inspect);
    }

    private Response create(Request request) {
        return Response.created(new IdResponse(executions.create(request.path("id"), request.json(ExecConfig.class))));
    }

    private Response start(Request request) {
        ExecStart body = request.optionalJson(ExecStart.class).orElse(new ExecStart(false, false, null));
        Executions.Ready ready = executions.ready(request.path("id"));
        if (body.detach()) {
            executions.startDetached(ready, body);
            return Response.ok();
        }
        return Response.hijack(
                StreamRoutes.contentType(ready.exec().config().tty(), request.version()),
                stream -> executions.startAttached(ready, body, stream));
    }

    private Response resize(Request request) {
        int rows = StreamRoutes.size(request, "h");
        int columns = StreamRoutes.size(request, "w");
        executions.resize(request.path("id"), rows, columns);
        return Response.ok();
    }

    private Response inspect(Request request) {
        return Response.ok(executions.inspect(request.path("id")));
    }
}
