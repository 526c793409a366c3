package jdocker.daemon.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jdocker.api.ProgressMessage;
import jdocker.daemon.error.EngineException;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.http.Filters;
import jdocker.daemon.http.HttpMethod;
import jdocker.daemon.http.Lane;
import jdocker.daemon.http.Request;
import jdocker.daemon.http.Response;
import jdocker.daemon.http.ResponseStream;
import jdocker.daemon.http.Router;
import jdocker.image.ImageRef;
import jdocker.image.WantedPlatform;
import jdocker.oci.Json;
import jdocker.oci.MalformedJson;
import jdocker.oci.Platform;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /images}. */
public final class ImageRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(ImageRoutes.class);
    private static final String JSON = "application/json";

    private final ImageEngine images;

    public ImageRoutes(ImageEngine images) {
        this.images = images;
    }

    public void addTo(Router router) {
        // What is known of layers is in memory once the engine has cleaned up, so that reads make no native call.
        router.add(HttpMethod.GET, "/images/json", Lane.READ, this::list);
        router.add(HttpMethod.GET, "/images/{name...}/json", Lane.READ, this::inspect);
        router.add(HttpMethod.GET, "/images/{name...}/history", Lane.READ, this::history);
        router.add(HttpMethod.POST, "/images/{name...}/tag", Lane.WORK, this::tag);
        router.add(HttpMethod.DELETE, "/images/{name...}", Lane.WORK, this::remove);
        router.add(
                HttpMethod.GET,
                "/images/get",
                Lane.WORK,
                request -> save(request, request.query().all("names")));
        router.add(
                HttpMethod.GET,
                "/images/{name...}/get",
                Lane.WORK,
                request -> save(request, List.of(request.path("name"))));
        router.add(HttpMethod.POST, "/images/load", Lane.WORK, this::load);
    }

    private Response list(Request request) {
        Filters filters =
                request.query().filters().accepting("dangling", "label", "reference", "before", "since", "until");
        var wanted = new ImageFilters(
                filters.flag("dangling"),
                filters.values("label"),
                references(request, filters),
                earliest(filters),
                filters.values("since").stream().map(images::created).max(Instant::compareTo));
        return Response.ok(images.views()
                .list(new ImageViews.ListOptions(
                        wanted,
                        request.query().flag("shared-size"),
                        !request.version().atLeast(1, 44),
                        !request.version().atLeast(1, 43),
                        request.version().atLeast(1, 51))));
    }

    /** Old clients ask for one name by a parameter of its own. */
    private static List<String> references(Request request, Filters filters) {
        var patterns = new ArrayList<>(filters.values("reference"));
        if (!request.version().atLeast(1, 41)) {
            request.query().first("filter").filter(text -> !text.isEmpty()).ifPresent(patterns::add);
        }
        return patterns;
    }

    private Optional<Instant> earliest(Filters filters) {
        var moments = new ArrayList<Instant>();
        filters.values("before").forEach(reference -> moments.add(images.created(reference)));
        for (String until : filters.values("until")) {
            moments.add(moment(until));
        }
        return moments.stream().min(Instant::compareTo);
    }

    /** A moment as filters name it. */
    static Instant moment(String until) {
        return ImageFilters.time(until)
                .or(() -> seconds(until))
                .orElseThrow(() -> new InvalidRequest("failed to parse value as time or duration: \"" + until + "\""));
    }

    /** Seconds since 1970, or how long ago, as {@code 24h}. */
    private static Optional<Instant> seconds(String text) {
        boolean digits = !text.isEmpty() && text.length() < 12 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits
                ? Optional.of(Instant.ofEpochSecond(Long.parseLong(text)))
                : GoDuration.parse(text).map(ago -> Instant.now().minus(ago));
    }

    /** Fields that only a store with images of several platforms has, descriptor and manifests, stay out, as Docker's. */
    private Response inspect(Request request) {
        Optional<WantedPlatform> platform = request.version().atLeast(1, 49) ? onePlatform(request) : Optional.empty();
        if (platform.isPresent() && request.query().flag("manifests")) {
            throw new InvalidRequest("conflicting options: manifests and platform options cannot both be set");
        }
        return Response.ok(images.views().inspect(request.path("name"), platform, request.version()));
    }

    private Response history(Request request) {
        Optional<WantedPlatform> platform = request.version().atLeast(1, 48) ? onePlatform(request) : Optional.empty();
        return Response.ok(images.views().history(request.path("name"), platform));
    }

    private static Optional<WantedPlatform> onePlatform(Request request) {
        return platforms(request).stream().findFirst();
    }

    private Response tag(Request request) {
        ImageRef name = ImageEngine.name(
                        request.query().text("repo"), request.query().text("tag"))
                .orElseThrow(() -> new InvalidRequest("invalid reference format"));
        images.tag(request.path("name"), name);
        return Response.created();
    }

    private Response remove(Request request) {
        List<String> platforms = request.query().all("platforms");
        if (platforms.size() > 1) {
            throw new InvalidRequest("an image is kept here for one platform: several cannot be removed from it");
        }
        platforms.forEach(text -> images.views().check(request.path("name"), platform(text)));
        return Response.ok(images.remove(
                request.path("name"),
                request.query().flag("force"),
                !request.query().flag("noprune")));
    }

    private Response save(Request request, List<String> references) {
        List<WantedPlatform> platforms = platforms(request);
        images.checkSave(references, platforms); // while it can still be told by the status
        return Response.stream(200, "application/x-tar", out -> {
            try (ImageSaving saving = images.save(references, platforms)) {
                saving.writeTo(out);
            }
        });
    }

    /** Each as {@code os/architecture/variant} or, from API 1.48 on, as JSON. */
    private static List<WantedPlatform> platforms(Request request) {
        return request.query().all("platform").stream()
                .filter(text -> !text.isEmpty())
                .map(ImageRoutes::platform)
                .toList();
    }

    private Response load(Request request) {
        List<WantedPlatform> platforms = platforms(request);
        if (platforms.size() > 1) {
            throw new InvalidRequest("an image is kept here for one platform under a name, but " + platforms.size()
                    + " were asked for: load them one by one");
        }
        Optional<WantedPlatform> platform = platforms.stream().findFirst();
        boolean quiet = request.query().flag("quiet", true);
        var body = new ArchiveBody(request.body());
        ImageLoading loading = body.reading(() -> images.load(body, platform));
        boolean handedOver = false;
        try {
            // Up to the first line of progress a failure can still be told by the status.
            Optional<ImageLayer> first = body.reading(loading::nextLayer);
            List<String> lines = quiet || first.isEmpty() ? body.reading(() -> finish(loading)) : List.of();
            handedOver = lines.isEmpty();
            return Response.stream(200, JSON, out -> {
                if (lines.isEmpty()) {
                    stream(out, body, loading, first);
                } else {
                    write(out, lines);
                }
            });
        } finally {
            if (!handedOver) {
                loading.close();
            }
        }
    }

    private static List<String> finish(ImageLoading loading) {
        while (loading.nextLayer().isPresent()) {
            // each is unpacked as it comes
        }
        return loading.keep();
    }

    private static void stream(ResponseStream out, ArchiveBody body, ImageLoading loading, Optional<ImageLayer> first)
            throws IOException {
        try (loading) {
            for (Optional<ImageLayer> layer = first; layer.isPresent(); layer = body.reading(loading::nextLayer)) {
                out.writeJsonLine(progress(layer.get()));
            }
            write(out, body.reading(loading::keep));
        } catch (EngineException e) {
            out.writeJsonLine(error(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            LOG.error("loading images", e);
            out.writeJsonLine(error("the engine failed to load the archive: " + e.getMessage()));
        }
    }

    private static void write(ResponseStream out, List<String> lines) throws IOException {
        for (String line : lines) {
            out.writeJsonLine(new ProgressMessage(line, null, null, null, null, null, null, null));
        }
    }

    private static ProgressMessage progress(ImageLayer layer) {
        long size = layer.staged().size();
        return new ProgressMessage(
                null,
                "Loading layer",
                new ProgressMessage.Progress(size, size, 0, false, ""),
                null,
                layer.diffId().shortHex(),
                null,
                null,
                null);
    }

    private static ProgressMessage error(String text) {
        return new ProgressMessage(null, null, null, null, null, text, new ProgressMessage.ErrorDetail(0, text), null);
    }

    /** A platform as a query has it. */
    static WantedPlatform platform(String text) {
        Optional<WantedPlatform> platform = text.startsWith("{") ? fromJson(text) : WantedPlatform.parse(text);
        return platform.orElseThrow(
                () -> new InvalidRequest("\"" + text + "\" is an invalid platform: it is os[/architecture[/variant]]"));
    }

    private static Optional<WantedPlatform> fromJson(String text) {
        try {
            Platform platform = Json.read(text.getBytes(StandardCharsets.UTF_8), Platform.class);
            String variant = platform.variant() == null || platform.variant().isEmpty() ? "" : "/" + platform.variant();
            return WantedPlatform.parse(platform.os() + "/" + platform.architecture() + variant);
        } catch (MalformedJson e) {
            return Optional.empty();
        }
    }
}
