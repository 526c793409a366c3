package jdocker.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The data root of a Docker engine that does not run, with the overlay2 graph driver. Only read. */
final class DockerRoot {
    private static final String SHA = "sha256:";

    private final Path root;

    private DockerRoot(Path root) {
        this.root = root;
    }

    /** An image. */
    record Image(String id, byte[] config, List<String> tags, List<String> diffIds) {}

    /** A container's definition; {@code written} is the folder of what it has written. */
    record Container(String id, String name, JsonObject config, JsonObject host, String image, Path written) {}

    /** @throws CliError when it is no such root, or an engine works with it */
    static DockerRoot open(Path path) {
        if (!Files.isDirectory(path)) {
            throw new CliError("there is no Docker data root at " + path);
        }
        if (!Files.isDirectory(path.resolve("image/overlay2")) || !Files.isDirectory(path.resolve("overlay2"))) {
            throw new CliError(path + " holds no images of the overlay2 graph driver"
                    + (Files.isDirectory(path.resolve("containerd"))
                            ? " (those of containerd's store cannot be read)"
                            : "")
                    + ": nothing to take over");
        }
        var docker = new DockerRoot(path);
        docker.refuseIfInUse();
        return docker;
    }

    /** Its databases are locked while it runs. */
    private void refuseIfInUse() {
        List<Path> databases = List.of(
                root.resolve("volumes/metadata.db"),
                root.resolve("network/files/local-kv.db"),
                root.resolve("buildkit/cache.db"));
        try {
            List<String> locks = Files.readAllLines(Path.of("/proc/locks"));
            for (Path database : databases) {
                if (Files.exists(database)) {
                    String inode = ":" + Files.getAttribute(database, "unix:ino") + " ";
                    if (locks.stream().anyMatch(lock -> lock.contains("FLOCK") && lock.contains(inode))) {
                        throw new CliError("a Docker engine works with " + root + ": its database "
                                + root.relativize(database) + " is locked. Stop it first");
                    }
                }
            }
        } catch (IOException e) {
            throw new CliError("cannot tell whether a Docker engine works with " + root + ": " + e.getMessage());
        }
    }

    /** Every image, with the tags that it has; {@code left} gets what cannot be taken over. */
    List<Image> images(List<String> left) throws IOException {
        Map<String, List<String>> tags = tags();
        List<Image> images = new ArrayList<>();
        Path contents = root.resolve("image/overlay2/imagedb/content/sha256");
        for (Path file : list(contents)) {
            String id = SHA + file.getFileName();
            byte[] config = Files.readAllBytes(file);
            if (!digest(config).equals(id)) {
                left.add("image " + id + ": its configuration is damaged");
                continue;
            }
            List<String> diffIds = Json.object(config).object("rootfs").texts("diff_ids");
            String missing = missing(diffIds);
            if (missing.isEmpty()) {
                images.add(new Image(id, config, tags.getOrDefault(id, List.of()), diffIds));
            } else {
                left.add("image " + id + ": " + missing);
            }
        }
        return images;
    }

    private String missing(List<String> diffIds) throws IOException {
        for (int i = 0; i < diffIds.size(); i++) {
            Path folder = layerFolder(diffIds.subList(0, i + 1));
            if (!Files.exists(folder.resolve("tar-split.json.gz"))) {
                return "layer " + diffIds.get(i) + " is incomplete: " + folder.resolve("tar-split.json.gz")
                        + " is missing";
            }
            Optional<String> problem = layer(diffIds.subList(0, i + 1)).problem();
            if (problem.isPresent()) {
                return "layer " + diffIds.get(i) + " cannot be put together: " + problem.get();
            }
        }
        return "";
    }

    private Map<String, List<String>> tags() throws IOException {
        Map<String, List<String>> tags = new LinkedHashMap<>();
        Path file = root.resolve("image/overlay2/repositories.json");
        if (Files.exists(file)) {
            JsonObject repositories = Json.object(Files.readAllBytes(file)).object("Repositories");
            for (String repository : repositories.fields().keySet()) {
                repositories.object(repository).fields().forEach((name, id) -> {
                    if (!name.contains("@")) {
                        tags.computeIfAbsent(String.valueOf(id), _ -> new ArrayList<>())
                                .add(name);
                    }
                });
            }
        }
        return tags;
    }

    /** The topmost of these layers. */
    TarSplit layer(List<String> diffIds) throws IOException {
        Path folder = layerFolder(diffIds);
        String cache = Files.readString(folder.resolve("cache-id")).strip();
        return new TarSplit(
                folder.resolve("tar-split.json.gz"),
                root.resolve("overlay2").resolve(cache).resolve("diff"));
    }

    private Path layerFolder(List<String> diffIds) {
        String chain = diffIds.getFirst();
        for (String diffId : diffIds.subList(1, diffIds.size())) {
            chain = digest((chain + " " + diffId).getBytes(StandardCharsets.US_ASCII));
        }
        return root.resolve("image/overlay2/layerdb/sha256").resolve(chain.substring(SHA.length()));
    }

    /** Local volumes by name, each with its files. */
    Map<String, Path> volumes(List<String> left) throws IOException {
        Map<String, Path> volumes = new LinkedHashMap<>();
        for (Path folder : list(root.resolve("volumes"))) {
            Path data = folder.resolve("_data");
            Path options = folder.resolve("opts.json");
            String device = Files.exists(options)
                    ? Json.object(Files.readAllBytes(options)).text("MountDevice")
                    : "";
            if (!device.isEmpty()) {
                left.add("volume " + folder.getFileName() + ": what is in it lies in " + device
                        + ", which Docker mounts there");
            } else if (Files.isDirectory(data)) {
                volumes.put(folder.getFileName().toString(), data);
            }
        }
        return volumes;
    }

    List<Container> containers(List<String> left) throws IOException {
        List<Container> containers = new ArrayList<>();
        for (Path folder : list(root.resolve("containers"))) {
            Path config = folder.resolve("config.v2.json");
            Path host = folder.resolve("hostconfig.json");
            if (!Files.exists(config) || !Files.exists(host)) {
                left.add("container " + folder.getFileName() + ": it has no " + config.getFileName() + " or "
                        + host.getFileName());
                continue;
            }
            JsonObject whole = Json.object(Files.readAllBytes(config));
            Path mount = root.resolve("image/overlay2/layerdb/mounts")
                    .resolve(whole.text("ID"))
                    .resolve("mount-id");
            Path written = Files.exists(mount)
                    ? root.resolve("overlay2")
                            .resolve(Files.readString(mount).strip())
                            .resolve("diff")
                    : folder;
            containers.add(new Container(
                    whole.text("ID"),
                    whole.text("Name").replaceFirst("^/", ""),
                    whole.object("Config"),
                    Json.object(Files.readAllBytes(host)),
                    whole.text("Image"),
                    written));
        }
        return containers;
    }

    boolean hasWritten(Container container) throws IOException {
        return !list(container.written()).isEmpty();
    }

    private static List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted().toList();
        }
    }

    private static String digest(byte[] content) {
        try {
            return SHA
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
