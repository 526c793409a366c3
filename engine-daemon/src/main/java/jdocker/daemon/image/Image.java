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
 * @param parent id of the image that it was made of here, which may be gone; null when it came from elsewhere
 */
public record Image(
        String id,
        String config,
        @Nullable String topLayer,
        long size,
        @Nullable String manifest,
        Instant taken,
        @Nullable String parent) {

    /** All images, by id. */
    public static final Collection<Image> ALL = new Collection<>("images", Image.class);

    /** The same image, known to be made of another. */
    Image withParent(String imageId) {
        return new Image(id, config, topLayer, size, manifest, taken, imageId);
    }

    private static final int SHORT = 12;

    /** The same image, come again by another manifest, or having lost its own. */
    Image withManifest(@Nullable String digest) {
        return new Image(id, config, topLayer, size, digest, taken, parent);
    }

    /** What people call it: the first digits of the hash. */
    String shortId() {
        int start = id.indexOf(':') + 1;
        return id.substring(start, start + SHORT);
    }
}
