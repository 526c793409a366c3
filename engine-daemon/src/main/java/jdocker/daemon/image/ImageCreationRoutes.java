package jdocker.daemon.image;

import java.io.FilterInputStream;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import jdocker.daemon.error.EngineException;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.error.EngineException.RemoteFailure;
import jdocker.daemon.http.HttpMethod;
import jdocker.daemon.http.Lane;
import jdocker.daemon.http.Request;
import jdocker.daemon.http.Response;
import jdocker.daemon.http.ResponseStream;
import jdocker.daemon.http.Router;
import jdocker.image.ImageRef;
import jdocker.image.RegistryException;
import jdocker.image.WantedPlatform;
import jdocker.image.WebFile;
import jdocker.oci.RunConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code POST /images/create}: pulls, or imports a root file system from the request or from the web. */
public final class ImageCreationRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(ImageCreationRoutes.class);
    private static final String JSON = "application/json";
    private static final long TELL_EVERY = 1 << 20;

    private final ImageEngine images;
    private final Function<Request, Response> pull;
    private final Web web;

    /** Brings files of the web. */
    @FunctionalInterface
    public interface Web {
        WebFile open(URI address) throws IOException;
    }

    /** @param pull answers requests with {@code fromImage} */
    public ImageCreationRoutes(ImageEngine images, Function<Request, Response> pull, Web web) {
        this.images = images;
        this.pull = pull;
        this.web = web;
    }

    public void addTo(Router router) {
        router.add(HttpMethod.POST, "/images/create", Lane.WORK, this::create);
    }

    /** What an import makes of an archive. */
    private record Wanted(Optional<ImageRef> name, String message, List<String> changes, WantedPlatform platform) {}

    private Response create(Request request) {
        if (!request.query().text("fromImage").isEmpty()) {
            return pull.apply(request);
        }
        String source = request.query().text("fromSrc");
        if (source.isEmpty()) {
            throw new InvalidRequest("neither fromImage nor fromSrc says where the image shall come from");
        }
        String message = request.query().text("message");
        String platform = request.query().text("platform");
        var wanted = new Wanted(
                ImageEngine.name(request.query().text("repo"), request.query().text("tag")),
                message.isEmpty() ? "Imported from " + shown(source) : message,
                request.query().all("changes"),
                platform.isEmpty() ? WantedPlatform.host() : ImageRoutes.platform(platform));
        if (!source.equals("-")) {
            return fromWeb(address(source), wanted);
        }
        String id = imported(new ArchiveBody(request.body()), wanted);
        return Response.stream(200, JSON, out -> out.writeJsonLine(ProgressMessages.status(id)));
    }

    /** As Docker: what names no protocol means HTTP. */
    private static URI address(String source) {
        try {
            URI address = URI.create(source.contains("://") ? source : "http://" + source);
            if (address.getHost() != null) {
                return address;
            }
        } catch (IllegalArgumentException _) {
            // told below
        }
        throw new InvalidRequest("cannot import from '" + shown(source)
                + "': it is neither - nor an address such as http://host/file.tar");
    }

    private Response fromWeb(URI address, Wanted wanted) {
        RunConfig _ = ConfigChanges.apply(RunConfig.builder().build(), wanted.changes); // before anything is fetched
        WebFile file;
        try {
            file = web.open(address);
        } catch (WebFile.Refused e) {
            throw refused(e.status(), String.valueOf(e.getMessage()));
        } catch (IOException | RegistryException e) {
            throw new RemoteFailure(String.valueOf(e.getMessage()));
        }
        return Response.stream(200, JSON, out -> {
            try (file) {
                out.writeJsonLine(ProgressMessages.status("Downloading from " + shown(address.toString())));
                var body = new ArchiveBody(new Told(file, out));
                out.writeJsonLine(ProgressMessages.status(imported(body, wanted)));
            } catch (EngineException e) {
                out.writeJsonLine(ProgressMessages.error(String.valueOf(e.getMessage())));
            } catch (RuntimeException e) {
                LOG.error("importing from {}", shown(address.toString()), e);
                out.writeJsonLine(
                        ProgressMessages.error("importing from " + shown(address.toString()) + ": " + reason(e)));
            }
        });
    }

    /** These statuses of the web's server Docker passes on; all others are a failure of its own. */
    private static EngineException refused(int status, String message) {
        return switch (status) {
            case 400 -> new InvalidRequest(message);
            case 401 -> new EngineException.Unauthorized(message);
            case 403 -> new EngineException.Forbidden(message);
            case 404 -> new EngineException.NotFound(message);
            default -> new RemoteFailure(message);
        };
    }

    private static String reason(RuntimeException e) {
        return String.valueOf((e.getCause() == null ? e : e.getCause()).getMessage());
    }

    /** Without the name and password that it may hold. */
    private static String shown(String address) {
        return address.replaceFirst("^([^/:]+://)?[^/]*@", "$1");
    }

    private String imported(ArchiveBody body, Wanted wanted) {
        return body.reading(() -> images.importTar(body, wanted.name, wanted.message, wanted.changes, wanted.platform));
    }

    /** Tells the client how far it is, and stops when that has gone. */
    private static final class Told extends FilterInputStream {
        private final WebFile file;
        private final ResponseStream out;
        private long read;
        private long told;

        Told(WebFile file, ResponseStream out) {
            super(file.content());
            this.file = file;
            this.out = out;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = in.read(target, offset, length);
            read += Math.max(count, 0);
            if (read - told >= TELL_EVERY || count < 0 && read > told) {
                told = read;
                if (out.disconnected()) {
                    throw new CancellationException("the client has gone");
                }
                out.writeJsonLine(ProgressMessages.layer("Importing", "", read, file.size()));
            }
            return count;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
