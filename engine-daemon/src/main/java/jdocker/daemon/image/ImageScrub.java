package jdocker.daemon.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
import jdocker.storage.Layer;

/**
 * Reads every blob and every file of every layer and compares them with their digests. What can be made again is: configs
 * from their rows; packed layers by leaving them out, since they can be packed anew or fetched; a damaged or missing layer
 * from its packed form, if that is kept or a registry gives it out. Else it is told with the images that stand on it.
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
            blob(state, digest);
        }
        Map<ChainId, Wanted> wanted = wanted(state);
        Set<ChainId> there = content.layers().layers();
        // Lowest first: what is repaired stands on what is whole.
        for (Map.Entry<ChainId, Wanted> one : wanted.entrySet()) {
            layer(one.getKey(), one.getValue(), there.contains(one.getKey()));
        }
        for (ChainId chain : there) {
            if (!wanted.containsKey(chain)) {
                layer(chain, unnamed(chain), true);
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
            if (id.isPresent() && !content.blobs().contains(id.get())) {
                checked++;
                config(image, id.get(), "is missing");
            }
        }
    }

    private void config(Image image, Digest id, String how) throws IOException {
        byte[] bytes = image.config().getBytes(StandardCharsets.UTF_8);
        boolean can = Digest.of(bytes).equals(id);
        if (can && repair) {
            content.blobs().remove(id);
            content.blobs().put(bytes);
        }
        tell("config", id, how, can ? "written again from the database" : "");
    }

    private void blob(Snapshot state, Digest digest) throws IOException {
        checked++;
        if (content.blobs().verify(digest)) {
            return;
        }
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
        if (repair) {
            content.blobs().remove(digest);
        }
        tell("packed layer", digest, "is damaged", "left out: a push packs it anew, a pull fetches it again");
    }

    /** A layer as images need it. */
    private record Wanted(Optional<ChainId> parent, Digest diffId, List<String> users) {
        String names() {
            return users.isEmpty() ? "no image" : String.join(", ", users);
        }
    }

    /** Of a removed image, on which a container stands. */
    private Wanted unnamed(ChainId chain) {
        Layer layer = content.layers().layer(chain).orElseThrow();
        return new Wanted(layer.parent(), layer.diffId(), List.of());
    }

    private void layer(ChainId chain, Wanted wanted, boolean there) throws IOException {
        checked++;
        String how;
        try {
            if (there) {
                content.layers().tar(chain).writeTo(OutputStream.nullOutputStream());
                return;
            }
            how = "of " + wanted.names() + " is missing";
        } catch (IOException | IllegalStateException | SyscallException e) {
            // Nothing was written that could fail: it is the record or the files.
            how = "of " + wanted.names() + " is damaged (" + e.getMessage() + ")";
        }
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
