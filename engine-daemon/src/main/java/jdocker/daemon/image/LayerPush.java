package jdocker.daemon.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import jdocker.image.BlobStore;
import jdocker.image.ImageRef;
import jdocker.image.LayerPacking;
import jdocker.image.MediaTypes;
import jdocker.image.RegistryUpload;
import jdocker.image.Repository;
import jdocker.image.StagedBlob;
import jdocker.oci.Descriptor;
import jdocker.oci.Digest;
import jdocker.oci.Digest.Algorithm;
import jdocker.storage.ChainId;
import jdocker.storage.LayerTar;

/**
 * One layer's way to a registry, in the cheapest form: what the registry has already, what it can take from another of its
 * repositories, a blob that is kept, and only then one packed anew. Other threads may ask how far it is.
 */
final class LayerPush {
    private final ImageContent content;
    private final KeepBlobs keep;
    private final Repository target;
    private final ImageRef name;
    private final Digest diffId;
    private final ChainId chain;
    private final Optional<Descriptor> exact;
    private final ExecutorService packers;
    private volatile State state = new State("Preparing", 0, 0);

    /** @param total 0 where there is nothing to count */
    record State(String status, long current, long total) {}

    /** A form that a manifest names is neither here nor there. */
    static final class NotKept extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotKept(Digest digest) {
            super("blob " + digest + " is no longer kept");
        }
    }

    /**
     * @param exact the only form that will do; empty where any will
     * @param packers threads that compress
     */
    LayerPush(
            ImageContent content,
            KeepBlobs keep,
            Repository target,
            ImageRef name,
            Digest diffId,
            ChainId chain,
            Optional<Descriptor> exact,
            ExecutorService packers) {
        this.content = content;
        this.keep = keep;
        this.target = target;
        this.name = name;
        this.diffId = diffId;
        this.chain = chain;
        this.exact = exact;
        this.packers = packers;
    }

    Digest diffId() {
        return diffId;
    }

    State state() {
        return state;
    }

    /** Brings it there and tells in which form. */
    Descriptor run() {
        List<LayerBlobs.Packed> known = content.forms(diffId).packed();
        if (exact.isPresent()) {
            return bring(exact.get(), known)
                    .orElseThrow(() -> new NotKept(exact.get().digest()));
        }
        for (LayerBlobs.Packed form : known) {
            Optional<Digest> digest = Digest.tryParse(form.digest());
            if (digest.isPresent() && !MediaTypes.isForeign(form.mediaType())) {
                Optional<Descriptor> brought =
                        bring(Descriptor.of(form.mediaType(), digest.get(), form.size()), List.of(form));
                if (brought.isPresent()) {
                    return brought.get();
                }
            }
        }
        return pack();
    }

    /** Empty when this form is nowhere. */
    private Optional<Descriptor> bring(Descriptor wanted, List<LayerBlobs.Packed> known) {
        if (target.blobSize(wanted.digest()).isPresent()) {
            state = new State("Layer already exists", 0, 0);
            return Optional.of(wanted);
        }
        Optional<String> elsewhere = known.stream()
                .filter(form -> form.digest().equals(wanted.digest().toString()))
                .flatMap(form -> form.repositories().stream())
                .filter(repository -> repository.startsWith(name.domain() + "/"))
                .map(repository -> repository.substring(name.domain().length() + 1))
                .filter(path -> !path.equals(name.path()))
                .findFirst();
        BlobStore blobs = content.blobs();
        boolean here = blobs.size(wanted.digest()).orElse(-1) == wanted.size();
        if (!here && elsewhere.isEmpty()) {
            return Optional.empty();
        }
        RegistryUpload.Source source = () -> open(blobs, wanted.digest(), here);
        try {
            upload(target.upload(elsewhere, wanted.digest()), source, wanted.size(), elsewhere);
            return Optional.of(wanted);
        } catch (NotKept e) {
            return Optional.empty();
        }
    }

    private static InputStream open(BlobStore blobs, Digest digest, boolean here) {
        if (!here) {
            throw new NotKept(digest); // the registry would not take it from elsewhere
        }
        return blobs.open(digest).orElseThrow(() -> new NotKept(digest));
    }

    private void upload(RegistryUpload upload, RegistryUpload.Source source, long size, Optional<String> elsewhere) {
        RegistryUpload.Outcome outcome = upload.run(source, size, sent -> state = new State("Pushing", sent, size));
        state = switch (outcome) {
            case PUSHED -> new State("Pushed", 0, 0);
            case MOUNTED -> new State("Mounted from " + elsewhere.orElse(""), 0, 0);
        };
    }

    private Descriptor pack() {
        LayerTar tar = content.layers().tar(chain);
        try (BlobStore.Writing writing = content.blobs().write(Algorithm.SHA256)) {
            try (var packing = new LayerPacking(writing.out(), packers)) {
                tar.writeTo(new java.io.BufferedOutputStream(packing, 128 * 1024));
            }
            try (StagedBlob packed = writing.stage()) {
                return push(packed);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Descriptor push(StagedBlob packed) {
        var form = new LayerBlobs.Packed(
                packed.digest().toString(),
                packed.size(),
                MediaTypes.DOCKER_LAYER,
                List.of(name.domain() + "/" + name.path()));
        var descriptor = Descriptor.of(MediaTypes.DOCKER_LAYER, packed.digest(), packed.size());
        if (target.blobSize(packed.digest()).isPresent()) {
            state = new State("Layer already exists", 0, 0);
        } else {
            upload(target.upload(Optional.empty(), packed.digest()), packed::open, packed.size(), Optional.empty());
        }
        content.keepForm(
                new ImageContent.NewBlob(diffId, form, keep.packedLayers() ? Optional.of(packed) : Optional.empty()));
        return descriptor;
    }
}
