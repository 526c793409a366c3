package jdocker.daemon.image;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import jdocker.daemon.event.Event;
import jdocker.daemon.state.Durability;
import jdocker.daemon.state.Snapshot;
import jdocker.daemon.state.StateStore;
import jdocker.daemon.state.Transaction;
import jdocker.image.BlobStore;
import jdocker.image.InvalidArchive;
import jdocker.image.StagedBlob;
import jdocker.oci.Digest;
import jdocker.storage.ChainId;
import jdocker.storage.Layer;
import jdocker.storage.LayerStore;
import jdocker.storage.StagedLayer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps rows and files together: files come before the row that refers to them and go after it, and nobody takes layers
 * away between another's layers and row.
 */
final class ImageContent {
    private static final Logger LOG = LoggerFactory.getLogger(ImageContent.class);

    private final StateStore store;
    private final LayerStore layers;
    private final BlobStore blobs;
    private final ImageUsers users;
    private final Set<ContentLease> leases = ConcurrentHashMap.newKeySet();
    private final UnusedContent unused;
    private final ReentrantLock lock = new ReentrantLock();

    ImageContent(StateStore store, LayerStore layers, BlobStore blobs, ImageUsers users) {
        this.store = store;
        this.layers = layers;
        this.blobs = blobs;
        this.users = users;
        this.unused = new UnusedContent(store, layers, blobs, users, leases);
    }

    LayerStore layers() {
        return layers;
    }

    /** Of the layers from the lowest up to this one. */
    List<Digest> diffIds(Optional<String> topLayer) {
        return topLayer.map(top -> layers.chain(new ChainId(Digest.parse(top))).reversed()).orElse(List.of()).stream()
                .map(Layer::diffId)
                .toList();
    }

    Snapshot snapshot() {
        return store.snapshot();
    }

    /** Tells what has happened, without changing anything. */
    void note(List<Event> events) {
        store.write(Durability.NORMAL, tx -> {
            events.forEach(tx::append);
            return true;
        });
    }

    ImageUsers users() {
        return users;
    }

    BlobStore blobs() {
        return blobs;
    }

    /**
     * An image whose files are to be kept.
     *
     * @param base the layers beneath, which are in the store; the caller holds a lease on them
     * @param layers above those, lowest first
     * @param blobs packed forms of any of its layers
     */
    record New(
            byte[] config,
            Optional<ChainId> base,
            List<StagedLayer> layers,
            Optional<NewManifest> manifest,
            List<NewBlob> blobs) {
        New {
            layers = List.copyOf(layers);
            blobs = List.copyOf(blobs);
        }

        New(byte[] config, List<StagedLayer> layers) {
            this(config, Optional.empty(), layers, Optional.empty(), List.of());
        }

        /** What its own layers become, lowest first. */
        List<ChainId> chains() {
            var chains = new ArrayList<ChainId>();
            for (StagedLayer layer : layers) {
                chains.add(ChainId.of(chains.isEmpty() ? base : Optional.of(chains.getLast()), layer.diffId()));
            }
            return chains;
        }
    }

    /** A manifest as it was written, so that its digest stays. */
    record NewManifest(byte[] bytes, String mediaType) {}

    /**
     * A packed form of a layer.
     *
     * @param file its content; empty where the store has it already, or where only its digest is to be known
     */
    record NewBlob(Digest diffId, LayerBlobs.Packed form, Optional<StagedBlob> file) {}

    /** Puts files into place and then, in one change, the row and whatever the caller adds; all durably. */
    <R> R add(New content, BiFunction<Transaction, Image, R> change) {
        var staged = new ArrayList<StagedBlob>();
        try {
            // Written before the layers' one sync of the file system, which then covers them.
            StagedBlob config = stage(staged, content.config);
            Optional<StagedBlob> manifest = content.manifest.map(m -> stage(staged, m.bytes));
            content.blobs.forEach(blob -> blob.file.ifPresent(staged::add));
            return locked(() -> {
                try {
                    Image image = place(content, config.digest(), manifest.map(StagedBlob::digest), staged);
                    return store.write(Durability.FULL, tx -> change.apply(tx, putRows(tx, image, content)));
                } catch (RuntimeException e) {
                    unused.releaseAfter(e, content.chains());
                    throw e;
                }
            });
        } finally {
            staged.forEach(StagedBlob::close);
        }
    }

