package jdocker.image;

import java.util.Set;

/** Media types of images, Docker's and OCI's. */
public final class MediaTypes {
    public static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    public static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
    public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
    public static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
    public static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";

    private static final Set<String> LAYERS = Set.of(
            DOCKER_LAYER,
            "application/vnd.docker.image.rootfs.diff.tar",
            "application/vnd.docker.image.rootfs.diff.tar.zstd",
            "application/vnd.docker.image.rootfs.foreign.diff.tar",
            "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
            OCI_LAYER,
            OCI_LAYER + "+gzip",
            OCI_LAYER + "+zstd",
            "application/vnd.oci.image.layer.nondistributable.v1.tar",
            "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
            "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd");

    private MediaTypes() {}

    static boolean isLayer(String type) {
        return LAYERS.contains(type);
    }

    /** Whether it is the type of a layer that is packed so. */
    static boolean isLayer(String type, Compression compression) {
        Compression told =
                type.endsWith("gzip") ? Compression.GZIP : type.endsWith("zstd") ? Compression.ZSTD : Compression.NONE;
        return isLayer(type) && told == compression;
    }

    /** Layers whose licence lets only their maker hand them out. */
    public static boolean isForeign(String type) {
        return type.contains(".foreign.") || type.contains(".nondistributable.");
    }

    static boolean isConfig(String type) {
        return type.equals(DOCKER_CONFIG) || type.equals(OCI_CONFIG);
    }

    static boolean isIndex(String type) {
        return type.equals(DOCKER_LIST) || type.equals(OCI_INDEX);
    }

    static boolean isManifest(String type) {
        return type.equals(DOCKER_MANIFEST) || type.equals(OCI_MANIFEST);
    }
}
