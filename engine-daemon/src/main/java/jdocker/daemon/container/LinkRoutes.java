package jdocker.daemon.container;

import jdocker.daemon.error.EngineException.NotFound;
import jdocker.daemon.http.HttpMethod;
import jdocker.daemon.http.Lane;
import jdocker.daemon.http.Request;
import jdocker.daemon.http.Response;
import jdocker.daemon.http.Router;

/** {@code rm --link web/database}: a legacy link goes, the containers stay. */
final class LinkRoutes {
    private final ContainerNetworks networks;

    LinkRoutes(ContainerNetworks networks) {
        this.networks = networks;
    }

    void addTo(Router router) {
        router.add(HttpMethod.DELETE, "/containers/{id}/{alias}", Lane.WORK, this::remove);
    }

    private Response remove(Request request) {
        String container = request.path("id");
        String alias = request.path("alias");
        if (!request.query().flag("link")) {
            throw new NotFound("No such container: " + container + "/" + alias);
        }
        networks.unlink(container, alias);
        return Response.noContent();
    }
}