    /** Puts the files where they stay; the row to come. */
    private Image place(New content, Digest config, Optional<Digest> manifest, List<StagedBlob> staged) {
        List<Layer> below = content.base.map(layers::chain).orElse(List.of());
        List<Layer> committed = layers.commit(content.base, content.layers);
        blobs.publish(staged);
        Optional<ChainId> top = committed.isEmpty()
                ? content.base
                : Optional.of(committed.getLast().chainId());
        return new Image(
                config.toString(),
                new String(content.config, StandardCharsets.UTF_8),
                top.map(ChainId::toString).orElse(null),
                Stream.concat(below.stream(), committed.stream())
                        .mapToLong(Layer::size)
                        .sum(),
                manifest.map(Digest::toString).orElse(null),
                Instant.now(),
                null);
    }

    private StagedBlob stage(List<StagedBlob> all, byte[] content) {
        StagedBlob blob = blobs.stage(content);
        all.add(blob);
        return blob;
    }

    private static Image putRows(Transaction tx, Image image, New content) {
        Image kept = tx.get(Image.ALL, image.id())
                .map(known -> image.manifest() == null ? known : known.withManifest(image.manifest()))
                .orElse(image);
        tx.put(Image.ALL, kept.id(), kept);
        content.manifest.ifPresent(manifest -> tx.put(
                StoredManifest.ALL,
                String.valueOf(image.manifest()),
                new StoredManifest(image.id(), manifest.mediaType)));
        content.blobs.forEach(blob -> putForm(tx, blob.diffId, blob.form));
        return kept;
    }

    private static void putForm(Transaction tx, Digest diffId, LayerBlobs.Packed form) {
        LayerBlobs known = tx.get(LayerBlobs.ALL, diffId.toString()).orElse(LayerBlobs.NONE);
        tx.put(LayerBlobs.ALL, diffId.toString(), known.with(form));
    }

    /** Keeps packed forms of layers that are there, and a manifest of an image that is there where one is given. */
    <R> R keep(Image image, Optional<NewManifest> manifest, List<NewBlob> packed, Function<Transaction, R> change) {
        var staged = new ArrayList<StagedBlob>();
        try {
            Optional<StagedBlob> document = manifest.map(m -> stage(staged, m.bytes));
            packed.forEach(blob -> blob.file.ifPresent(staged::add));
            return locked(() -> {
                blobs.publish(staged);
                return store.write(Durability.FULL, tx -> {
                    if (tx.get(Image.ALL, image.id()).isPresent()) {
                        document.ifPresent(d -> putManifest(tx, image, d.digest(), manifest.orElseThrow()));
                        packed.forEach(blob -> putForm(tx, blob.diffId, blob.form));
                    }
                    return change.apply(tx);
                });
            });
        } finally {
            staged.forEach(StagedBlob::close);
        }
    }

    /** Keeps a packed form of a layer, unless its last image has gone meanwhile. */
    void keepForm(NewBlob blob) {
        locked(() -> {
            blob.file.ifPresent(file -> blobs.publish(List.of(file)));
            return store.write(Durability.NORMAL, tx -> {
                putForm(tx, blob.diffId, blob.form);
                return true;
            });
        });
    }

    /** The manifest by which an image came, as it was written. One that the disk has damaged is forgotten, as if it were gone. */
    Optional<byte[]> manifest(Image image) {
        Optional<Digest> digest = Optional.ofNullable(image.manifest()).flatMap(Digest::tryParse);
        try {
            return digest.flatMap(blobs::read);
        } catch (InvalidArchive e) {
            LOG.warn("the manifest of image {} is left out: {}", image.id(), e.getMessage());
            digest.ifPresent(this::forgetManifest);
            return Optional.empty();
        }
    }

    /** Forgets a manifest that cannot be read any more. */
    void forgetManifest(Digest digest) {
        locked(() -> {
            blobs.remove(digest);
            return store.write(Durability.FULL, tx -> {
                tx.get(StoredManifest.ALL, digest.toString())
                        .flatMap(row -> tx.get(Image.ALL, row.imageId()))
                        .filter(image -> digest.toString().equals(image.manifest()))
                        .ifPresent(image -> tx.put(Image.ALL, image.id(), image.withManifest(null)));
                tx.remove(StoredManifest.ALL, digest.toString());
                return true;
            });
        });
    }

