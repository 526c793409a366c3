package jdocker.daemon.image;

import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jdocker.daemon.state.Transaction;
import jdocker.image.ArchivedImage;
import jdocker.image.ArchivedManifest;
import jdocker.image.ImageArchive;
import jdocker.image.ImageRef;
import jdocker.image.WantedPlatform;
import jdocker.oci.Descriptor;
import jdocker.oci.Digest;
import jdocker.storage.ChainId;

/**
 * One {@code POST /images/load}: the archive is read as it arrives, layer by layer; at its end the images are kept, each
 * whole or not at all. Closing it forgets what was not kept.
 */
final class ImageLoading implements AutoCloseable {
    private final ImageContent content;
    private final ImageArchive<ImageLayer> archive;
    private final Optional<WantedPlatform> platform;

    ImageLoading(ImageContent content, KeepBlobs keep, InputStream body, Optional<WantedPlatform> platform) {
        this.content = content;
        this.archive = new ImageArchive<>(
                new TarArchive(body),
                tar -> new ImageLayer(content.layers().stage(tar)),
                Optional.of(content.blobs()).filter(_ -> keep.packedLayers()));
        this.platform = platform;
    }

    /** Reads up to and including the next layer; empty when there are no more. */
    Optional<ImageLayer> nextLayer() {
        return archive.nextLayer();
    }

    /** Keeps the images; what there is to tell, a line each. */
    List<String> keep() {
        var lines = new ArrayList<String>();
        List<ArchivedImage<ImageLayer>> found = archive.images(platform);
        archive.notes().forEach(note -> lines.add("WARNING: " + note + "\n"));
        // What one image has put into place the next may stand on: nobody takes it away in between.
        try (ContentLease _ = content.lease(blobs(found), chains(found))) {
            for (ArchivedImage<ImageLayer> image : found) {
                lines.addAll(keep(image));
            }
        }
        return lines;
    }

    private static Set<Digest> blobs(List<ArchivedImage<ImageLayer>> images) {
        var digests = new HashSet<Digest>();
        for (ArchivedImage<ImageLayer> image : images) {
            image.manifest()
                    .map(ArchivedManifest::layers)
                    .orElse(List.of())
                    .forEach(layer -> digests.add(layer.descriptor().digest()));
        }
        return digests;
    }

    private static Set<ChainId> chains(List<ArchivedImage<ImageLayer>> images) {
        var tops = new HashSet<ChainId>();
        for (ArchivedImage<ImageLayer> image : images) {
            Optional<ChainId> top = Optional.empty();
            for (ImageLayer layer : image.layers()) {
                top = Optional.of(ChainId.of(top, layer.diffId()));
            }
            top.ifPresent(tops::add);
        }
        return tops;
    }

    private List<String> keep(ArchivedImage<ImageLayer> found) {
        var files = new ImageContent.New(
                found.configBytes(),
                Optional.empty(),
                found.layers().stream().map(ImageLayer::staged).toList(),
                found.manifest().map(manifest -> new ImageContent.NewManifest(manifest.bytes(), manifest.mediaType())),
                packed(found));
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

    /** The packed layers that the manifest names; what stood in the archive unpacked is what the layers are made of. */
    private static List<ImageContent.NewBlob> packed(ArchivedImage<ImageLayer> found) {
        var blobs = new ArrayList<ImageContent.NewBlob>();
        List<ArchivedManifest.Layer> layers =
                found.manifest().map(ArchivedManifest::layers).orElse(List.of());
        for (int i = 0; i < layers.size(); i++) {
            Descriptor layer = layers.get(i).descriptor();
            Digest diffId = found.layers().get(i).diffId();
            if (!layer.digest().equals(diffId)) {
                var form = new LayerBlobs.Packed(layer.digest().toString(), layer.size(), layer.mediaType(), List.of());
                blobs.add(new ImageContent.NewBlob(diffId, form, layers.get(i).packed()));
            }
        }
        return blobs;
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
