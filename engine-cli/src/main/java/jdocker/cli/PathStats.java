package jdocker.cli;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** What the daemon tells of a path in a container, by a header. */
final class PathStats {
    static final String HEADER = "x-docker-container-path-stat";
    // Go's os.FileMode.
    private static final long DIRECTORY = 1L << 31;
    private static final long SYMLINK = 1L << 27;

    private PathStats() {}

    static JsonObject of(Session session, String path, Query query) {
        try (Engine.Answer answer = session.engine().open("HEAD", path, query, Map.of(), null)) {
            return parse(answer.header(HEADER));
        }
    }

    /** Empty where there is nothing; the container itself must exist, which is found out later. */
    static JsonObject ifPresent(Session session, String path, Query query) {
        try {
            return of(session, path, query);
        } catch (EngineError e) {
            if (e.isNotFound()) {
                return new JsonObject();
            }
            throw e;
        }
    }

    static JsonObject parse(String header) {
        try {
            return Json.object(Base64.getDecoder().decode(header.getBytes(StandardCharsets.US_ASCII)));
        } catch (IllegalArgumentException _) {
            throw new CliError("unable to decode container path stat header: '" + header + "'");
        }
    }

    static boolean isDirectory(JsonObject stat) {
        return (stat.number("mode") & DIRECTORY) != 0;
    }

    static boolean isSymlink(JsonObject stat) {
        return (stat.number("mode") & SYMLINK) != 0;
    }
}