    /** Writes an image's config again from its row; false when the image was removed. */
    boolean writeConfig(Image image) {
        return locked(() -> {
            boolean there = store.snapshot().get(Image.ALL, image.id()).isPresent();
            if (there) {
                blobs.put(image.config().getBytes(StandardCharsets.UTF_8));
            }
            return there;
        });
    }

    /** Removes a blob that is still damaged, now that nobody else changes it; false when it is not, or gone. */
    boolean removeDamaged(Digest digest) {
        return locked(() -> {
            boolean damaged = blobs.contains(digest) && !blobs.verify(digest);
            if (damaged) {
                blobs.remove(digest);
            }
            return damaged;
        });
    }

    /** Removes a packed layer's file, unless it is gone or somebody works with it; its digest stays known. */
    boolean dropPacked(Digest digest, Event event) {
        return locked(() -> {
            if (!blobs.contains(digest)
                    || leases.stream().anyMatch(lease -> lease.blobs().contains(digest))) {
                return false;
            }
            blobs.remove(digest);
            return store.write(Durability.NORMAL, tx -> {
                tx.append(event);
                return true;
            });
        });
    }

    /** The packed forms of a layer that are known. */
    LayerBlobs forms(Digest diffId) {
        return store.snapshot().get(LayerBlobs.ALL, diffId.toString()).orElse(LayerBlobs.NONE);
    }

    /** Every blob that an image has, or may be pushed as. */
    Set<Digest> blobsOf(Image image, List<Digest> diffIds) {
        var digests = new HashSet<Digest>();
        Digest.tryParse(image.id()).ifPresent(digests::add);
        Optional.ofNullable(image.manifest()).flatMap(Digest::tryParse).ifPresent(digests::add);
        diffIds.forEach(diffId -> forms(diffId)
                .packed()
                .forEach(form -> Digest.tryParse(form.digest()).ifPresent(digests::add)));
        return digests;
    }

    private static void putManifest(Transaction tx, Image image, Digest digest, NewManifest manifest) {
        tx.get(Image.ALL, image.id())
                .ifPresent(kept -> tx.put(Image.ALL, image.id(), kept.withManifest(digest.toString())));
        tx.put(StoredManifest.ALL, digest.toString(), new StoredManifest(image.id(), manifest.mediaType));
    }

    /** Keeps blobs and layers from removal until the lease is closed; of layers also what is beneath them. */
    ContentLease lease(Set<Digest> blobs, Set<ChainId> layers) {
        return locked(() -> {
            var lease = new ContentLease(blobs, layers, this::end);
            leases.add(lease);
            return lease;
        });
    }

    /** What was left alone for a lease's sake goes with it. */
    private void end(ContentLease lease) {
        locked(() -> {
            if (leases.remove(lease) && lease.hasSpared()) {
                unused.release(lease.layers());
                unused.removeBlobs();
            }
            return true;
        });
    }

    /**
     * Puts good content in the place of a damaged layer.
     *
     * @return false when a running container stands on it
     */
    boolean restore(Optional<ChainId> parent, StagedLayer staged) {
        return locked(() -> layers.restore(parent, staged));
    }

    /** Makes a change that may take images away. */
    <R> R change(Function<Transaction, R> change) {
        return locked(() -> store.write(Durability.FULL, change));
    }

    /** Removes the layers and blobs of an image whose row is gone, as far as nobody else needs them; highest first. */
    List<String> release(Image image) {
        return locked(() -> {
            if (store.snapshot().get(Image.ALL, image.id()).isPresent()) {
                return List.of(); // loaded again meanwhile
            }
            List<String> gone = unused.release(Optional.ofNullable(image.topLayer()));
            unused.removeBlobs();
            return gone;
        });
    }

    /** The same for the layers that a removed container stood on. */
    List<String> release(String topLayer) {
        return locked(() -> {
            List<String> gone = unused.release(Optional.of(topLayer));
            if (!gone.isEmpty()) {
                unused.removeBlobs();
            }
            return gone;
        });
    }

    /** After a crash: removes layers and blobs that no row refers to. */
    void removeUnreferenced() {
        locked(() -> {
            unused.removeAll();
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
