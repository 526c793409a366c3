package jdocker.daemon.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.daemon.http.ResponseStream;
import jdocker.daemon.state.Snapshot;
import jdocker.kernel.SyscallException;
import jdocker.oci.Digest;
import jdocker.storage.ChainId;

/**
 * Reads every blob and every file of every layer and compares them with their digests. What can be made again is: configs
 * from their rows, and packed layers by leaving them out, since they can be packed anew or fetched; a damaged layer is told
 * with the images that stand on it, for only a pull can bring it back.
 */
final class ImageScrub {
    private final ImageEngine images;
    private final ImageContent content;
    private final boolean repair;
    private final ResponseStream out;
    private int checked;
    private int repaired;
    private int damaged;

    /** @param repair whether to repair, or only tell */
    ImageScrub(ImageEngine images, boolean repair, ResponseStream out) {
        this.images = images;
        this.content = images.content();
        this.repair = repair;
        this.out = out;
    }

    void run() throws IOException {
        Snapshot state = images.library().snapshot();
        missingConfigs(state);
        for (Digest digest : content.blobs().all()) {
            blob(state, digest);
        }
        Map<ChainId, List<String>> users = users(state);
        for (ChainId chain : content.layers().layers()) {
            layer(chain, users.getOrDefault(chain, List.of()));
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

    private void layer(ChainId chain, List<String> users) throws IOException {
        checked++;
        try {
            content.layers().tar(chain).writeTo(OutputStream.nullOutputStream());
        } catch (IllegalStateException | SyscallException e) {
            String names = users.isEmpty() ? "no image" : String.join(", ", users);
            tell("layer", chain.digest(), "of " + names + " is damaged (" + e.getMessage() + ")", "");
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

    /** The images that stand on each layer, by name where they have one. */
    private Map<ChainId, List<String>> users(Snapshot state) {
        var users = new HashMap<ChainId, List<String>>();
        for (Image image : state.all(Image.ALL).values()) {
            List<String> names = ImageLibrary.names(state, image.id()).stream()
                    .map(name -> name.familiar())
                    .toList();
            String shown = names.isEmpty() ? image.shortId() : names.getFirst();
            Optional.ofNullable(image.topLayer())
                    .flatMap(Digest::tryParse)
                    .map(ChainId::new)
                    .filter(top -> content.layers().layer(top).isPresent())
                    .ifPresent(top -> content.layers()
                            .chain(top)
                            .forEach(layer -> users.computeIfAbsent(layer.chainId(), _ -> new ArrayList<>())
                                    .add(shown)));
        }
        return users;
    }
}
