package jdocker.image;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import jdocker.image.ImageArchive.StoredLayer;
import jdocker.oci.Descriptor;
import jdocker.oci.Digest;
import jdocker.oci.ImageIndex;
import jdocker.oci.ImageManifest;

/** The OCI image layout: index.json leads by digests to manifests, for one platform or several, and to blobs. */
final class OciLayout<L extends ArchivedLayer> {
    private static final int MOST_NESTED = 8;
    private static final String REFERENCE_TYPE = "vnd.docker.reference.type";
    /** Where a name may stand: containerd's whole reference first, since OCI's may be a mere tag. */
    private static final List<String> NAMES = List.of("io.containerd.image.name", "org.opencontainers.image.ref.name");

    private final ArchiveContents<L> contents;
    private final WantedPlatform platform;

    OciLayout(ArchiveContents<L> contents, WantedPlatform platform) {
        this.contents = contents;
        this.platform = platform;
    }

    List<ArchivedImage<L>> images() {
        ImageIndex index = contents.read("index.json", ImageIndex.class);
        List<Descriptor> candidates = images(index);
        boolean oneForManyPlatforms =
                candidates.size() > 1 && candidates.stream().allMatch(d -> d.platform() != null && tags(d).isEmpty());
        if (oneForManyPlatforms) {
            candidates = List.of(pick(candidates));
        }
        var found = new ArrayList<ArchivedImage<L>>();
        for (Descriptor candidate : candidates) {
            Descriptor manifest = descend(candidate, 0);
            add(found, manifest, tags(candidate));
        }
        if (found.isEmpty()) {
            throw new InvalidArchive("'index.json' lists no images");
        }
        return found;
    }

    private void add(List<ArchivedImage<L>> found, Descriptor descriptor, List<ImageRef> tags) {
        byte[] bytes = blob(descriptor);
        ImageManifest manifest = manifest(bytes);
        Descriptor config = manifest.config();
        if (config == null) {
            throw new InvalidArchive("manifest " + descriptor.digest() + " has no config");
        }
        var layers = new ArrayList<L>();
        for (Descriptor layer : manifest.layers()) {
            layers.add(layer(layer));
        }
        found.add(contents.image(blob(config), layers, tags, Optional.of(bytes)));
    }

    private static List<Descriptor> images(ImageIndex index) {
        return index.manifests().stream()
                .filter(d -> !d.annotations().containsKey(REFERENCE_TYPE))
                .toList();
    }

    private Descriptor descend(Descriptor descriptor, int depth) {
        if (!isIndex(descriptor.mediaType())) {
            return descriptor;
        }
        if (depth == MOST_NESTED) {
            throw new InvalidArchive("indexes are nested deeper than " + MOST_NESTED);
        }
        byte[] bytes = blob(descriptor);
        rejectAmbiguous(bytes);
        ImageIndex index = ArchiveContents.parse(descriptor.digest().toString(), bytes, ImageIndex.class);
        return descend(pick(images(index)), depth + 1);
    }

    private Descriptor pick(List<Descriptor> candidates) {
        return platform.pick(candidates, Descriptor::platform)
                .orElseThrow(() -> new InvalidArchive("the archive holds no image for platform " + platform));
    }

    private static boolean isIndex(String mediaType) {
        return mediaType.equals("application/vnd.oci.image.index.v1+json")
                || mediaType.equals("application/vnd.docker.distribution.manifest.list.v2+json");
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
        byte[] hash = digest.algorithm().hash().digest(bytes);
        if (!HexFormat.of().formatHex(hash).equals(digest.hex()) || bytes.length != descriptor.size()) {
            throw new InvalidArchive("blob " + digest + " has other content than its digest and size say");
        }
        return bytes;
    }

    private L layer(Descriptor descriptor) {
        StoredLayer<L> stored = contents.layer(nameOf(descriptor.digest()));
        if (!stored.blob().equals(descriptor.digest()) || stored.blobSize() != descriptor.size()) {
            throw new InvalidArchive(
                    "layer " + descriptor.digest() + " has other content than its digest and size say");
        }
        return stored.layer();
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
