package jdocker.daemon.image;

import jdocker.image.ArchivedLayer;
import jdocker.oci.Digest;
import jdocker.storage.StagedLayer;

/** A layer of an archive, waiting in storage. */
record ImageLayer(StagedLayer staged) implements ArchivedLayer {
    @Override
    public Digest diffId() {
        return staged.diffId();
    }

    @Override
    public void close() {
        staged.close();
    }
}
