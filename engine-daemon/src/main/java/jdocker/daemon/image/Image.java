package jdocker.daemon.image;

import java.time.Instant;
import jdocker.daemon.state.Collection;
import org.jspecify.annotations.Nullable;

/**
 * An image as it is stored.
 *
 * @param id digest of its configuration, {@code sha256:…}
 * @param config the configuration as it was written, so that nothing of it is lost
 * @param topLayer chain id of the last layer; null when there is none
 * @param size of the files in all layers, in bytes
 * @param manifest digest of the manifest by which it came last, among the blobs; null when the image came without one
 * @param taken when it came into the store
 */
public record Image(
        String id,
        String config,
        @Nullable String topLayer,
        long size,
        @Nullable String manifest,
        Instant taken) {

    /** All images, by id. */
    public static final Collection<Image> ALL = new Collection<>("images", Image.class);

    private static final int SHORT = 12;

    /** The same image, come again by another manifest. */
    Image withManifest(String digest) {
        return new Image(id, config, topLayer, size, digest, taken);
    }

    /** What people call it: the first digits of the hash. */
    String shortId() {
        int start = id.indexOf(':') + 1;
        return id.substring(start, start + SHORT);
    }
}
