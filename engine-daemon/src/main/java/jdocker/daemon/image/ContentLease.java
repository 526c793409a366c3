package jdocker.daemon.image;

import java.util.Set;
import java.util.function.Consumer;
import jdocker.oci.Digest;
import jdocker.storage.ChainId;

/** Keeps blobs and layers, and what they stand on, from being removed while a pull, push or build works with them. */
public final class ContentLease implements AutoCloseable {
    private final Set<Digest> blobs;
    private final Set<ChainId> layers;
    private final Consumer<ContentLease> end;
    private volatile boolean spared;

    ContentLease(Set<Digest> blobs, Set<ChainId> layers, Consumer<ContentLease> end) {
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

    /** Something was removed meanwhile, and what this holds perhaps left alone. */
    void spare() {
        spared = true;
    }

    boolean hasSpared() {
        return spared;
    }

    @Override
    public void close() {
        end.accept(this);
    }
}
