package jdocker.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Images of a Docker data root as the archive that {@code load} takes; each layer once. */
final class DockerRootArchive {
    private final DockerRoot root;
    private final List<DockerRoot.Image> images;

    DockerRootArchive(DockerRoot root, List<DockerRoot.Image> images) {
        this.root = root;
        this.images = images;
    }

    void writeTo(OutputStream out) throws IOException {
        try (var tar = new TarArchiveOutputStream(out, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            document(tar, "manifest.json", manifest().getBytes(StandardCharsets.UTF_8));
            for (DockerRoot.Image image : images) {
                document(tar, config(image), image.config());
            }
            Set<String> written = new HashSet<>();
            for (DockerRoot.Image image : images) {
                for (int i = 0; i < image.diffIds().size(); i++) {
                    String diffId = image.diffIds().get(i);
                    if (written.add(diffId)) {
                        TarSplit layer = root.layer(image.diffIds().subList(0, i + 1));
                        begin(tar, layerName(diffId), layer.size());
                        layer.writeTo(tar);
                        tar.closeArchiveEntry();
                    }
                }
            }
            tar.finish();
        }
    }

    private String manifest() {
        List<Object> items = new ArrayList<>();
        for (DockerRoot.Image image : images) {
            List<Object> layers = new ArrayList<>();
            image.diffIds().forEach(diffId -> layers.add(layerName(diffId)));
            items.add(new JsonObject()
                    .with("Config", config(image))
                    .with("RepoTags", List.copyOf(image.tags()))
                    .with("Layers", layers));
        }
        return Json.write(items);
    }

    private static String config(DockerRoot.Image image) {
        return "blobs/sha256/" + hex(image.id());
    }

    private static String layerName(String diffId) {
        return "blobs/sha256/" + hex(diffId);
    }

    private static String hex(String digest) {
        return digest.substring(digest.indexOf(':') + 1);
    }

    private static void document(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        begin(tar, name, content.length);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static void begin(TarArchiveOutputStream tar, String name, long size) throws IOException {
        var entry = new TarArchiveEntry(name);
        entry.setSize(size);
        tar.putArchiveEntry(entry);
    }
}
