package jdocker.daemon.container;

import static jdocker.daemon.http.Lane.LOOP;
import static jdocker.daemon.http.Lane.READ;
import static jdocker.daemon.http.Lane.WORK;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import jdocker.api.ContainerCreateRequest;
import jdocker.api.ContainerSummary;
import jdocker.api.ContainersPruned;
import jdocker.daemon.error.EngineException.Conflict;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.error.EngineException.RemoteFailure;
import jdocker.daemon.http.HttpMethod;
import jdocker.daemon.http.Request;
import jdocker.daemon.http.Response;
import jdocker.daemon.http.Router;
import jdocker.oci.RuntimeSpec;

/** {@code /containers}: everything that answers at once or after one change. */
final class ContainerRoutes {
    private static final int IGNORED_START_BODY = 7;
    private static final int SHORT_LIST = 100;

    private final Containers containers;
    private final Creation creation;
    private final ContainerLifecycle lifecycle;
    private final ContainerViews views;
    private final ContainerList list;
    private final ContainerSizes sizes;
    private final ProcessTable processes;
    private final ContainerSpecs specs;
    private final Executor work;

    ContainerRoutes(
            Containers containers,
            Creation creation,
            ContainerLifecycle lifecycle,
            ContainerViews views,
            ContainerList list,
            ContainerSizes sizes,
            ProcessTable processes,
            ContainerSpecs specs,
            Executor work) {
        this.containers = containers;
        this.creation = creation;
        this.lifecycle = lifecycle;
        this.views = views;
        this.list = list;
        this.sizes = sizes;
        this.processes = processes;
        this.specs = specs;
        this.work = work;
    }

    void addTo(Router router) {
        router.add(HttpMethod.POST, "/containers/create", WORK, this::create);
        router.add(HttpMethod.GET, "/containers/json", LOOP, this::list);
        router.add(HttpMethod.POST, "/containers/prune", READ, this::prune);
        router.add(HttpMethod.GET, "/containers/{id}/json", LOOP, this::inspect);
        router.add(HttpMethod.POST, "/containers/{id}/start", WORK, this::start);
        router.add(HttpMethod.POST, "/containers/{id}/stop", READ, this::stop);
        router.add(HttpMethod.POST, "/containers/{id}/restart", READ, this::restart);
        router.add(HttpMethod.POST, "/containers/{id}/kill", READ, this::kill);
        router.add(HttpMethod.POST, "/containers/{id}/pause", WORK, this::pause);
        router.add(HttpMethod.POST, "/containers/{id}/unpause", WORK, this::unpause);
        router.add(HttpMethod.POST, "/containers/{id}/rename", WORK, this::rename);
        router.add(HttpMethod.DELETE, "/containers/{id}", READ, this::remove);
        router.add(HttpMethod.GET, "/containers/{id}/top", WORK, this::top);
        router.add(HttpMethod.GET, "/containers/{id}/spec", WORK, this::spec);
    }

    private Response create(Request request) {
        ContainerCreateRequest body = request.json(ContainerCreateRequest.class);
        return Response.created(creation.create(
                request.version(), request.query().text("name"), request.query().text("platform"), body));
    }

    /** Short lists come out of memory at once; what takes longer must not hold up the event loop. */
    private Response list(Request request) {
        boolean quick = !request.query().flag("size")
                && request.query().filters().isEmpty()
                && containers.count() <= SHORT_LIST;
        return quick ? listed(request) : Response.on(READ, this::listed);
    }

    private Response listed(Request request) {
        boolean withSizes = request.query().flag("size");
        OptionalLong limit = request.query().number("limit");
        List<Container> selected = list.select(
                request.query().flag("all"),
                Math.clamp(limit.orElse(0), 0, Integer.MAX_VALUE),
                request.query().filters());
        Instant now = Instant.now();
        List<ContainerSummary> summaries = selected.stream()
                .map(c -> views.summary(c, now, sizes(c, withSizes), request.version()))
                .toList();
        return Response.ok(summaries);
    }

    private Response inspect(Request request) {
        Container c = containers.resolve(request.path("id"));
        boolean quick = !request.query().flag("size") && views.knows(c);
        return quick ? inspected(request) : Response.on(READ, this::inspected);
    }

    private Response inspected(Request request) {
        Container c = containers.resolve(request.path("id"));
        return Response.ok(views.inspect(
                c, lifecycle.execIds(c.id()), sizes(c, request.query().flag("size"))));
    }

    private Optional<ContainerViews.Sizes> sizes(Container c, boolean wanted) {
        return wanted ? Optional.of(WorkThread.call(work, () -> sizes.of(c))) : Optional.empty();
    }

    private Response start(Request request) {
        if (request.contentLength() > IGNORED_START_BODY || request.contentLength() < 0) {
            throw new InvalidRequest(
                    "starting container with non-empty request body was deprecated since API v1.22 and removed in v1.24");
        }
        DetachKeys.parse(request.query().text("detachKeys"));
        return answer(lifecycle.start(request.path("id")));
    }

    private Response stop(Request request) {
        return answer(lifecycle.stop(request.path("id"), seconds(request), signal(request)));
    }

    private static Response answer(ContainerLifecycle.Result result) {
        return switch (result) {
            case DONE -> Response.noContent();
            case ALREADY -> Response.notModified();
        };
    }

    private Response restart(Request request) {
        lifecycle.restart(request.path("id"), seconds(request), signal(request));
        return Response.noContent();
    }

    private static Optional<Integer> seconds(Request request) {
        OptionalLong seconds = request.query().number("t");
        return seconds.isPresent()
                ? Optional.of(Math.clamp(seconds.getAsLong(), -1, Integer.MAX_VALUE))
                : Optional.empty();
    }

    private static String signal(Request request) {
        String signal = request.version().atLeast(1, 42) ? request.query().text("signal") : "";
        if (!signal.isEmpty()) {
            Signals.parse(signal);
        }
        return signal;
    }

    private Response kill(Request request) {
        lifecycle.kill(request.path("id"), request.query().text("signal"));
        return Response.noContent();
    }

    private Response pause(Request request) {
        lifecycle.pause(request.path("id"));
        return Response.noContent();
    }

    private Response unpause(Request request) {
        lifecycle.unpause(request.path("id"));
        return Response.noContent();
    }

    private Response rename(Request request) {
        lifecycle.rename(request.path("id"), request.query().text("name"));
        return Response.noContent();
    }

    private Response remove(Request request) {
        if (request.query().flag("link")) {
            containers.resolve(request.path("id"));
            // It says conflict, but is a 500 in Docker.
            throw new RemoteFailure("Conflict, cannot remove the default link name of the container");
        }
        lifecycle.remove(
                request.path("id"),
                request.query().flag("force"),
                request.query().flag("v"));
        return Response.noContent();
    }

    private Response top(Request request) {
        Container c = containers.resolve(request.path("id"));
        if (c.state() instanceof ContainerState.Restarting) {
            throw new Conflict("container " + c.id() + " is restarting, wait until the container is running");
        }
        if (!c.isRunning()) {
            throw new Conflict("container " + c.id() + " is not running");
        }
        return Response.ok(processes.of(c.id(), request.query().text("ps_args")));
    }

    private Response spec(Request request) {
        RuntimeSpec spec = specs.of(containers.resolve(request.path("id")));
        return Response.ok(SpecBuilder.tree(spec));
    }

    private Response prune(Request request) {
        ContainersPruned pruned = lifecycle.prune(
                request.query().filters(),
                c -> WorkThread.call(work, () -> sizes.of(c).writable()));
        return Response.ok(pruned);
    }
}
