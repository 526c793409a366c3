package jdocker.daemon.image;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.image.ImageRef;
import jdocker.oci.Descriptor;
import jdocker.oci.Digest;
import jdocker.oci.ImageManifest;
import jdocker.oci.Json;
import jdocker.storage.ChainId;
import jdocker.storage.Layer;

/**
 * An image as it goes into an archive.
 *
 * @param layers of the manifest, lowest first; packed where the manifest by which the image came names packed ones and all
 *     of them are still there, for then its digest survives
 */
record SavedImage(
        Image image,
        List<ImageRef> names,
        SavedBlob.Document config,
        SavedBlob.Document manifest,
        String mediaType,
        List<Descriptor> layers,
        List<SavedBlob> blobs) {
    static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
    private static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";

    SavedImage {
        names = List.copyOf(names);
        layers = List.copyOf(layers);
        blobs = List.copyOf(blobs);
    }

    static SavedImage of(ImageContent content, Image image, List<ImageRef> names, byte[] config) {
        var document = SavedBlob.Document.of(config);
        return original(content, image, names, document).orElseGet(() -> unpacked(content, image, names, document));
    }

    private static Optional<SavedImage> original(
            ImageContent content, Image image, List<ImageRef> names, SavedBlob.Document config) {
        Optional<byte[]> bytes = content.manifest(image);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        ImageManifest manifest = Json.read(bytes.get(), ImageManifest.class);
        Descriptor named = manifest.config();
        if (named == null || !named.digest().toString().equals(image.id())) {
            return Optional.empty();
        }
        List<Layer> chain = chain(content, image);
        if (chain.size() != manifest.layers().size()) {
            return Optional.empty();
        }
        var blobs = new ArrayList<SavedBlob>();
        for (int i = 0; i < chain.size(); i++) {
            Descriptor layer = manifest.layers().get(i);
            if (layer.digest().equals(chain.get(i).diffId())) {
                blobs.add(
                        new SavedBlob.Unpacked(content.layers().tar(chain.get(i).chainId())));
            } else if (content.blobs().size(layer.digest()).orElse(-1) == layer.size()) {
                blobs.add(new SavedBlob.Stored(content.blobs(), layer.digest(), layer.size()));
            } else {
                return Optional.empty();
            }
        }
        String mediaType = manifest.mediaType() == null ? OCI_MANIFEST : manifest.mediaType();
        var document = SavedBlob.Document.of(bytes.get());
        return Optional.of(new SavedImage(image, names, config, document, mediaType, manifest.layers(), blobs));
    }

    private static SavedImage unpacked(
            ImageContent content, Image image, List<ImageRef> names, SavedBlob.Document config) {
        var blobs = new ArrayList<SavedBlob>();
        var layers = new ArrayList<Descriptor>();
        for (Layer layer : chain(content, image)) {
            blobs.add(new SavedBlob.Unpacked(content.layers().tar(layer.chainId())));
            layers.add(Descriptor.of(OCI_LAYER, layer.diffId(), layer.tarSize()));
        }
        // In the order of Docker's own, so that the same image gets the same digest from both.
        var manifest = new LinkedHashMap<String, Object>();
        manifest.put("schemaVersion", 2);
        manifest.put("mediaType", OCI_MANIFEST);
        manifest.put("config", descriptor(OCI_CONFIG, config.digest(), config.size()));
        manifest.put(
                "layers",
                layers.stream()
                        .map(layer -> descriptor(layer.mediaType(), layer.digest(), layer.size()))
                        .toList());
        return new SavedImage(
                image, names, config, SavedBlob.Document.of(Json.write(manifest)), OCI_MANIFEST, layers, blobs);
    }

    /** A descriptor without any of the optional parts. */
    static Map<String, Object> descriptor(String mediaType, Digest digest, long size) {
        var descriptor = new LinkedHashMap<String, Object>();
        descriptor.put("mediaType", mediaType);
        descriptor.put("digest", digest.toString());
        descriptor.put("size", size);
        return descriptor;
    }

    /** Lowest first. */
    private static List<Layer> chain(ImageContent content, Image image) {
        return Optional.ofNullable(image.topLayer())
                .map(top ->
                        content.layers().chain(new ChainId(Digest.parse(top))).reversed())
                .orElse(List.of());
    }

    /** DiffIDs, lowest first. */
    List<Digest> diffIds(ImageContent content) {
        return chain(content, image).stream().map(Layer::diffId).toList();
    }
}
