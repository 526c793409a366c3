package jdocker.daemon.container;

import static jdocker.daemon.http.Lane.READ;
import static jdocker.daemon.http.Lane.WORK;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import jdocker.api.ContainerStats;
import jdocker.api.ContainerUpdated;
import jdocker.api.HostConfig;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.http.HttpMethod;
import jdocker.daemon.http.Request;
import jdocker.daemon.http.Response;
import jdocker.daemon.http.ResponseStream;
import jdocker.daemon.http.Router;

/** What containers use, and how that is limited later: {@code /containers/{id}/stats} and {@code /update}. */
final class StatsRoutes {
    private final Containers containers;
    private final StatsSampler sampler;
    private final ContainerUpdate update;
    private final Executor work;
    private final Duration interval;

    /**
     * @param interval between two samples; Docker's is a second
     */
    StatsRoutes(Containers containers, StatsSampler sampler, ContainerUpdate update, Executor work, Duration interval) {
        this.containers = containers;
        this.sampler = sampler;
        this.update = update;
        this.work = work;
        this.interval = interval;
    }

    void addTo(Router router) {
        router.add(HttpMethod.GET, "/containers/{id}/stats", READ, this::stats);
        router.add(HttpMethod.POST, "/containers/{id}/update", WORK, this::update);
    }

    private Response stats(Request request) {
        Container c = containers.resolve(request.path("id"));
        boolean stream =
                request.query().text("stream").isEmpty() || request.query().flag("stream");
        boolean once = request.version().atLeast(1, 41) && request.query().flag("one-shot");
        if (stream && once) {
            throw new InvalidRequest("cannot have stream=true and one-shot=true");
        }
        if (stream) {
            return Response.stream(200, "application/json", out -> follow(c.id(), out));
        }
        boolean idle = !c.isRunning() || c.state() instanceof ContainerState.Restarting;
        return Response.ok(idle ? ContainerStats.none("/" + c.name(), c.id()) : once ? sample(c) : overAWhile(c));
    }

    private ContainerStats sample(Container c) {
        return WorkThread.call(work, () -> sampler.sample(c));
    }

    /** Two samples, so that the answer alone says how busy the container is. */
    private ContainerStats overAWhile(Container c) {
        ContainerStats before = sample(c);
        try {
            Thread.sleep(interval);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return before;
        }
        return containers
                .get(c.id())
                .map(this::sample)
                .map(now -> StatsSampler.after(before, now))
                .orElse(before);
    }

    /** Until the client or the container has gone; one that does not run has empty samples, as with Docker. */
    private void follow(String id, ResponseStream out) throws IOException, InterruptedException {
        Optional<ContainerStats> before = Optional.empty();
        Optional<Container> c = containers.get(id);
        while (c.isPresent() && !out.disconnected()) {
            ContainerStats now = sample(c.get());
            out.writeJsonLine(
                    before.map(earlier -> StatsSampler.after(earlier, now)).orElse(now));
            before = Optional.of(now);
            Thread.sleep(interval);
            c = containers.get(id);
        }
    }

    private Response update(Request request) {
        List<String> warnings = update.update(request.path("id"), request.json(HostConfig.class));
        return Response.ok(new ContainerUpdated(warnings));
    }
}
