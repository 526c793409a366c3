package jdocker.daemon.network;

import java.util.List;
import java.util.Map;
import jdocker.api.EndpointSettings;
import jdocker.api.NetworkConnectRequest;
import jdocker.api.NetworkCreateRequest;
import jdocker.api.NetworkDisconnectRequest;
import jdocker.api.NetworkInspect;
import jdocker.api.NetworksPruned;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.error.EngineException.NotFound;
import jdocker.daemon.http.HttpMethod;
import jdocker.daemon.http.Lane;
import jdocker.daemon.http.Request;
import jdocker.daemon.http.Response;
import jdocker.daemon.http.Router;
import jdocker.daemon.state.Snapshot;
import jdocker.daemon.state.StateStore;

/** {@code /networks}. */
public final class NetworkRoutes {
    private final StateStore store;
    private final NetworkLifecycle lifecycle;
    private final NetworkMembers members;

    NetworkRoutes(StateStore store, NetworkLifecycle lifecycle, NetworkMembers members) {
        this.store = store;
        this.lifecycle = lifecycle;
        this.members = members;
    }

    public void addTo(Router router) {
        router.add(HttpMethod.GET, "/networks", Lane.READ, this::list);
        router.add(HttpMethod.GET, "/networks/{id}", Lane.READ, this::inspect);
        router.add(HttpMethod.POST, "/networks/create", Lane.WORK, this::create);
        router.add(HttpMethod.POST, "/networks/prune", Lane.WORK, this::prune);
        router.add(HttpMethod.POST, "/networks/{id}/connect", Lane.WORK, this::connect);
        router.add(HttpMethod.POST, "/networks/{id}/disconnect", Lane.WORK, this::disconnect);
        router.add(HttpMethod.DELETE, "/networks/{id}", Lane.WORK, this::remove);
    }

    private Response list(Request request) {
        Snapshot state = store.snapshot();
        // Old clients get the containers with the list; since 1.28 inspect alone tells them.
        boolean detailed = !request.version().atLeast(1, 28);
        List<NetworkInspect> networks = NetworkFilters.list(
                        state, request.query().filters())
                .stream()
                .map(n -> NetworkViews.of(n, detailed ? members.on(state, n) : Map.of()))
                .toList();
        return Response.ok(networks);
    }

    private Response inspect(Request request) {
        Snapshot state = store.snapshot();
        Network network = Networks.resolve(state, request.path("id"));
        String scope = request.query().text("scope");
        if (!scope.isEmpty() && !scope.equals("local")) {
            throw new NotFound("network " + request.path("id") + " not found");
        }
        return Response.ok(NetworkViews.of(network, members.on(state, network)));
    }

    private Response create(Request request) {
        return Response.created(lifecycle.create(request.json(NetworkCreateRequest.class)));
    }

    private Response prune(Request request) {
        List<String> removed = lifecycle.prune(
                NetworkFilters.prunable(store.snapshot(), request.query().filters()));
        return Response.ok(new NetworksPruned(removed.isEmpty() ? null : removed));
    }

    private Response connect(Request request) {
        NetworkConnectRequest body = request.json(NetworkConnectRequest.class);
        requireContainer(body.container());
        members.connect(
                body.container(),
                request.path("id"),
                body.endpointConfig() == null ? EndpointSettings.empty() : body.endpointConfig());
        return Response.ok();
    }

    private Response disconnect(Request request) {
        NetworkDisconnectRequest body = request.json(NetworkDisconnectRequest.class);
        requireContainer(body.container());
        members.disconnect(body.container(), request.path("id"), body.force());
        return Response.ok();
    }

    private static void requireContainer(String name) {
        if (name.isEmpty()) {
            throw new InvalidRequest("no container is named: Container is empty");
        }
    }

    private Response remove(Request request) {
        lifecycle.remove(request.path("id"));
        return Response.noContent();
    }
}
