package jdocker.daemon.image;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jdocker.daemon.state.Durability;
import jdocker.daemon.state.Snapshot;
import jdocker.daemon.state.StateStore;
import jdocker.image.BlobStore;
import jdocker.oci.Digest;
import jdocker.storage.ChainId;
import jdocker.storage.Layer;
import jdocker.storage.LayerStore;

/** Removes layers and blobs that no image, container or lease needs. To be called with {@link ImageContent}'s lock alone. */
final class UnusedContent {
    private final StateStore store;
    private final LayerStore layers;
    private final BlobStore blobs;
    private final ImageUsers users;
    private final Set<ContentLease> leases;

    UnusedContent(StateStore store, LayerStore layers, BlobStore blobs, ImageUsers users, Set<ContentLease> leases) {
        this.store = store;
        this.layers = layers;
        this.blobs = blobs;
        this.users = users;
        this.leases = leases;
    }

    /** Removes the layers from this one down to the first that is needed; highest first. */
    List<String> release(Optional<String> top) {
        return release(top.flatMap(Digest::tryParse).map(ChainId::new).stream().toList());
    }

    /** The same of several; none of them may stand on a layer that is not needed and not among them. */
    List<String> release(Collection<ChainId> tops) {
        leases.forEach(ContentLease::spare);
        List<List<Layer>> chains = tops.stream()
                .filter(top -> layers.layer(top).isPresent())
                .map(layers::chain)
                .toList();
        if (chains.isEmpty()) {
            return List.of();
        }
        Set<ChainId> live = live(store.snapshot()).keySet();
        // By height, as several may stand on the same.
        var heights = new HashMap<ChainId, Integer>();
        for (List<Layer> chain : chains) {
            for (int i = 0; i < chain.size() && !live.contains(chain.get(i).chainId()); i++) {
                heights.put(chain.get(i).chainId(), chain.size() - i);
            }
        }
        List<ChainId> gone = heights.keySet().stream()
                .sorted(Comparator.comparingInt((ChainId layer) -> -heights.getOrDefault(layer, 0)))
                .toList();
        gone.forEach(layers::remove);
        return gone.stream().map(ChainId::toString).toList();
    }

    /** Every layer that an image, container or lease stands on. */
    private Map<ChainId, Layer> live(Snapshot state) {
        var live = new HashMap<ChainId, Layer>();
        for (ChainId top : tops(state)) {
            Optional<ChainId> at = Optional.of(top);
            while (at.isPresent() && !live.containsKey(at.get())) {
                Optional<Layer> layer = layers.layer(at.get());
                layer.ifPresent(known -> live.put(known.chainId(), known));
                at = layer.flatMap(Layer::parent);
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
        leases.forEach(lease -> tops.addAll(lease.layers()));
        return tops;
    }

    /** Removes the rows of manifests and packed layers that went, then every blob that nothing refers to. */
    void removeBlobs() {
        Snapshot state = store.snapshot();
        var diffIds = new HashSet<String>();
        live(state).values().forEach(layer -> diffIds.add(layer.diffId().toString()));
        List<String> manifests = state.all(StoredManifest.ALL).entrySet().stream()
                .filter(row -> state.get(Image.ALL, row.getValue().imageId()).isEmpty())
                .map(Map.Entry::getKey)
                .toList();
        List<String> packed = state.all(LayerBlobs.ALL).keySet().stream()
                .filter(diffId -> !diffIds.contains(diffId))
                .toList();
        if (!manifests.isEmpty() || !packed.isEmpty()) {
            store.write(Durability.NORMAL, tx -> {
                manifests.forEach(id -> tx.remove(StoredManifest.ALL, id));
                packed.forEach(id -> tx.remove(LayerBlobs.ALL, id));
                return true;
            });
        }
        blobs.removeUnreferenced(referenced(store.snapshot()));
    }

    /** The blobs that rows and leases name. */
    private Set<Digest> referenced(Snapshot state) {
        var digests = new HashSet<Digest>();
        for (Image image : state.all(Image.ALL).values()) {
            Digest.tryParse(image.id()).ifPresent(digests::add);
            Optional.ofNullable(image.manifest()).flatMap(Digest::tryParse).ifPresent(digests::add);
        }
        state.all(StoredManifest.ALL).keySet().forEach(id -> Digest.tryParse(id).ifPresent(digests::add));
        state.all(LayerBlobs.ALL).values().stream()
                .flatMap(row -> row.packed().stream())
                .forEach(form -> Digest.tryParse(form.digest()).ifPresent(digests::add));
        leases.forEach(lease -> digests.addAll(lease.blobs()));
        return digests;
    }

    void removeAll() {
        layers.removeUnreferenced(tops(store.snapshot()));
        removeBlobs();
    }

    /** What a change that failed has put into place. */
    void releaseAfter(RuntimeException failure, List<ChainId> layersOfIt) {
        try {
            release(layersOfIt);
            removeBlobs();
        } catch (RuntimeException e) {
            failure.addSuppressed(e); // the next start removes it
        }
    }
}
