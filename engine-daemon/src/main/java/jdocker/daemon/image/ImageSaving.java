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
import java.util.TreeMap;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.error.EngineException.NotFound;
import jdocker.daemon.state.Snapshot;
import jdocker.image.ImageRef;
import jdocker.image.WantedPlatform;
import jdocker.oci.Descriptor;
import jdocker.oci.Digest;
import jdocker.oci.ImageConfig;
import jdocker.oci.Json;
import jdocker.storage.ChainId;
import jdocker.storage.TarEntry.TarTime;
import jdocker.storage.TarWriter;

/**
 * Images as an archive that is Docker's and an OCI layout in one, as Docker writes it since version 25. What is to be known
 * before anything is written is looked up when this is made; until it is closed nothing of it is removed.
 */
final class ImageSaving implements AutoCloseable {
    private static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    private static final TarTime EPOCH = new TarTime(0, 0);

    private final ImageContent content;
    private final ContentLease lease;
    private final List<SavedImage> images;

    private ImageSaving(ImageContent content, ContentLease lease, List<SavedImage> images) {
        this.content = content;
        this.lease = lease;
        this.images = images;
    }

    /** What is asked for: images with the names that go along. */
    private record Asked(Image image, Set<ImageRef> names) {}

    static void check(Snapshot state, ImageConfigs configs, List<String> references, List<WantedPlatform> platforms) {
        if (references.isEmpty()) {
            throw new InvalidRequest("no images were named that should be saved");
        }
        asked(state, references).values().forEach(one -> checkPlatform(one.image, configs.of(one.image), platforms));
    }

