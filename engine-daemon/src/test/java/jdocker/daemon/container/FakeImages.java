package jdocker.daemon.container;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import jdocker.daemon.state.Snapshot;
import jdocker.oci.ImageConfig;
import jdocker.oci.Json;

/** Two images: one with a command, one with an entry point, a volume and a health check. */
final class FakeImages implements ImageCatalog {
    final List<ImageCommit> commits = new CopyOnWriteArrayList<>();

    private static final Map<String, ContainerImage> IMAGES = Map.of(
            "busybox", image("sha256:" + "1".repeat(64), "{\"Cmd\":[\"sh\"],\"Env\":[\"PATH=/bin\"]}"),
            "server",
                    image(
                            "sha256:" + "2".repeat(64),
                            "{\"Entrypoint\":[\"serve\"],\"ExposedPorts\":{\"80/tcp\":{}},\"Volumes\":{\"/data\":{}},"
                                    + "\"Healthcheck\":{\"Test\":[\"CMD\",\"true\"]}}"));

    private static ContainerImage image(String id, String config) {
        String json = "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":" + config
                + ",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}";
        return new ContainerImage(id, Optional.empty(), Json.read(json.getBytes(UTF_8), ImageConfig.class));
    }

    @Override
    public Optional<ContainerImage> find(String reference) {
        return Optional.ofNullable(IMAGES.get(reference.replace(":latest", "")));
    }

    @Override
    public String familiar(String reference) {
        return reference.indexOf(':') < 0 ? reference + ":latest" : reference;
    }

    @Override
    public long size(String imageId) {
        return 100;
    }

    @Override
    public boolean exists(Snapshot state, String imageId) {
        return IMAGES.values().stream().anyMatch(i -> i.id().equals(imageId));
    }

    @Override
    public void releaseLayers(String topLayer) {}

    @Override
    public String commit(ImageCommit commit) {
        commits.add(commit);
        return "sha256:" + "c".repeat(64);
    }
}
