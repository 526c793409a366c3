package jdocker.image;

import java.util.List;
import java.util.Optional;
import jdocker.oci.Digest;
import jdocker.oci.ImageConfig;
import jdocker.oci.Json;

/**
 * An image found in an archive, checked: its layers are those that its config names.
 *
 * @param configBytes the config as written, whose digest is the image's ID
 * @param outline what the config says of layers and platform, and nothing else
 * @param layers lowest first
 * @param tags what the archive calls it
 * @param manifest where the archive has one of this image
 */
public record ArchivedImage<L extends ArchivedLayer>(
        byte[] configBytes,
        ImageConfig outline,
        List<L> layers,
        List<ImageRef> tags,
        Optional<ArchivedManifest> manifest) {

    public ArchivedImage {
        layers = List.copyOf(layers);
        tags = List.copyOf(tags);
    }

    /** All that the config says, parsed at each call: an archive may have more of it than there is memory. */
    public ImageConfig config() {
        return Json.read(configBytes, ImageConfig.class);
    }

    ArchivedImage<L> withTags(List<ImageRef> names) {
        return new ArchivedImage<>(configBytes, outline, layers, names, manifest);
    }

    public Digest id() {
        return Digest.of(configBytes);
    }
}
