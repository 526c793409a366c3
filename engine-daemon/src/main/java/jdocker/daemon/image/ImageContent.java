package jdocker.daemon.image;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import jdocker.daemon.state.Durability;
import jdocker.daemon.state.Snapshot;
import jdocker.daemon.state.StateStore;
import jdocker.daemon.state.Transaction;
import jdocker.image.BlobStore;
import jdocker.oci.Digest;
import jdocker.storage.ChainId;
import jdocker.storage.Layer;
import jdocker.storage.LayerStore;
import jdocker.storage.StagedLayer;

/**
 * Keeps rows and files together: files come before the row that refers to them and go after it, and nobody takes layers
 * away between another's layers and row.
 */
final class ImageContent {
    private final StateStore store;
    private final LayerStore layers;
    private final BlobStore blobs;
    private final ImageUsers users;
    private final ReentrantLock lock = new ReentrantLock();

    ImageContent(StateStore store, LayerStore layers, BlobStore blobs, ImageUsers users) {
        this.store = store;
        this.layers = layers;
        this.blobs = blobs;
        this.users = users;
    }

    LayerStore layers() {
        return layers;
    }

    ImageUsers users() {
        return users;
    }

    /** An image whose files are to be kept. */
    record New(byte[] config, List<StagedLayer> layers, Optional<byte[]> manifest) {
        New {
            layers = List.copyOf(layers);
        }
    }

    /** Puts files into place and then, in one change, the row and whatever the caller adds; all durably. */
    <R> R add(New content, BiFunction<Transaction, Image, R> change) {
        return locked(() -> {
            List<Layer> committed = layers.commit(content.layers);
            Digest id = blobs.put(content.config);
            Optional<Digest> manifest = content.manifest.map(blobs::put);
            var image = new Image(
                    id.toString(),
                    new String(content.config, StandardCharsets.UTF_8),
                    committed.isEmpty() ? null : committed.getLast().chainId().toString(),
                    committed.stream().mapToLong(Layer::size).sum(),
                    manifest.map(Digest::toString).orElse(null),
                    Instant.now());
            return store.write(Durability.FULL, tx -> {
                Image kept = tx.get(Image.ALL, image.id()).orElse(image);
                tx.put(Image.ALL, kept.id(), kept);
                return change.apply(tx, kept);
            });
        });
    }

    /** Makes a change that may take images away. */
    <R> R change(java.util.function.Function<Transaction, R> change) {
        return locked(() -> store.write(Durability.FULL, change));
    }

    /** Removes the layers and blobs of an image whose row is gone, as far as nobody else needs them; highest first. */
    List<String> release(Image image) {
        return locked(() -> {
            Snapshot state = store.snapshot();
            if (state.get(Image.ALL, image.id()).isPresent()) {
                return List.of(); // loaded again meanwhile
            }
            Digest.tryParse(image.id()).ifPresent(blobs::remove);
            Optional.ofNullable(image.manifest())
                    .filter(manifest -> state.all(Image.ALL).values().stream()
                            .noneMatch(other -> manifest.equals(other.manifest())))
                    .flatMap(Digest::tryParse)
                    .ifPresent(blobs::remove);
            return releaseLayers(Optional.ofNullable(image.topLayer()), state);
        });
    }

    /** The same for the layers that a removed container stood on. */
    List<String> release(String topLayer) {
        return locked(() -> releaseLayers(Optional.of(topLayer), store.snapshot()));
    }

    private List<String> releaseLayers(Optional<String> top, Snapshot state) {
        Optional<ChainId> chain = top.flatMap(Digest::tryParse)
                .map(ChainId::new)
                .filter(id -> layers.layer(id).isPresent());
        if (chain.isEmpty()) {
            return List.of();
        }
        Set<ChainId> live = live(state);
        List<ChainId> gone = layers.chain(chain.get()).stream()
                .map(Layer::chainId)
                .takeWhile(layer -> !live.contains(layer))
                .toList();
        gone.forEach(layers::remove);
        return gone.stream().map(ChainId::toString).toList();
    }

    /** Every layer that an image or container stands on. */
    private Set<ChainId> live(Snapshot state) {
        var live = new HashSet<ChainId>();
        for (ChainId top : tops(state)) {
            for (Optional<ChainId> at = Optional.of(top); at.isPresent() && live.add(at.get()); ) {
                at = layers.layer(at.get()).flatMap(Layer::parent);
            }
        }
        return live;
    }

    private Set<ChainId> tops(Snapshot state) {
        var tops = new HashSet<ChainId>();
        state.all(Image.ALL).values().stream()
                .flatMap(image -> Optional.ofNullable(image.topLayer()).stream())
                .forEach(top -> Digest.tryParse(top).map(ChainId::new).ifPresent(tops::add));
        users.layers(state)
                .forEach(top -> Digest.tryParse(top).map(ChainId::new).ifPresent(tops::add));
        return tops;
    }

    /** After a crash: removes layers and blobs that no row refers to. */
    void removeUnreferenced() {
        locked(() -> {
            Snapshot state = store.snapshot();
            layers.removeUnreferenced(tops(state));
            var digests = new HashSet<Digest>();
            for (Image image : state.all(Image.ALL).values()) {
                Digest.tryParse(image.id()).ifPresent(digests::add);
                Optional.ofNullable(image.manifest()).flatMap(Digest::tryParse).ifPresent(digests::add);
            }
            blobs.removeUnreferenced(digests);
            return true;
        });
    }

    private <R> R locked(Supplier<R> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
