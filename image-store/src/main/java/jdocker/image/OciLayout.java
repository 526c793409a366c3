package jdocker.image;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import jdocker.image.ImageArchive.StoredLayer;
import jdocker.oci.Descriptor;
import jdocker.oci.Digest;
import jdocker.oci.ImageIndex;
import jdocker.oci.ImageManifest;

/** The OCI image layout: index.json leads by digests to manifests, for one platform or several, and to blobs. */
final class OciLayout<L extends ArchivedLayer> {
    private static final int MOST_NESTED = 8;
    private static final int MOST_MANIFESTS = 1000;
    private static final int MOST_TOLD = 20;
    private static final String REFERENCE_TYPE = "vnd.docker.reference.type";
    /** Where a name may stand: containerd's whole reference first, since OCI's may be a mere tag. */
    private static final List<String> NAMES = List.of("io.containerd.image.name", "org.opencontainers.image.ref.name");

    private final ArchiveContents<L> contents;
    private final WantedPlatform platform;
    private final Consumer<String> notes;
    private final List<Descriptor> every = new ArrayList<>();
    private final Set<Digest> seen = new HashSet<>();
    private final Set<Digest> verified = new HashSet<>();
    /** Of how many of {@link #every} it is known which config they have. */
    private int known;

    private final Map<Digest, List<Descriptor>> byConfig = new HashMap<>();
    private final Map<Descriptor, Descriptor> descended = new HashMap<>();

    /** @param notes takes what a user should know */
    OciLayout(ArchiveContents<L> contents, WantedPlatform platform, Consumer<String> notes) {
        this.notes = notes;
        this.contents = contents;
        this.platform = platform;
    }

    List<ArchivedImage<L>> images() {
        ImageIndex index = contents.read("index.json", ImageIndex.class);
        // Several manifests of one name, or of none, are one image for several platforms, if each says for which.
        Map<List<ImageRef>, List<Descriptor>> byName = new LinkedHashMap<>();
        for (Descriptor candidate : images(index)) {
            byName.computeIfAbsent(tags(candidate), _ -> new ArrayList<>()).add(candidate);
        }
        // A manifest may stand under any number of names, and is read once.
        Map<Descriptor, List<ImageRef>> wanted = new LinkedHashMap<>();
        byName.forEach((tags, candidates) -> {
            for (Descriptor candidate : chosen(tags, candidates)) {
                wanted.computeIfAbsent(descendOnce(candidate), _ -> new ArrayList<>())
                        .addAll(tags);
            }
        });
        if (wanted.size() > MOST_MANIFESTS) {
            throw new InvalidArchive("the archive lists more than " + MOST_MANIFESTS + " manifests");
        }
        var found = new FoundImages<L>();
        wanted.forEach((manifest, tags) -> add(found, manifest, tags));
        if (found.isEmpty()) {
            throw new InvalidArchive("'index.json' lists no images");
        }
        return found.all();
    }

    private Descriptor descendOnce(Descriptor candidate) {
        Descriptor from = plain(candidate);
        Descriptor before = descended.get(from);
        Descriptor manifest = before == null ? plain(descend(candidate, 0)) : before;
        descended.put(from, manifest);
        return manifest;
    }

    /** Without what an index says of it under one name. */
    private static Descriptor plain(Descriptor descriptor) {
        return Descriptor.of(descriptor.mediaType(), descriptor.digest(), descriptor.size());
    }

    /**
     * Of several manifests of one name that for the wanted platform, where each says for which it is. Without a name those for
     * the same platform are as many images; one name can have but the first of them.
     */
    private List<Descriptor> chosen(List<ImageRef> tags, List<Descriptor> listed) {
        var byDigest = new LinkedHashMap<Digest, Descriptor>();
        listed.forEach(descriptor -> byDigest.putIfAbsent(descriptor.digest(), descriptor));
        List<Descriptor> candidates = List.copyOf(byDigest.values());
        if (candidates.size() == 1 || candidates.stream().anyMatch(d -> d.platform() == null)) {
            return candidates;
        }
        Descriptor best = pick(candidates);
        List<Descriptor> same = candidates.stream()
                .filter(candidate -> Objects.equals(candidate.platform(), best.platform()))
                .toList();
        if (tags.isEmpty() || same.size() == 1) {
            return same;
        }
        notes.accept(
                "The archive has " + same.size() + " images " + tags.getFirst().familiar() + " for " + platform
                        + ": taking " + best.digest() + ", the first, and leaving out "
                        + same.stream()
                                .skip(1)
                                .limit(MOST_TOLD)
                                .map(descriptor -> descriptor.digest().toString())
                                .collect(Collectors.joining(", ")));
        return List.of(best);
    }

