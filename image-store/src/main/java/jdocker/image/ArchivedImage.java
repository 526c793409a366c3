package jdocker.image;

import java.util.List;
import java.util.Optional;
import jdocker.oci.Digest;
import jdocker.oci.ImageConfig;

/**
 * An image found in an archive, checked: its layers are those that its config names.
 *
 * @param configBytes the config as written, whose digest is the image's ID
 * @param layers lowest first
 * @param tags what the archive calls it
 * @param manifest where the archive has one of this image
 */
public record ArchivedImage<L extends ArchivedLayer>(
        byte[] configBytes,
        ImageConfig config,
        List<L> layers,
        List<ImageRef> tags,
        Optional<ArchivedManifest> manifest) {

    public ArchivedImage {
        layers = List.copyOf(layers);
        tags = List.copyOf(tags);
    }

    public Digest id() {
        return Digest.of(configBytes);
    }
}
