package jdocker.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code migrate docker}: takes over what a Docker engine that has been stopped has left in its data root. */
final class MigrateCommand extends Command {
    private static final String MOUNTED = "/volume";

    private final Flag root =
            flags().add(new Flag("root", Flag.NO_SHORTHAND, FlagKind.STRING, "/var/lib/docker", "Docker's data root"));
    private final Flag dryRun = flags().bool("dry-run", "Tell what would be taken over, and change nothing");

    private final List<String> left = new ArrayList<>();

    @Override
    String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    Arity arity() {
        return Arity.NONE;
    }

    @Override
    int run(Session session, List<String> arguments) {
        Path place = session.invocation().directory().resolve(root.text());
        DockerRoot docker = DockerRoot.open(place);
        try {
            List<DockerRoot.Image> images = docker.images(left);
            images(session, docker, images);
            volumes(session, docker.volumes(left), images);
            containers(session, docker, images);
        } catch (IOException e) {
            throw new CliError("cannot read " + place + ": " + e.getMessage());
        }
        if (!left.isEmpty()) {
            session.out().line("\nNot taken over:");
            left.forEach(line -> session.out().line("  " + line));
        }
        return 0;
    }

    private void images(Session session, DockerRoot docker, List<DockerRoot.Image> images) throws IOException {
        if (!images.isEmpty() && !dryRun.isOn()) {
            var archive = new DockerRootArchive(docker, images);
            Piped.run(archive::writeTo, in -> {
                Query query = new Query().add("quiet", "1");
                try (Engine.Answer answer = session.engine().upload("/images/load", query, "application/x-tar", in)) {
                    new ProgressStream(session.out(), false, true).copy(answer.body());
                }
            });
        }
        for (DockerRoot.Image image : images) {
            String names = image.tags().isEmpty() ? "" : " (" + String.join(", ", image.tags()) + ")";
            session.out().lineNow("image " + image.id() + names);
        }
    }

    /**
     * By way of two containers that are never started: the engine alone knows where volumes lie, and reads Docker's folders with
     * every attribute, link and name.
     */
    private void volumes(Session session, Map<String, Path> volumes, List<DockerRoot.Image> images) throws IOException {
        Optional<DockerRoot.Image> image = images.stream().findFirst();
        for (Map.Entry<String, Path> volume : volumes.entrySet()) {
            if (image.isEmpty()) {
                left.add("volume " + volume.getKey() + ": there is no image to make a container of that could take it");
                continue;
            }
            if (!dryRun.isOn()) {
                String data = volume.getValue().toAbsolutePath().normalize().toString();
                String from = mounting(session, image.get(), "bind", data, true);
                try {
                    String to = mounting(session, image.get(), "volume", volume.getKey(), false);
                    try {
                        copy(session, from, to);
                    } finally {
                        session.engine().delete("/containers/" + to, new Query());
                    }
                } finally {
                    session.engine().delete("/containers/" + from, new Query());
                }
            }
            session.out().lineNow("volume " + volume.getKey());
        }
    }

    private static String mounting(
            Session session, DockerRoot.Image image, String type, String source, boolean readOnly) {
        JsonObject mount = new JsonObject()
                .with("Type", type)
                .with("Source", source)
                .with("Target", MOUNTED)
                .with("ReadOnly", readOnly);
        JsonObject host = new JsonObject().with("NetworkMode", "none").with("Mounts", List.of(mount));
        JsonObject body = new JsonObject()
                .with("Image", image.id())
                .with("Cmd", List.of("true"))
                .with("HostConfig", host);
        return Json.object(session.engine().post("/containers/create", new Query(), body))
                .text("Id");
    }

    private static void copy(Session session, String from, String to) throws IOException {
        Query content = new Query().add("path", MOUNTED + "/.");
        Query place = new Query().add("path", MOUNTED);
        try (Engine.Answer tar =
                session.engine().open("GET", "/containers/" + from + "/archive", content, Map.of(), null)) {
            session.engine()
                    .upload("PUT", "/containers/" + to + "/archive", place, "application/x-tar", tar.body())
                    .close();
        }
    }

    private void containers(Session session, DockerRoot docker, List<DockerRoot.Image> images) throws IOException {
        for (DockerRoot.Container container : docker.containers(left)) {
            String what = "container " + container.name();
            Optional<DockerRoot.Image> image = images.stream()
                    .filter(one -> one.id().equals(container.image()))
                    .findFirst();
            if (image.isEmpty()) {
                left.add(what + ": its image " + container.image() + " is not there");
                continue;
            }
            try {
                boolean written = docker.hasWritten(container);
                if (!dryRun.isOn()) {
                    String id = create(session, container, image.get());
                    written = written && takeWritten(session, container, id);
                }
                session.out().lineNow(what + (written ? " with what it has written" : ""));
            } catch (IOException | EngineError e) {
                left.add(what + ": " + (e instanceof EngineError error ? error.reason() : e.getMessage()));
            }
        }
    }

    /** The engine reads it itself: only there what was removed, and every attribute, can be seen. */
    private boolean takeWritten(Session session, DockerRoot.Container container, String id) {
        try {
            Query query = new Query()
                    .add(
                            "from",
                            container.written().toAbsolutePath().normalize().toString());
            session.engine().post("/containers/" + id + "/written", query, null);
            return true;
        } catch (EngineError e) {
            left.add("what container " + container.name() + " has written; it lies in " + container.written() + ": "
                    + e.reason());
            return false;
        }
    }

    private static String create(Session session, DockerRoot.Container container, DockerRoot.Image image) {
        JsonObject body = new JsonObject();
        container.config().fields().forEach(body::with);
        // By the name that it was made by, where that still means this image.
        boolean named = image.tags().contains(familiar(container.config().text("Image")));
        body.with("Image", named ? container.config().text("Image") : image.id());
        body.with("HostConfig", container.host());
        Query name = new Query().add("name", container.name());
        return Json.object(session.engine().post("/containers/create", name, body))
                .text("Id");
    }

    /** With the tag; what is no name, such as an id, stays as it is. */
    private static String familiar(String image) {
        try {
            return ImageName.parse(image).familiar();
        } catch (CliError _) {
            return image;
        }
    }
}
