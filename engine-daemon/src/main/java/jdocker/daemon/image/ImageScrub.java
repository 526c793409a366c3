package jdocker.daemon.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jdocker.daemon.http.ResponseStream;
import jdocker.daemon.state.Snapshot;
import jdocker.kernel.SyscallException;
import jdocker.oci.Digest;
import jdocker.oci.LayerDigests;
import jdocker.storage.ChainId;

/**
 * Reads every blob and every file of every layer and compares them with their digests. What can be made again is: configs
 * from their rows; packed layers by leaving them out, since they can be packed anew or fetched; a damaged or missing layer
 * from its packed form, if that is kept or a registry gives it out. Else it is told with the images that stand on it. What
 * was removed while it was read is passed over.
 */
final class ImageScrub {
    private final ImageEngine images;
    private final ImageContent content;
    private final LayerRepair layers;
    private final boolean repair;
    private final ResponseStream out;
    private int checked;
    private int repaired;
    private int damaged;

    /** @param repair whether to repair, or only tell */
    ImageScrub(ImageRegistries registries, RegistryConfigHeader logins, boolean repair, ResponseStream out) {
        this.images = registries.images();
        this.content = images.content();
        this.layers = new LayerRepair(registries, logins);
        this.repair = repair;
        this.out = out;
    }

    void run() throws IOException {
        Snapshot state = images.library().snapshot();
        missingConfigs(state);
        for (Digest digest : content.blobs().all()) {
            blob(digest);
        }
        Map<ChainId, Wanted> wanted = wanted(content.snapshot());
        Set<ChainId> there = content.layers().layers();
        // Lowest first: what is repaired stands on what is whole.
        for (Map.Entry<ChainId, Wanted> one : wanted.entrySet()) {
            layer(one.getKey(), there.contains(one.getKey()));
        }
        for (ChainId chain : there) {
            if (!wanted.containsKey(chain)) {
                layer(chain, true);
            }
        }
        out.writeJsonLine(ProgressMessages.status(
                "Checked " + checked + " blobs and layers: " + repaired + " repaired, " + damaged + " damaged"));
        out.writeJsonLine(ProgressMessages.aux(Map.of("Checked", checked, "Repaired", repaired, "Damaged", damaged)));
        if (damaged > 0) {
            out.writeJsonLine(ProgressMessages.error(damaged + " blobs or layers are damaged"));
        }
    }

    private void missingConfigs(Snapshot state) throws IOException {
        for (Image image : state.all(Image.ALL).values()) {
            Optional<Digest> id = Digest.tryParse(image.id());
            boolean missing = id.isPresent() && !content.blobs().contains(id.get());
            if (missing && content.snapshot().get(Image.ALL, image.id()).isPresent()) {
                checked++;
                config(image, id.get(), "is missing");
            }
        }
    }

    private void config(Image image, Digest id, String how) throws IOException {
        boolean can = Digest.of(image.config().getBytes(StandardCharsets.UTF_8)).equals(id);
        if (can && repair && !content.writeConfig(image)) {
            return; // removed meanwhile
        }
        tell("config", id, how, can ? "written again from the database" : "");
    }

    private void blob(Digest digest) throws IOException {
        checked++;
        if (content.blobs().verify(digest) || !content.blobs().contains(digest)) {
            return;
        }
        Snapshot state = content.snapshot();
        Optional<Image> image = state.get(Image.ALL, digest.toString());
        if (image.isPresent()) {
            config(image.get(), digest, "is damaged");
            return;
        }
        if (state.get(StoredManifest.ALL, digest.toString()).isPresent()) {
            if (repair) {
                content.forgetManifest(digest);
            }
            tell("manifest", digest, "is damaged", "left out: a push makes another, a pull fetches it again");
            return;
        }
        if (repair && !content.removeDamaged(digest)) {
            return; // a pull has put a good one in its place, or it went
        }
        tell("packed layer", digest, "is damaged", "left out: a push packs it anew, a pull fetches it again");
    }

    /** A layer as images need it. */
    private record Wanted(Optional<ChainId> parent, Digest diffId, List<String> users) {
        String names() {
            return users.isEmpty() ? "no image" : String.join(", ", users);
        }
    }

    /** As it is needed now; empty when what stood on it was removed while it was read. */
    private Optional<Wanted> needed(ChainId chain) {
        Optional<Wanted> named = Optional.ofNullable(wanted(content.snapshot()).get(chain));
        // Else of a removed image, on which a container stands.
        return named.or(() ->
                content.layers().layer(chain).map(layer -> new Wanted(layer.parent(), layer.diffId(), List.of())));
    }

    private void layer(ChainId chain, boolean there) throws IOException {
        checked++;
        String how;
        try {
            if (there) {
                content.layers().tar(chain).writeTo(OutputStream.nullOutputStream());
                return;
            }
            how = "is missing";
        } catch (IOException | IllegalStateException | SyscallException e) {
            // Nothing was written that could fail: it is the record or the files.
            how = "is damaged (" + e.getMessage() + ")";
        }
        Optional<ChainId> parent = needed(chain).flatMap(wanted -> wanted.parent);
        var held = new HashSet<ChainId>();
        held.add(chain);
        parent.ifPresent(held::add);
        // From here on nothing that it belongs to goes.
        try (ContentLease _ = content.lease(Set.of(), held)) {
            Optional<Wanted> wanted = needed(chain);
            if (wanted.isPresent()) {
                repair(chain, wanted.get(), "of " + wanted.get().names() + " " + how);
            }
        }
    }

    private void repair(ChainId chain, Wanted wanted, String how) throws IOException {
        LayerRepair.Result result = layers.repair(wanted.parent, wanted.diffId, repair);
        if (result.done()) {
            tell("layer", chain.digest(), how, result.how());
        } else {
            tell("layer", chain.digest(), how + "; " + result.how(), "");
        }
    }

    /** @param cure empty when there is none here */
    private void tell(String what, Digest digest, String how, String cure) throws IOException {
        if (cure.isEmpty()) {
            damaged++;
        } else {
            repaired += repair ? 1 : 0;
            damaged += repair ? 0 : 1;
        }
        String done =
                cure.isEmpty() ? "remove what stands on it and pull it again" : (repair ? "" : "would be ") + cure;
        out.writeJsonLine(ProgressMessages.of(what + " " + how + ": " + done, digest.shortHex()));
    }

    /** The layers that images name, lowest first, with the images that stand on each, by name where they have one. */
    private Map<ChainId, Wanted> wanted(Snapshot state) {
        var wanted = new LinkedHashMap<ChainId, Wanted>();
        for (Image image : state.all(Image.ALL).values()) {
            List<String> names = ImageLibrary.names(state, image.id()).stream()
                    .map(name -> name.familiar())
                    .toList();
            String shown = names.isEmpty() ? image.shortId() : names.getFirst();
            LayerDigests rootfs = images.configs().of(image).rootfs();
            Optional<ChainId> top = Optional.empty();
            for (Digest diffId : rootfs == null ? List.<Digest>of() : rootfs.diffIds()) {
                Optional<ChainId> parent = top;
                ChainId chain = ChainId.of(parent, diffId);
                wanted.computeIfAbsent(chain, _ -> new Wanted(parent, diffId, new ArrayList<>()))
                        .users
                        .add(shown);
                top = Optional.of(chain);
            }
        }
        return wanted;
    }
}