    /**
     * @param references names, of which those without a tag mean all tags, or ids, which bring no names along
     * @param platforms empty for whatever the images are for
     */
    static ImageSaving of(
            ImageContent content, ImageConfigs configs, List<String> references, List<WantedPlatform> platforms) {
        Snapshot before = content.snapshot();
        check(before, configs, references, platforms);
        Map<String, Asked> named = asked(before, references);
        var layers = new HashSet<ChainId>();
        var blobs = new HashSet<Digest>();
        named.values().forEach(one -> hold(one.image, before, layers, blobs));
        ContentLease lease = content.lease(blobs, layers);
        try {
            var images = new ArrayList<SavedImage>();
            // Looked up again: now nothing goes any more.
            asked(content.snapshot(), references)
                    .values()
                    .forEach(one -> images.add(SavedImage.of(
                            content,
                            one.image,
                            List.copyOf(one.names),
                            one.image.config().getBytes(StandardCharsets.UTF_8))));
            return new ImageSaving(content, lease, images);
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    private static void hold(Image image, Snapshot state, Set<ChainId> layers, Set<Digest> blobs) {
        Optional.ofNullable(image.topLayer())
                .flatMap(Digest::tryParse)
                .map(ChainId::new)
                .ifPresent(layers::add);
        Digest.tryParse(image.id()).ifPresent(blobs::add);
        Optional.ofNullable(image.manifest()).flatMap(Digest::tryParse).ifPresent(blobs::add);
        state.all(LayerBlobs.ALL)
                .values()
                .forEach(known -> known.packed()
                        .forEach(form -> Digest.tryParse(form.digest()).ifPresent(blobs::add)));
    }

    private static Map<String, Asked> asked(Snapshot state, List<String> references) {
        var asked = new LinkedHashMap<String, Asked>();
        for (String reference : references) {
            List<ImageRef> all = allTags(state, reference);
            if (all.isEmpty()) {
                Image image = ImageLibrary.resolve(state, reference);
                Asked one = asked.computeIfAbsent(image.id(), _ -> new Asked(image, new HashSet<>()));
                if (!ImageLibrary.isIdOf(image, reference)) {
                    ImageRef.tryParse(reference)
                            .map(ImageRef::tagged)
                            .filter(name ->
                                    name.tag().isPresent() && name.digest().isEmpty())
                            .ifPresent(one.names::add);
                }
            }
            for (ImageRef name : all) {
                Image image = ImageLibrary.resolve(state, name.toString());
                asked.computeIfAbsent(image.id(), _ -> new Asked(image, new HashSet<>()))
                        .names
                        .add(name);
            }
        }
        return asked;
    }

    /** A bare name means every tag of the repository. */
    private static List<ImageRef> allTags(Snapshot state, String reference) {
        Optional<ImageRef> bare = ImageRef.tryParse(reference)
                .filter(name -> name.tag().isEmpty() && name.digest().isEmpty());
        return bare.isEmpty()
                ? List.of()
                : state.all(ImageTag.ALL).keySet().stream()
                        .map(ImageRef::parse)
                        .filter(name -> name.tag().isPresent()
                                && name.domain().equals(bare.get().domain())
                                && name.path().equals(bare.get().path()))
                        .toList();
    }

    private static void checkPlatform(Image image, ImageConfig config, List<WantedPlatform> platforms) {
        if (!platforms.isEmpty() && platforms.stream().noneMatch(wanted -> wanted.matches(config))) {
            throw new NotFound("image " + image.shortId() + " was found but does not provide the specified platform ("
                    + platforms.getFirst() + ")");
        }
    }

    List<Image> images() {
        return images.stream().map(SavedImage::image).toList();
    }

    /** The documents first: who reads the archive as it arrives then knows what the layers are for. */
    void writeTo(OutputStream out) throws IOException {
        var tar = new TarWriter(out);
        document(tar, "oci-layout", "{\"imageLayoutVersion\": \"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
        document(tar, "index.json", Json.write(index()));
        document(tar, "manifest.json", Json.write(manifests()));
        Map<String, Map<String, String>> repositories = repositories();
        if (!repositories.isEmpty()) {
            document(tar, "repositories", Json.write(repositories));
        }
        tar.directory("blobs", EPOCH);
        tar.directory("blobs/sha256", EPOCH);
        var written = new HashSet<Digest>();
        for (SavedImage image : images) {
            blob(tar, image.manifest(), written);
            blob(tar, image.config(), written);
        }
        for (SavedImage image : images) {
            for (SavedBlob blob : image.blobs()) {
                blob(tar, blob, written);
            }
        }
        tar.end();
    }

    private static void document(TarWriter tar, String name, byte[] content) throws IOException {
        tar.file(name, content.length, EPOCH);
        tar.write(content, 0, content.length);
    }

    private static void blob(TarWriter tar, SavedBlob blob, Set<Digest> written) throws IOException {
        if (written.add(blob.digest())) {
            tar.file(path(blob.digest()), blob.size(), EPOCH);
            blob.writeTo(tar.content());
        }
    }

    private static String path(Digest digest) {
        return "blobs/" + digest.algorithm().label() + "/" + digest.hex();
    }

    private Map<String, Object> index() {
        var manifests = new ArrayList<Map<String, Object>>();
        for (SavedImage image : images) {
            SavedBlob.Document manifest = image.manifest();
            if (image.names().isEmpty()) {
                manifests.add(SavedImage.descriptor(image.mediaType(), manifest.digest(), manifest.size()));
            }
            for (ImageRef name : sorted(image.names())) {
                Map<String, Object> item = SavedImage.descriptor(image.mediaType(), manifest.digest(), manifest.size());
                var annotations = new TreeMap<String, String>();
                annotations.put("io.containerd.image.name", name.toString());
                annotations.put("org.opencontainers.image.ref.name", name.tag().orElse(""));
                item.put("annotations", annotations);
                manifests.add(item);
            }
        }
        var index = new LinkedHashMap<String, Object>();
        index.put("schemaVersion", 2);
        index.put("mediaType", OCI_INDEX);
        index.put("manifests", manifests);
        return index;
    }

    private List<Map<String, Object>> manifests() {
        var items = new ArrayList<Map<String, Object>>();
        for (SavedImage image : images) {
            var item = new LinkedHashMap<String, Object>();
            item.put("Config", path(image.config().digest()));
            item.put(
                    "RepoTags",
                    sorted(image.names()).stream().map(ImageRef::familiar).toList());
            item.put(
                    "Layers",
                    image.layers().stream().map(layer -> path(layer.digest())).toList());
            var sources = new LinkedHashMap<String, Object>();
            List<Digest> diffIds = image.diffIds(content);
            for (int i = 0; i < diffIds.size(); i++) {
                Descriptor layer = image.layers().get(i);
                sources.put(
                        diffIds.get(i).toString(),
                        SavedImage.descriptor(layer.mediaType(), layer.digest(), layer.size()));
            }
            item.put("LayerSources", sources);
            items.add(item);
        }
        return items;
    }

    private Map<String, Map<String, String>> repositories() {
        var repositories = new TreeMap<String, Map<String, String>>();
        for (SavedImage image : images) {
            List<Digest> diffIds = image.diffIds(content);
            if (diffIds.isEmpty()) {
                continue;
            }
            for (ImageRef name : image.names()) {
                repositories
                        .computeIfAbsent(name.familiarName(), _ -> new TreeMap<>())
                        .put(name.tag().orElse(""), diffIds.getLast().hex());
            }
        }
        return repositories;
    }

    private static List<ImageRef> sorted(List<ImageRef> names) {
        return names.stream()
                .sorted(java.util.Comparator.comparing(ImageRef::toString))
                .toList();
    }

    @Override
    public void close() {
        lease.close();
    }
}
