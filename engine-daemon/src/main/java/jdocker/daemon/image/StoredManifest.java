package jdocker.daemon.image;

import jdocker.daemon.state.Collection;

/**
 * A manifest among the blobs, by which an image came or was pushed; its id in the store is its digest. It goes with its
 * image.
 */
public record StoredManifest(String imageId, String mediaType) {

    /** All manifests, by digest. */
    public static final Collection<StoredManifest> ALL = new Collection<>("image-manifests", StoredManifest.class);
}
