package jdocker.daemon.image;

import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jdocker.daemon.state.Transaction;
import jdocker.image.ArchivedImage;
import jdocker.image.ImageArchive;
import jdocker.image.ImageRef;
import jdocker.image.WantedPlatform;

/**
 * One {@code POST /images/load}: the archive is read as it arrives, layer by layer; at its end the images are kept, each
 * whole or not at all. Closing it forgets what was not kept.
 */
final class ImageLoading implements AutoCloseable {
    private static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    private final ImageContent content;
    private final ImageArchive<ImageLayer> archive;
    private final WantedPlatform platform;

    ImageLoading(ImageContent content, InputStream body, WantedPlatform platform) {
        this.content = content;
        this.archive = new ImageArchive<>(
                new TarArchive(body), tar -> new ImageLayer(content.layers().stage(tar)));
        this.platform = platform;
    }

    /** Reads up to and including the next layer; empty when there are no more. */
    Optional<ImageLayer> nextLayer() {
        return archive.nextLayer();
    }

    /** Keeps the images; what there is to tell, a line each. */
    List<String> keep() {
        var lines = new ArrayList<String>();
        for (ArchivedImage<ImageLayer> image : archive.images(platform)) {
            lines.addAll(keep(image));
        }
        return lines;
    }

    private List<String> keep(ArchivedImage<ImageLayer> found) {
        var files = new ImageContent.New(
                found.configBytes(),
                Optional.empty(),
                found.layers().stream().map(ImageLayer::staged).toList(),
                found.manifest().map(bytes -> new ImageContent.NewManifest(bytes, OCI_MANIFEST)),
                List.of());
        return content.add(files, (tx, image) -> {
            var lines = new ArrayList<String>();
            for (ImageRef tag : found.tags()) {
                tell(tx, tag, image).ifPresent(lines::add);
                tx.put(ImageTag.ALL, ImageLibrary.key(tag), new ImageTag(image.id(), Instant.now()));
                lines.add("Loaded image: " + tag.familiar() + "\n");
            }
            if (found.tags().isEmpty()) {
                lines.add("Loaded image ID: " + image.id() + "\n");
            }
            tx.append(ImageEvents.of(image.id(), found.config(), "load", image.id()));
            return lines;
        });
    }

    private static Optional<String> tell(Transaction tx, ImageRef tag, Image image) {
        return ImageLibrary.byName(tx, tag)
                .filter(before -> !before.imageId().equals(image.id()))
                .map(before -> "The image " + tag.familiar() + " already exists, renaming the old one with ID "
                        + before.imageId() + " to empty string\n");
    }

    @Override
    public void close() {
        archive.close();
    }
}