    private void add(FoundImages<L> found, Descriptor descriptor, List<ImageRef> tags) {
        byte[] bytes = blob(descriptor);
        ImageManifest manifest = manifest(bytes);
        Descriptor config = manifest.config();
        if (config == null) {
            throw new InvalidArchive("manifest " + descriptor.digest() + " has no config");
        }
        List<StoredLayer<L>> stored =
                manifest.layers().stream().map(this::layer).toList();
        List<L> layers = stored.stream().map(StoredLayer::layer).toList();
        Optional<ArchivedManifest> archived = archived(descriptor, bytes, manifest, stored);
        found.add(blob(config), layers, tags, () -> archived);
    }

    /** Empty where it calls a layer what it is not: what it says would be told to registries with other images, too. */
    private static <L extends ArchivedLayer> Optional<ArchivedManifest> archived(
            Descriptor descriptor, byte[] bytes, ImageManifest manifest, List<StoredLayer<L>> stored) {
        var layers = new ArrayList<ArchivedManifest.Layer>();
        for (int i = 0; i < stored.size(); i++) {
            String type = manifest.layers().get(i).mediaType();
            if (!MediaTypes.isLayer(type, stored.get(i).compression())) {
                return Optional.empty();
            }
            layers.add(new ArchivedManifest.Layer(
                    manifest.layers().get(i), stored.get(i).packed()));
        }
        return Optional.of(new ArchivedManifest(bytes, mediaType(descriptor, manifest), layers));
    }

    private static String mediaType(Descriptor descriptor, ImageManifest manifest) {
        String own = manifest.mediaType() == null ? "" : manifest.mediaType();
        String type = !own.isEmpty()
                ? own
                : MediaTypes.isManifest(descriptor.mediaType()) ? descriptor.mediaType() : MediaTypes.OCI_MANIFEST;
        if (!MediaTypes.isManifest(type)) {
            throw new InvalidArchive("manifest " + descriptor.digest() + " is of the type "
                    + ArchiveContents.quoted(type) + ", which is not that of an image");
        }
        return type;
    }

    /**
     * The manifest of an image that manifest.json lists, where the archive is both: of this config and these layers. Empty
     * where there is none, since Docker does not need one.
     */
    Optional<ArchivedManifest> manifestOf(byte[] configBytes, List<StoredLayer<L>> stored) {
        if (contents.documentIfPresent("index.json").isEmpty()) {
            return Optional.empty();
        }
        Digest config = Digest.of(configBytes);
        for (Descriptor descriptor : byConfig.getOrDefault(config, List.of())) {
            byte[] bytes = blob(descriptor);
            ImageManifest manifest = manifest(bytes);
            if (isOf(manifest, configBytes, stored)) {
                return archived(descriptor, bytes, manifest, stored);
            }
        }
        List<Descriptor> all = everyManifest();
        while (known < all.size()) {
            Descriptor descriptor = all.get(known++);
            byte[] bytes = blob(descriptor);
            ImageManifest manifest = manifest(bytes);
            Optional<Digest> own = Optional.ofNullable(manifest.config()).map(Descriptor::digest);
            own.ifPresent(digest ->
                    byConfig.computeIfAbsent(digest, _ -> new ArrayList<>()).add(descriptor));
            if (own.equals(Optional.of(config)) && isOf(manifest, configBytes, stored)) {
                return archived(descriptor, bytes, manifest, stored);
            }
        }
        return Optional.empty();
    }

    /** @param config whose digest is the one that the manifest names */
    private static <L extends ArchivedLayer> boolean isOf(
            ImageManifest manifest, byte[] config, List<StoredLayer<L>> stored) {
        List<Descriptor> layers = manifest.layers();
        boolean same =
                Objects.requireNonNull(manifest.config()).size() == config.length && layers.size() == stored.size();
        for (int i = 0; same && i < stored.size(); i++) {
            same = stored.get(i).blob().equals(layers.get(i).digest())
                    && stored.get(i).blobSize() == layers.get(i).size();
        }
        return same;
    }

    /** All that are in the archive; an index may name others. */
    private List<Descriptor> everyManifest() {
        if (every.isEmpty()) {
            collect(contents.read("index.json", ImageIndex.class), 0);
        }
        return every;
    }

