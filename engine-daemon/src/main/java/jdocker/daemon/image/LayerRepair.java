package jdocker.daemon.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jdocker.image.Compression;
import jdocker.image.ImageRef;
import jdocker.image.InvalidArchive;
import jdocker.image.RegistryException;
import jdocker.oci.Descriptor;
import jdocker.oci.Digest;
import jdocker.storage.ChainId;
import jdocker.storage.RefusedArchive;
import jdocker.storage.StagedLayer;

/** Brings a damaged layer back from a packed form of it: one that is kept, or one that a registry gives out. */
final class LayerRepair {
    private final ImageRegistries registries;
    private final RegistryConfigHeader logins;
    private final ImageContent content;

    LayerRepair(ImageRegistries registries, RegistryConfigHeader logins) {
        this.registries = registries;
        this.logins = logins;
        this.content = registries.images().content();
    }

    /**
     * What came of it.
     *
     * @param how from where it was, or would be, brought back, or why that cannot be
     */
    record Result(boolean done, String how) {}

    /** @param act whether to do it, or only tell whether it can be done, of which a registry is not asked */
    Result repair(Optional<ChainId> parent, Digest diffId, boolean act) {
        List<LayerBlobs.Packed> forms = content.forms(diffId).packed();
        var failures = new ArrayList<String>();
        for (LayerBlobs.Packed form : forms) {
            Optional<Digest> blob = Digest.tryParse(form.digest()).filter(content.blobs()::verify);
            if (blob.isPresent()) {
                String from = "unpacked again from the kept blob " + blob.get().shortHex();
                if (!act) {
                    return new Result(true, from);
                }
                Result result = attempt(from, failures, () -> kept(parent, diffId, blob.get()));
                if (result.done) {
                    return result;
                }
            }
        }
        for (LayerBlobs.Packed form : forms) {
            for (String repository : form.repositories()) {
                String from = "fetched again from " + repository;
                if (!act) {
                    return new Result(true, from);
                }
                Result result = attempt(from, failures, () -> fetched(parent, diffId, form, repository));
                if (result.done) {
                    return result;
                }
            }
        }
        return new Result(
                false,
                failures.isEmpty()
                        ? "no packed form of it is kept here or known to be in a registry"
                        : String.join("; ", failures));
    }

    private interface Attempt {
        boolean run() throws IOException, InterruptedException;
    }

    private static Result attempt(String from, List<String> failures, Attempt attempt) {
        try {
            if (attempt.run()) {
                return new Result(true, from);
            }
            failures.add("a running container stands on it: stop it and scrub again");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failures.add("it was not " + from + ": interrupted");
        } catch (IOException
                | UncheckedIOException
                | RegistryException
                | RefusedArchive
                | InvalidArchive
                | IllegalStateException e) {
            failures.add("it could not be " + from + ": " + e.getMessage());
        }
        return new Result(false, "");
    }

    private boolean kept(Optional<ChainId> parent, Digest diffId, Digest blob) throws IOException {
        try (InputStream packed =
                        content.blobs().open(blob).orElseThrow(() -> new IOException("blob " + blob + " has gone"));
                InputStream tar = Compression.unpack(packed);
                StagedLayer staged = content.layers().stage(tar)) {
            if (!staged.diffId().equals(diffId)) {
                throw new IOException("it unpacks to " + staged.diffId() + " instead of " + diffId);
            }
            return content.restore(parent, staged);
        }
    }

    private boolean fetched(Optional<ChainId> parent, Digest diffId, LayerBlobs.Packed form, String repository)
            throws InterruptedException {
        ImageRef name = ImageRef.parse(repository);
        Digest digest = Digest.parse(form.digest());
        return registries.withLayer(
                name,
                logins.of(name.domain()),
                Descriptor.of(form.mediaType(), digest, form.size()),
                diffId,
                staged -> content.restore(parent, staged));
    }
}
