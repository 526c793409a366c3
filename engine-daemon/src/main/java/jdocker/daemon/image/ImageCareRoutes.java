package jdocker.daemon.image;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.ToLongFunction;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.http.Filters;
import jdocker.daemon.http.HttpMethod;
import jdocker.daemon.http.Lane;
import jdocker.daemon.http.Request;
import jdocker.daemon.http.Response;
import jdocker.daemon.http.Router;

/** {@code /images}: what keeps them few and tells them apart. */
public final class ImageCareRoutes {
    private final ImageEngine images;
    private final ToLongFunction<Duration> remains;

    /** @param remains removes what cut pulls have left and nobody has written to for so long, and tells how many bytes */
    public ImageCareRoutes(ImageEngine images, ToLongFunction<Duration> remains) {
        this.images = images;
        this.remains = remains;
    }

    public void addTo(Router router) {
        router.add(HttpMethod.POST, "/images/prune", Lane.WORK, this::prune);
        router.add(HttpMethod.GET, "/images/{name...}/diff", Lane.WORK, this::compare);
    }

    private Response prune(Request request) {
        Filters filters = request.query().filters().accepting("dangling", "label", "label!", "until");
        return Response.ok(images.prune(
                new ImagePruning.Choice(
                        filters.flag("dangling").orElse(true),
                        until(filters),
                        filters.values("label"),
                        filters.values("label!")),
                remains));
    }

    private static Optional<Instant> until(Filters filters) {
        if (filters.values("until").size() > 1) {
            throw new InvalidRequest("more than one until filter specified");
        }
        return filters.values("until").stream().findFirst().map(ImageRoutes::moment);
    }

    private Response compare(Request request) {
        String other = request.query().text("other");
        if (other.isEmpty()) {
            throw new InvalidRequest("the image to compare with is missing: name it by the parameter other");
        }
        return Response.ok(images.compare(request.path("name"), other));
    }
}
