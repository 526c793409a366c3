package jdocker.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code cp}: copies files between a container and the file system here. */
final class CopyCommand extends Command {
    private final Flag archive = flags().bool("archive", 'a', "Archive mode (copy all uid/gid information)");
    private final Flag followLink = flags().bool("follow-link", 'L', "Always follow symbol link in SRC_PATH");
    private final Flag quiet = flags().bool("quiet", 'q', "Suppress progress output during copy");

    @Override
    String synopsis() {
        return "[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n\tjdocker cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH";
    }

    @Override
    Arity arity() {
        return Arity.exactly(2);
    }

    /** One side of the copy; the container is empty for a place here. */
    private record Side(String container, String path) {
        static Side of(String text) {
            boolean absolute = text.startsWith("/");
            int colon = text.indexOf(':');
            // A name with a colon here is written ./like:this.
            boolean here = absolute || colon < 0 || text.startsWith(".");
            return here ? new Side("", text) : new Side(text.substring(0, colon), text.substring(colon + 1));
        }
    }

    @Override
    int run(Session session, List<String> arguments) {
        if (arguments.get(0).isEmpty()) {
            throw new CliError("source can not be empty");
        }
        if (arguments.get(1).isEmpty()) {
            throw new CliError("destination can not be empty");
        }
        Side from = Side.of(arguments.get(0));
        Side to = Side.of(arguments.get(1));
        if (from.container.isEmpty() && to.container.isEmpty()) {
            throw new CliError("must specify at least one container source");
        }
        if (!from.container.isEmpty() && !to.container.isEmpty()) {
            throw new CliError("copying between containers is not supported");
        }
        try {
            return from.container.isEmpty() ? copyIn(session, from.path, to) : copyOut(session, from, to.path);
        } catch (IOException e) {
            throw new CliError(String.valueOf(e.getMessage()));
        }
    }

    private int copyOut(Session session, Side from, String target) throws IOException {
        String path = from.path;
        if (followLink.isOn()) {
            JsonObject stat = stat(session, from.container, path);
            if (PathStats.isSymlink(stat)) {
                path = stat.text("linkTarget") + (path.endsWith("/") ? "/" : "");
            }
        }
        boolean asStream = target.equals("-");
        try (Engine.Answer answer =
                session.engine().open("GET", archivePath(from.container), query(path), Map.of(), null)) {
            if (asStream) {
                AttachStreams.copyPlain(answer.body(), session.out());
                return 0;
            }
            JsonObject stat = PathStats.parse(answer.header(PathStats.HEADER));
            Path place = session.invocation().directory().resolve(target);
            LocalTarget local = LocalTarget.of(place, endsAsDirectory(target), PathStats.isDirectory(stat), path, stat);
            long size = new LocalArchive().extract(answer.body(), local);
            tell(session, size, place.toString());
            return 0;
        }
    }

    private int copyIn(Session session, String source, Side to) throws IOException {
        String path = to.path;
        JsonObject stat = PathStats.ifPresent(session, archivePath(to.container), query(path));
        if (PathStats.isSymlink(stat)) {
            path = stat.text("linkTarget") + (path.endsWith("/") ? "/" : "");
            stat = PathStats.ifPresent(session, archivePath(to.container), query(path));
        }
        boolean exists = stat.has("name");
        if (source.equals("-")) {
            if (!exists || !PathStats.isDirectory(stat)) {
                throw new CliError("destination \"" + to.container + ":" + to.path + "\" must be a directory");
            }
            upload(session, to.container, path, session.invocation().in());
            return 0;
        }
        Path local = session.invocation().directory().resolve(source);
        if (!Files.exists(local, LinkOption.NOFOLLOW_LINKS)) {
            throw new CliError("lstat " + local + ": no such file or directory");
        }
        Path real = followLink.isOn() || endsAsDirectory(source) ? local.toRealPath() : local;
        boolean directory = Files.isDirectory(real, LinkOption.NOFOLLOW_LINKS);
        String name = name(source, local);
        String place = path;
        if (!exists || !PathStats.isDirectory(stat)) {
            if (exists && directory) {
                throw new CliError("cannot copy directory");
            }
            if (!exists && !directory && endsAsDirectory(path)) {
                throw new CliError("no such directory");
            }
            String trimmed = trimmed(path);
            name = trimmed.substring(trimmed.lastIndexOf('/') + 1);
            place = trimmed.contains("/") ? trimmed.substring(0, trimmed.lastIndexOf('/') + 1) : "/";
        }
        long size = send(session, to.container, place, real, name);
        tell(session, size, to.container + ":" + to.path);
        return 0;
    }

    /** What the archive calls it: a directory whose name ends in {@code /.} lends its content only. */
    private static String name(String source, Path local) throws IOException {
        if (source.endsWith("/.") || source.equals(".")) {
            return ".";
        }
        Path last = local.toAbsolutePath().normalize().getFileName();
        return last == null ? "." : last.toString();
    }

    private static boolean endsAsDirectory(String path) {
        return path.endsWith("/") || path.endsWith("/.") || path.equals(".");
    }

    private static String trimmed(String path) {
        String text = path.endsWith("/.") ? path.substring(0, path.length() - 2) : path;
        while (text.length() > 1 && text.endsWith("/")) {
            text = text.substring(0, text.length() - 1);
        }
        return text;
    }

    private long send(Session session, String container, String place, Path local, String name) throws IOException {
        var archiver = new LocalArchive();
        Piped.run(out -> archiver.write(local, name, out), in -> upload(session, container, place, in));
        return archiver.size();
    }

    private void upload(Session session, String container, String place, InputStream tar) {
        Query query = query(place.isEmpty() ? "/" : place)
                .add("noOverwriteDirNonDir", "true")
                .addIf(archive.isOn(), "copyUIDGID", "true");
        session.engine()
                .upload("PUT", archivePath(container), query, "application/x-tar", tar)
                .close();
    }

    private JsonObject stat(Session session, String container, String path) {
        return PathStats.of(session, archivePath(container), query(path));
    }

    private static Query query(String path) {
        return new Query().add("path", path);
    }

    private static String archivePath(String container) {
        return "/containers/" + Query.pathElement(container) + "/archive";
    }

    private void tell(Session session, long size, String target) {
        boolean silent = quiet.isSet() ? quiet.isOn() : !session.terminal().isOutput();
        if (!silent) {
            session.err().lineNow("Successfully copied " + Units.size(size) + " to " + target);
        }
    }
}
