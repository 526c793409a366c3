package jdocker.storage;

import java.util.List;
import java.util.Optional;
import jdocker.oci.Digest;

/**
 * A layer that is unpacked and verified, in tmp: where it belongs is said by {@link LayerStore#commit}. Closing it forgets
 * it unless it was committed.
 */
public final class StagedLayer implements AutoCloseable {
    private final Trash trash;
    private final WaitingDirectories.Place place;
    private final String folder;
    private final Digest diffId;
    private final long size;
    private final List<byte[]> implied;
    private final boolean rootDescribed;
    private final long tarSize;
    private final boolean replaced;
    private boolean taken;
    private Optional<String> publishedAs = Optional.empty();

    StagedLayer(
            Trash trash,
            String folder,
            Digest diffId,
            LayerUnpacker.Unpacked unpacked,
            TarRecord record,
            WaitingDirectories.Place place) {
        this.trash = trash;
        this.place = place;
        this.folder = folder;
        this.diffId = diffId;
        this.size = unpacked.bytes();
        this.implied = unpacked.implied();
        this.rootDescribed = unpacked.rootDescribed();
        this.tarSize = record.size();
        this.replaced = record.hasMoved();
    }

    /** Digest of the uncompressed tar stream. */
    public Digest diffId() {
        return diffId;
    }

    /** Of its files in bytes. */
    public long size() {
        return size;
    }

    /** Of the tar stream in bytes. */
    public long tarSize() {
        return tarSize;
    }

    /** Whether the tar held files that later entries of it replaced. */
    boolean replaced() {
        return replaced;
    }

    /** Its folder in tmp. */
    String folder() {
        return folder;
    }

    List<byte[]> implied() {
        return implied;
    }

    boolean rootDescribed() {
        return rootDescribed;
    }

    /** Its folder in tmp for who makes a layer of it; empty when somebody has done so before. */
    Optional<String> takeFolder() {
        if (taken) {
            return Optional.empty();
        }
        taken = true;
        return Optional.of(folder);
    }

    /** The layer that has, or is about to have, the content. */
    Optional<String> publishedAs() {
        return publishedAs;
    }

    void publishAs(String id) {
        if (publishedAs.isEmpty()) {
            publishedAs = Optional.of(id);
        }
    }

    @Override
    public void close() {
        place.close();
        if (!taken) {
            taken = true;
            trash.remove(folder);
        }
    }
}
