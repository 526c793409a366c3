package jdocker.daemon.container;

import java.util.Optional;
import jdocker.daemon.state.Snapshot;

/** Finds images for containers. */
public interface ImageCatalog {

    /**
     * The image of a name, digest, id or unique beginning of an id.
     *
     * @throws jdocker.daemon.error.EngineException.InvalidRequest when the text is no reference
     */
    Optional<ContainerImage> find(String reference);

    /** The text of an unknown image in errors: with the tag that was meant, such as {@code busybox:latest}. */
    String familiar(String reference);

    /** Bytes that the layers of an image take; 0 when it is gone. */
    long size(String imageId);

    /** Whether an image is still there, within a change. */
    boolean exists(Snapshot state, String imageId);

    /**
     * Makes an image of what a container has written; the image's id.
     *
     * @throws jdocker.daemon.error.EngineException.InvalidRequest when a name or instruction makes no sense
     */
    String commit(ImageCommit commit);

    /** A container that stood on this layer is gone: what nobody else needs of it may go too. */
    void releaseLayers(String topLayer);
}
