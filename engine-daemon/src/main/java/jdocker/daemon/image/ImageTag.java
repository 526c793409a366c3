package jdocker.daemon.image;

import java.time.Instant;
import jdocker.daemon.state.Collection;

/** A name of an image; its id in the store is the whole reference, {@code docker.io/library/busybox:latest}. */
public record ImageTag(String imageId, Instant tagged) {

    /** All names, by reference. */
    public static final Collection<ImageTag> ALL = new Collection<>("image-tags", ImageTag.class);
}
