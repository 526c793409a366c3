package jdocker.image;

import java.util.List;
import java.util.Optional;
import jdocker.oci.Descriptor;

/**
 * A manifest that came with an image in an archive; digests and sizes that it names are checked.
 *
 * @param bytes as written
 * @param layers lowest first, as many as the image has
 */
public record ArchivedManifest(byte[] bytes, String mediaType, List<Layer> layers) {
    public ArchivedManifest {
        layers = List.copyOf(layers);
    }

    /**
     * A layer as the manifest names it.
     *
     * @param packed its content where it is packed and was kept; the archive closes it unless it was published
     */
    public record Layer(Descriptor descriptor, Optional<StagedBlob> packed) {}
}