    private void collect(ImageIndex index, int depth) {
        if (depth > MOST_NESTED) {
            throw new InvalidArchive("indexes are nested deeper than " + MOST_NESTED);
        }
        for (Descriptor descriptor : images(index)) {
            if (contents.documentIfPresent(nameOf(descriptor.digest())).isEmpty()) {
                continue;
            }
            if (seen.size() > MOST_MANIFESTS) {
                throw new InvalidArchive("the archive lists more than " + MOST_MANIFESTS + " manifests");
            }
            if (seen.add(descriptor.digest())) {
                if (MediaTypes.isIndex(descriptor.mediaType())) {
                    collect(index(descriptor), depth + 1);
                } else {
                    every.add(descriptor);
                }
            }
        }
    }

    private ImageIndex index(Descriptor descriptor) {
        byte[] bytes = blob(descriptor);
        rejectAmbiguous(bytes);
        return ArchiveContents.parse(descriptor.digest().toString(), bytes, ImageIndex.class);
    }

    private static List<Descriptor> images(ImageIndex index) {
        return index.manifests().stream()
                .filter(d -> !d.annotations().containsKey(REFERENCE_TYPE))
                .toList();
    }

    private Descriptor descend(Descriptor descriptor, int depth) {
        if (!MediaTypes.isIndex(descriptor.mediaType())) {
            return descriptor;
        }
        if (depth == MOST_NESTED) {
            throw new InvalidArchive("indexes are nested deeper than " + MOST_NESTED);
        }
        return descend(pick(images(index(descriptor))), depth + 1);
    }

    private Descriptor pick(List<Descriptor> candidates) {
        return platform.pick(candidates, Descriptor::platform)
                .orElseThrow(() -> new InvalidArchive("the archive holds no image for platform " + platform
                        + ", but for " + platforms(candidates) + ": choose one by --platform"));
    }

    private static String platforms(List<Descriptor> candidates) {
        List<String> names = candidates.stream()
                .map(Descriptor::platform)
                .flatMap(platform -> Optional.ofNullable(platform).stream())
                .map(platform -> platform.os() + "/" + platform.architecture()
                        + (platform.variant() == null ? "" : "/" + platform.variant()))
                .distinct()
                .limit(MOST_TOLD)
                .toList();
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    private static ImageManifest manifest(byte[] bytes) {
        rejectAmbiguous(bytes);
        return ArchiveContents.parse("the image manifest", bytes, ImageManifest.class);
    }

    /** A document that is an index to some and a manifest to others shows different images to different programs. */
    private static void rejectAmbiguous(byte[] bytes) {
        ImageManifest both = ArchiveContents.parse("the image manifest", bytes, ImageManifest.class);
        boolean manifest = both.config() != null || !both.layers().isEmpty();
        if (manifest && both.unknown().containsKey("manifests")) {
            throw new InvalidArchive("a document is both manifest and index");
        }
    }

    private byte[] blob(Descriptor descriptor) {
        Digest digest = descriptor.digest();
        byte[] bytes = contents.document(nameOf(digest));
        boolean same = verified.contains(digest)
                || HexFormat.of()
                        .formatHex(digest.algorithm().hash().digest(bytes))
                        .equals(digest.hex());
        if (!same || bytes.length != descriptor.size()) {
            throw new InvalidArchive("blob " + digest + " has other content than its digest and size say");
        }
        verified.add(digest);
        return bytes;
    }

    private StoredLayer<L> layer(Descriptor descriptor) {
        StoredLayer<L> stored = contents.layer(nameOf(descriptor.digest()));
        if (!stored.blob().equals(descriptor.digest()) || stored.blobSize() != descriptor.size()) {
            throw new InvalidArchive(
                    "layer " + descriptor.digest() + " has other content than its digest and size say");
        }
        return stored;
    }

    private static String nameOf(Digest digest) {
        return "blobs/" + digest.algorithm().label() + "/" + digest.hex();
    }

    private static List<ImageRef> tags(Descriptor descriptor) {
        for (String key : NAMES) {
            String name = descriptor.annotations().getOrDefault(key, "");
            // A lone word is a tag without a name.
            if (name.indexOf('/') >= 0 || name.indexOf(':') >= 0) {
                return ImageRef.tryParse(name)
                        .filter(ref -> ref.digest().isEmpty())
                        .map(ref -> List.of(ref.tagged()))
                        .orElseThrow(() -> new InvalidArchive("invalid tag " + ArchiveContents.quoted(name)));
            }
        }
        return List.of();
    }
}
