package jdocker.image;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import jdocker.oci.Digest;
import jdocker.oci.ImageConfig;

/**
 * The images of an archive, each once: one that is listed several times has as many names. A config is parsed and hashed
 * once, and of what it says only that stays which tells whether its layers fit and for which platform it is, since a small
 * archive may name a large config any number of times.
 */
final class FoundImages<L extends ArchivedLayer> {
    /** As Docker: an overlay of more is refused by older kernels. */
    private static final int MOST_LAYERS = 128;

    private static final int MOST_IMAGES = 1000;
    private static final int ALL_CONFIGS = 64 * 1024 * 1024;

    private record Known(Digest id, ImageConfig outline) {}

    private record Found<L extends ArchivedLayer>(ArchivedImage<L> image, List<ImageRef> tags) {}

    private final IdentityHashMap<byte[], Known> configs = new IdentityHashMap<>();
    private final Map<Digest, Found<L>> images = new LinkedHashMap<>();
    private long configBytes;

    /**
     * Takes an image, having checked the config against its layers: number, order, and each one's digest.
     *
     * @param config the same array each time that it is the same document
     * @param manifest asked for once for each image
     */
    void add(byte[] config, List<L> layers, List<ImageRef> tags, Supplier<Optional<ArchivedManifest>> manifest) {
        Known known = configs.computeIfAbsent(config, FoundImages::read);
        check(known.outline, layers);
        Found<L> found = images.get(known.id);
        if (found == null) {
            count(config);
            found = new Found<>(
                    new ArchivedImage<>(config, known.outline, layers, List.of(), manifest.get()), new ArrayList<>());
            images.put(known.id, found);
        }
        found.tags.addAll(tags);
    }

    /** In the order in which they came. */
    List<ArchivedImage<L>> all() {
        return images.values().stream()
                .map(found -> found.image.withTags(found.tags))
                .toList();
    }

    boolean isEmpty() {
        return images.isEmpty();
    }

    /** Configs of the archives of old Docker are made from others, and need not be as small as the archive. */
    private void count(byte[] config) {
        configBytes += config.length;
        if (configBytes > ALL_CONFIGS) {
            throw new InvalidArchive("the configs of the archive's images are larger than " + ALL_CONFIGS + " bytes");
        }
        if (images.size() == MOST_IMAGES) {
            throw new InvalidArchive(
                    "the archive holds more than " + MOST_IMAGES + " images: save fewer of them into one");
        }
    }

    private static Known read(byte[] document) {
        ImageConfig config = ArchiveContents.parse("the image config", document, ImageConfig.class);
        int layers = config.rootfs() == null ? 0 : config.rootfs().diffIds().size();
        if (layers > MOST_LAYERS) {
            throw new InvalidArchive("max depth exceeded: " + layers + " layers, at most " + MOST_LAYERS);
        }
        if (!config.os().isEmpty() && !config.os().equals("linux")) {
            throw new InvalidArchive("cannot load " + ArchiveContents.quoted(config.os()) + " image on linux");
        }
        ImageConfig outline = ImageConfig.builder()
                .architecture(config.architecture())
                .os(config.os())
                .variant(config.variant())
                .rootfs(
                        config.rootfs() == null
                                ? null
                                : jdocker.oci.LayerDigests.of(config.rootfs().diffIds()))
                .build();
        return new Known(Digest.of(document), outline);
    }

    private static void check(ImageConfig config, List<? extends ArchivedLayer> layers) {
        List<Digest> expected =
                config.rootfs() == null ? List.of() : config.rootfs().diffIds();
        if (expected.size() != layers.size()) {
            throw new InvalidArchive(
                    "invalid manifest, layers length mismatch: expected " + expected.size() + ", got " + layers.size());
        }
        for (int i = 0; i < layers.size(); i++) {
            if (!layers.get(i).diffId().equals(expected.get(i))) {
                throw new InvalidArchive("invalid diffID for layer " + i + ": expected \"" + expected.get(i)
                        + "\", got \"" + layers.get(i).diffId() + "\"");
            }
        }
    }
}
