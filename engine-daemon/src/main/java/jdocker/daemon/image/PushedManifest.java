package jdocker.daemon.image;

import java.util.List;
import jdocker.image.MediaTypes;
import jdocker.oci.Descriptor;
import jdocker.oci.Digest;
import jdocker.oci.ImageManifest;
import jdocker.oci.Json;

/** A manifest made for an image that has none, or whose own cannot be kept to: Docker's, or OCI's where zstd needs it. */
record PushedManifest(byte[] bytes, String mediaType) {

    static PushedManifest of(byte[] config, List<Descriptor> layers) {
        boolean oci = layers.stream().anyMatch(layer -> layer.mediaType().contains("zstd"));
        List<Descriptor> named = layers.stream()
                .map(layer -> Descriptor.of(layerType(layer.mediaType(), oci), layer.digest(), layer.size()))
                .toList();
        String type = oci ? MediaTypes.OCI_MANIFEST : MediaTypes.DOCKER_MANIFEST;
        Descriptor configAt =
                Descriptor.of(oci ? MediaTypes.OCI_CONFIG : MediaTypes.DOCKER_CONFIG, Digest.of(config), config.length);
        var manifest = new ImageManifest(2, type, null, configAt, named, null, java.util.Map.of());
        return new PushedManifest(Json.write(manifest), type);
    }

    private static String layerType(String type, boolean oci) {
        if (type.contains("zstd")) {
            return MediaTypes.OCI_LAYER + "+zstd";
        }
        boolean gzip = type.endsWith("gzip");
        return oci
                ? MediaTypes.OCI_LAYER + (gzip ? "+gzip" : "")
                : gzip ? MediaTypes.DOCKER_LAYER : "application/vnd.docker.image.rootfs.diff.tar";
    }
}
