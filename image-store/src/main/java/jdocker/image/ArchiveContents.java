package jdocker.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jdocker.image.ImageArchive.StoredLayer;
import jdocker.oci.Digest;
import jdocker.oci.ImageConfig;
import jdocker.oci.Json;
import jdocker.oci.MalformedJson;

/** Looks things up in an archive that was read, and checks that they fit together. */
final class ArchiveContents<L extends ArchivedLayer> {
    /** As Docker: an overlay of more is refused by older kernels. */
    private static final int MOST_LAYERS = 128;

    private final ImageArchive<L> archive;

    ArchiveContents(ImageArchive<L> archive) {
        this.archive = archive;
    }

    byte[] document(String name) {
        return archive.document(name).orElseThrow(() -> new InvalidArchive("the archive lacks " + quoted(name)));
    }

    Optional<byte[]> documentIfPresent(String name) {
        return archive.document(name);
    }

    StoredLayer<L> layer(String name) {
        return archive.layer(name).orElseThrow(() -> new InvalidArchive("the archive lacks layer " + quoted(name)));
    }

    <T> T read(String name, Class<T> type) {
        return parse(name, document(name), type);
    }

    static <T> T parse(String name, byte[] json, Class<T> type) {
        try {
            return Json.read(json, type);
        } catch (MalformedJson e) {
            throw new InvalidArchive(quoted(name) + " is " + e.getMessage(), e);
        }
    }

    static String quoted(String name) {
        String shown = name.length() > 200 ? name.substring(0, 200) + "..." : name;
        return "'" + shown.replaceAll("\\p{Cntrl}", "?") + "'";
    }

    /** Checks the config against its layers: number, order, and each one's digest. */
    ArchivedImage<L> image(
            byte[] configBytes, List<L> layers, List<ImageRef> tags, Optional<ArchivedManifest> manifest) {
        ImageConfig config = parse("the image config", configBytes, ImageConfig.class);
        List<Digest> expected =
                config.rootfs() == null ? List.of() : config.rootfs().diffIds();
        if (expected.size() != layers.size()) {
            throw new InvalidArchive(
                    "invalid manifest, layers length mismatch: expected " + expected.size() + ", got " + layers.size());
        }
        if (layers.size() > MOST_LAYERS) {
            throw new InvalidArchive("max depth exceeded: " + layers.size() + " layers, at most " + MOST_LAYERS);
        }
        for (int i = 0; i < layers.size(); i++) {
            if (!layers.get(i).diffId().equals(expected.get(i))) {
                throw new InvalidArchive("invalid diffID for layer " + i + ": expected \"" + expected.get(i)
                        + "\", got \"" + layers.get(i).diffId() + "\"");
            }
        }
        if (!config.os().isEmpty() && !config.os().equals("linux")) {
            throw new InvalidArchive("cannot load " + quoted(config.os()) + " image on linux");
        }
        return new ArchivedImage<>(configBytes, config, layers, tags, manifest);
    }

    static List<ImageRef> tags(List<String> names) {
        var tags = new ArrayList<ImageRef>();
        for (String name : names) {
            ImageRef ref = ImageRef.tryParse(name)
                    .filter(r -> r.tag().isPresent() && r.digest().isEmpty())
                    .orElseThrow(() -> new InvalidArchive("invalid tag " + quoted(name)));
            tags.add(ref);
        }
        return tags;
    }
}
