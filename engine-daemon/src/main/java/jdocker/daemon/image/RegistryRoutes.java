package jdocker.daemon.image;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import jdocker.daemon.error.EngineException;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.http.HttpMethod;
import jdocker.daemon.http.Lane;
import jdocker.daemon.http.Request;
import jdocker.daemon.http.Response;
import jdocker.daemon.http.ResponseStream;
import jdocker.daemon.http.Router;
import jdocker.image.ImageRef;
import jdocker.image.InvalidArchive;
import jdocker.image.InvalidReference;
import jdocker.image.RegistryCredentials;
import jdocker.image.RegistryException;
import jdocker.image.WantedPlatform;
import jdocker.oci.Digest;
import jdocker.storage.RefusedArchive;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What concerns registries: pull, push, {@code /auth}, {@code /distribution} and {@code /images/search}. */
public final class RegistryRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryRoutes.class);
    private static final String JSON = "application/json";

    private final ImageRegistries registries;

    public RegistryRoutes(ImageRegistries registries) {
        this.registries = registries;
    }

    public void addTo(Router router) {
        var questions = new RegistryQuestions(registries);
        router.add(HttpMethod.POST, "/auth", Lane.WORK, questions::login);
        router.add(HttpMethod.GET, "/distribution/{name...}/json", Lane.WORK, questions::distribution);
        router.add(HttpMethod.GET, "/images/search", Lane.WORK, questions::search);
        router.add(HttpMethod.POST, "/images/{name...}/push", Lane.WORK, this::push);
        // Ours alone.
        router.add(HttpMethod.POST, "/images/scrub", Lane.WORK, this::scrub);
        router.add(HttpMethod.POST, "/images/gc", Lane.WORK, this::collect);
    }

    /** {@code POST /images/create} with {@code fromImage}. */
    public Response pull(Request request) {
        var wanted = new ImageRegistries.Wanted(
                name(request.query().text("fromImage"), request.query().text("tag")),
                platform(request),
                RegistryHeader.of(request));
        ImageRegistries.Begun begun = registries.begin(wanted);
        return Response.stream(200, JSON, out -> told(wanted.name(), out, begun));
    }

    private Response push(Request request) {
        ImageRef name = name(request.path("name"), request.query().text("tag"));
        if (name.digest().isPresent()) {
            throw new InvalidRequest("cannot push a digest reference");
        }
        String platform = request.version().atLeast(1, 46) ? request.query().text("platform") : "";
        if (!platform.isEmpty()) {
            registries.checkPush(name, ImageRoutes.platform(platform));
        }
        RegistryCredentials credentials = RegistryHeader.of(request);
        return Response.stream(200, JSON, out -> told(name, out, o -> registries.push(name, credentials, o)));
    }

    private Response scrub(Request request) {
        boolean repair = request.query().flag("repair");
        RegistryConfigHeader logins = RegistryConfigHeader.of(request);
        return Response.stream(200, JSON, out -> new ImageScrub(registries, logins, repair, out).run());
    }

    private Response collect(Request request) {
        boolean dryRun = request.query().flag("dry-run");
        return Response.ok(java.util.Map.of(
                "DryRun", dryRun, "Removed", registries.garbage().collect(dryRun)));
    }

    /** Runs what writes progress; a failure becomes the stream's last line. */
    private static void told(ImageRef name, ResponseStream out, ImageRegistries.Begun work)
            throws IOException, InterruptedException {
        try {
            work.run(out);
        } catch (RegistryException e) {
            out.writeJsonLine(ProgressMessages.error(
                    String.valueOf(RegistryFailures.of(name, e).getMessage())));
        } catch (EngineException | RefusedArchive | InvalidArchive e) {
            out.writeJsonLine(ProgressMessages.error(String.valueOf(e.getMessage())));
        } catch (CancellationException e) {
            LOG.info("{}: {}", name, e.getMessage());
            out.writeJsonLine(ProgressMessages.error(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            LOG.error("{}", name, e);
            out.writeJsonLine(ProgressMessages.error("the engine failed: " + e.getMessage()));
        }
    }

    /** A name as the API has it: the tag, or a digest in its place, apart or in the name. */
    static ImageRef name(String image, String tag) {
        try {
            ImageRef name = ImageRef.parse(image);
            if (tag.isEmpty()) {
                return name;
            }
            Optional<Digest> digest = Digest.tryParse(tag);
            return digest.isPresent() ? ImageRegistries.byDigest(name, digest.get()) : name.withTag(tag);
        } catch (InvalidReference e) {
            throw new InvalidRequest(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<WantedPlatform> platform(Request request) {
        String text = request.query().text("platform");
        return text.isEmpty()
                ? Optional.empty()
                : Optional.of(WantedPlatform.parse(text)
                        .orElseThrow(() -> new InvalidRequest(
                                "\"" + text + "\" is an invalid platform: it is os[/architecture[/variant]]")));
    }
}
