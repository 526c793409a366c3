package jdocker.daemon.image;

import java.util.Set;
import jdocker.oci.Digest;
import jdocker.storage.ChainId;

/** Keeps blobs and layers, and what they stand on, from being removed while a pull, push or build works with them. */
public final class ContentLease implements AutoCloseable {
    private final Set<Digest> blobs;
    private final Set<ChainId> layers;
    private final Runnable end;

    ContentLease(Set<Digest> blobs, Set<ChainId> layers, Runnable end) {
        this.blobs = Set.copyOf(blobs);
        this.layers = Set.copyOf(layers);
        this.end = end;
    }

    Set<Digest> blobs() {
        return blobs;
    }

    Set<ChainId> layers() {
        return layers;
    }

    @Override
    public void close() {
        end.run();
    }
}
