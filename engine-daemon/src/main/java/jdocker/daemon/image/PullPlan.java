package jdocker.daemon.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jdocker.image.FetchedManifest;
import jdocker.image.ImageRef;
import jdocker.image.RegistryException;
import jdocker.image.RegistryException.Kind;
import jdocker.image.RepositorySources;
import jdocker.image.WantedPlatform;
import jdocker.oci.Descriptor;
import jdocker.oci.Digest;
import jdocker.oci.ImageConfig;
import jdocker.oci.ImageManifest;
import jdocker.oci.Json;
import jdocker.oci.MalformedJson;
import jdocker.storage.ChainId;

/**
 * What a pull is to bring: manifest and config are here and agree, layers are yet to come.
 *
 * @param digest of what the name led to, which is an index for images of several platforms
 * @param warning when the image is for another platform than was asked for
 */
record PullPlan(
        ImageRef name,
        RepositorySources sources,
        Digest digest,
        FetchedManifest manifest,
        byte[] configBytes,
        ImageConfig config,
        List<Descriptor> layers,
        List<Digest> diffIds,
        Optional<String> warning) {
    private static final int LARGEST_CONFIG = 8 * 1024 * 1024;
    private static final int DEEPEST_INDEX = 4;

    /**
     * Asks the registry.
     *
     * @param platform the wanted one; the machine's where it is empty, but then an image without an index may be for any
     */
    static PullPlan of(ImageRef name, RepositorySources sources, Optional<WantedPlatform> platform) {
        String reference =
                name.digest().map(Digest::toString).orElseGet(() -> name.tag().orElseThrow());
        FetchedManifest top = sources.ask(repository -> repository.manifest(reference));
        FetchedManifest manifest = descend(top, sources, platform.orElseGet(WantedPlatform::host), 0);
        ImageManifest image = manifest.manifest();
        Descriptor configAt = image.config();
        if (configAt == null) {
            throw new RegistryException(Kind.WRONG_CONTENT, "the manifest has no config");
        }
        byte[] bytes = sources.ask(repository -> repository.document(configAt, LARGEST_CONFIG));
        ImageConfig config = config(bytes);
        List<Digest> diffIds =
                config.rootfs() == null ? List.of() : config.rootfs().diffIds();
        if (diffIds.size() != image.layers().size()) {
            throw new RegistryException(
                    Kind.WRONG_CONTENT,
                    "invalid manifest, layers length mismatch: the config names " + diffIds.size()
                            + " layers, the manifest " + image.layers().size());
        }
        // Docker takes an image for another platform, where it is the only one there is, and warns.
        Optional<String> warning = platform.filter(wanted -> !wanted.matches(config))
                .map(wanted -> wanted.mismatch(name.familiar(), config));
        return new PullPlan(name, sources, top.digest(), manifest, bytes, config, image.layers(), diffIds, warning);
    }

    private static FetchedManifest descend(
            FetchedManifest at, RepositorySources sources, WantedPlatform platform, int depth) {
        if (!at.isIndex()) {
            return at;
        }
        if (depth == DEEPEST_INDEX) {
            throw new RegistryException(Kind.WRONG_CONTENT, "indexes are nested deeper than " + DEEPEST_INDEX);
        }
        List<Descriptor> images = at.index().manifests().stream()
                .filter(d -> !d.annotations().containsKey("vnd.docker.reference.type"))
                .toList();
        Descriptor chosen = platform.pick(images, Descriptor::platform)
                .orElseThrow(() -> new RegistryException(
                        Kind.NOT_FOUND,
                        "no matching manifest for " + platform + " in the manifest list entries: it has "
                                + platforms(images)));
        FetchedManifest next = sources.ask(repository -> repository.manifest(chosen));
        return descend(next, sources, platform, depth + 1);
    }

    private static String platforms(List<Descriptor> images) {
        return images.isEmpty()
                ? "none"
                : String.join(
                        ", ",
                        images.stream()
                                .map(d -> d.platform() == null
                                        ? "unknown"
                                        : d.platform().os() + "/" + d.platform().architecture())
                                .limit(20)
                                .toList());
    }

    private static ImageConfig config(byte[] bytes) {
        try {
            ImageConfig config = Json.read(bytes, ImageConfig.class);
            if (!config.os().isEmpty() && !config.os().equals("linux")) {
                throw new RegistryException(
                        Kind.REFUSED, "image operating system \"" + config.os() + "\" cannot be used on linux");
            }
            return config;
        } catch (MalformedJson e) {
            throw new RegistryException(Kind.WRONG_CONTENT, "the image's config is " + e.getMessage());
        }
    }

    Digest id() {
        return Digest.of(configBytes);
    }

    /** The identity of each layer on top of those before it. */
    List<ChainId> chains() {
        var chains = new ArrayList<ChainId>();
        for (Digest diffId : diffIds) {
            chains.add(ChainId.of(chains.isEmpty() ? Optional.empty() : Optional.of(chains.getLast()), diffId));
        }
        return chains;
    }

    /** The repository as rows name it. */
    String repository() {
        return name.domain() + "/" + name.path();
    }
}
