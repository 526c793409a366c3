package jdocker.daemon.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.error.EngineException.NotFound;
import jdocker.daemon.http.ResponseStream;
import jdocker.daemon.state.Snapshot;
import jdocker.image.FetchedManifest;
import jdocker.image.ImageRef;
import jdocker.image.InvalidArchive;
import jdocker.image.InvalidReference;
import jdocker.image.LayerDownload;
import jdocker.image.LayerDownloads;
import jdocker.image.PartialBlobs;
import jdocker.image.RegistryClient;
import jdocker.image.RegistryCredentials;
import jdocker.image.RegistryException;
import jdocker.image.RegistrySettings;
import jdocker.image.Repository;
import jdocker.image.RepositorySources;
import jdocker.image.WantedPlatform;
import jdocker.image.WebFile;
import jdocker.oci.Descriptor;
import jdocker.oci.Digest;
import jdocker.oci.ImageConfig;
import jdocker.storage.RefusedArchive;
import jdocker.storage.StagedLayer;

/** Images in registries: what is pulled and pushed, and what is asked of them. */
public final class ImageRegistries implements AutoCloseable {
    private final ImageEngine images;
    private final RegistryClient client;
    private final LayerDownloads<ImageLayer> downloads;
    private final PartialBlobs partials;
    private volatile Policy policy;
    private final ImageGarbage garbage;

    /**
     * @param concurrentDownloads how many layers are fetched at a time; 0 for any number
     * @param concurrentUploads the same for pushes
     * @param pushForeign registries that get layers which only their maker may hand out
     */
    public record Policy(int concurrentDownloads, int concurrentUploads, List<String> pushForeign, KeepBlobs keep) {
        public static final Policy DEFAULT = new Policy(3, 5, List.of(), KeepBlobs.ALWAYS);

        public Policy {
            pushForeign = List.copyOf(pushForeign);
        }
    }

    public ImageRegistries(
            ImageEngine images, RegistryClient client, PartialBlobs partials, Policy policy, ImageGarbage garbage) {
        this.images = images;
        this.garbage = garbage;
        this.partials = partials;
        this.client = client;
        this.policy = policy;
        this.downloads =
                new LayerDownloads<>(images.content().blobs(), partials, this::unpack, policy.concurrentDownloads);
    }

    private ImageLayer unpack(InputStream tar) {
        try {
            return new ImageLayer(images.content().layers().stage(tar));
        } catch (RefusedArchive e) {
            throw new InvalidArchive(String.valueOf(e.getMessage()), e);
        }
    }

    /** What begins from now on follows these. */
    public void configure(RegistrySettings settings, Policy changed) {
        client.configure(settings);
        downloads.limit(changed.concurrentDownloads);
        policy = changed;
    }

    /** Fetches a layer, verified; it is forgotten afterwards unless it was put to use. */
    <R> R withLayer(
            ImageRef name,
            RegistryCredentials credentials,
            Descriptor blob,
            Digest diffId,
            Function<StagedLayer, R> use)
            throws InterruptedException {
        LayerDownload<ImageLayer> download = downloads.take(client.sources(name, credentials), blob, diffId);
        try {
            return use.apply(download.await(Long.MAX_VALUE, TimeUnit.NANOSECONDS)
                    .orElseThrow()
                    .layer()
                    .staged());
        } finally {
            download.release();
        }
    }

    /** A file of the web, through the same proxies and with the same authorities as registries, of which none is insecure. */
    public WebFile download(URI address) throws IOException {
        return client.download(address);
    }

    /** Removes what cut pulls have left and nobody has written to for so long, nor does now; bytes that were freed. */
    public long removeRemains(Duration age) {
        return partials.removeOlderThan(age);
    }

    RegistryClient client() {
        return client;
    }

    Policy policy() {
        return policy;
    }

    ImageGarbage garbage() {
        return garbage;
    }

    ImageEngine images() {
        return images;
    }

    /** What to pull: one image, or every tag of a repository. */
    record Wanted(ImageRef name, Optional<WantedPlatform> platform, RegistryCredentials credentials) {
        boolean allTags() {
            return name.tag().isEmpty() && name.digest().isEmpty();
        }
    }

    /** A pull whose first questions were answered. */
    interface Begun {
        void run(ResponseStream out) throws IOException, InterruptedException;
    }

    /**
     * Asks for the manifest, so that a wrong name or missing right is told by the answer's status.
     *
     * @throws jdocker.daemon.error.EngineException with Docker's words
     */
    Begun begin(Wanted wanted) {
        RepositorySources sources = client.sources(wanted.name, wanted.credentials);
        try {
            if (wanted.allTags()) {
                List<String> tags = sources.ask(repository -> repository.tags());
                if (tags.isEmpty()) {
                    throw new RegistryException(
                            RegistryException.Kind.NOT_FOUND,
                            "repository " + wanted.name.familiarName() + " has no tags");
                }
                return out -> pullAll(tags(wanted.name, tags), wanted, sources, out);
            }
            Optional<Digest> unchanged = unchanged(wanted, sources);
            if (unchanged.isPresent()) {
                return out -> {
                    upToDate(wanted.name, unchanged.get(), out);
                    note(wanted.name, "pull");
                };
            }
            PullPlan plan = PullPlan.of(wanted.name, sources, wanted.platform);
            return out -> {
                pull(plan, out);
                note(wanted.name, "pull");
            };
        } catch (RegistryException e) {
            throw RegistryFailures.of(wanted.name, e);
        }
    }

    private static List<ImageRef> tags(ImageRef name, List<String> tags) {
        var names = new ArrayList<ImageRef>();
        for (String tag : tags) {
            try {
                names.add(name.withTag(tag));
            } catch (InvalidReference e) {
                throw new RegistryException(
                        RegistryException.Kind.WRONG_CONTENT, "the registry lists a malformed tag of " + name);
            }
        }
        return names;
    }

    /**
     * The digest that the name leads to, where the registry says that it is still the one we have: a question by HEAD
     * costs no pull from a registry that counts them. Of an index another image may be wanted than the one that came by
     * it for another platform.
     */
    private Optional<Digest> unchanged(Wanted wanted, RepositorySources sources) {
        Snapshot state = images.library().snapshot();
        Optional<Image> tagged =
                ImageLibrary.byName(state, wanted.name).flatMap(tag -> state.get(Image.ALL, tag.imageId()));
        if (tagged.isEmpty() || wanted.platform.isPresent() || wanted.name.tag().isEmpty()) {
            return Optional.empty();
        }
        Optional<Digest> digest =
                sources.ask(repository -> repository.digestOf(wanted.name.tag().orElseThrow()));
        return digest.filter(now -> ImageLibrary.byName(state, byDigest(wanted.name, now))
                        .map(ImageTag::imageId)
                        .equals(tagged.map(Image::id))
                && isTheOneToPull(tagged.get(), now));
    }

    /** Of an index that for this machine; a lone manifest has no other. One that is damaged is fetched again. */
    private boolean isTheOneToPull(Image image, Digest digest) {
        return images.content().manifest(image).isPresent()
                && (digest.toString().equals(image.manifest())
                        || WantedPlatform.host().matches(images.config(image)));
    }

    static ImageRef byDigest(ImageRef name, Digest digest) {
        return new ImageRef(name.domain(), name.path(), Optional.empty(), Optional.of(digest));
    }

    private static void upToDate(ImageRef name, Digest digest, ResponseStream out) throws IOException {
        var progress = new PullProgress(out);
        progress.status("Pulling from " + name.path(), name.tag().orElse("latest"));
        progress.status("Digest: " + digest);
        progress.status("Status: Image is up to date for " + name.familiar());
    }

    private void pullAll(List<ImageRef> names, Wanted wanted, RepositorySources sources, ResponseStream out)
            throws IOException, InterruptedException {
        boolean news = false;
        for (ImageRef name : names) {
            news |= pullQuietly(PullPlan.of(name, sources, wanted.platform), out);
        }
        new PullProgress(out)
                .status("Status: " + (news ? "Downloaded newer image for " : "Image is up to date for ")
                        + wanted.name.familiarName());
        note(wanted.name, "pull");
    }

    /** One event for what was asked, also where that was several tags. */
    private void note(ImageRef name, String action) {
        Snapshot state = images.library().snapshot();
        Optional<ImageConfig> config = ImageLibrary.byName(state, name)
                .flatMap(tag -> state.get(Image.ALL, tag.imageId()))
                .map(images::config);
        images.content().note(List.of(ImageEvents.ofName(name, config, action)));
    }

    private void pull(PullPlan plan, ResponseStream out) throws IOException, InterruptedException {
        boolean news = pullQuietly(plan, out);
        new PullProgress(out)
                .status("Status: " + (news ? "Downloaded newer image for " : "Image is up to date for ")
                        + plan.name().familiar());
        Optional<String> warning = plan.warning();
        if (warning.isPresent()) {
            new PullProgress(out).status("WARNING: " + warning.get());
        }
    }

    private boolean pullQuietly(PullPlan plan, ResponseStream out) throws IOException, InterruptedException {
        return new ImagePull(images.content(), downloads, policy.keep, plan, out).run();
    }

    /**
     * Checks what a push wants of the image's platform, while it can still be told by the status.
     *
     * @throws NotFound when the image is for another
     */
    void checkPush(ImageRef name, WantedPlatform platform) {
        Snapshot state = images.library().snapshot();
        ImageLibrary.byName(state, name)
                .flatMap(tag -> state.get(Image.ALL, tag.imageId()))
                .map(images::config)
                .filter(config -> !platform.matches(config))
                .ifPresent(config -> {
                    throw new NotFound(platform.mismatch(name.familiar(), config));
                });
    }

    /** Pushes one tag, or all that the repository's name has here; everything is told in the stream, as Docker does. */
    void push(ImageRef name, RegistryCredentials credentials, ResponseStream out)
            throws IOException, InterruptedException {
        out.writeJsonLine(
                ProgressMessages.status("The push refers to repository [" + name.domain() + "/" + name.path() + "]"));
        List<ImageRef> names = name.tag().isPresent() ? List.of(name) : local(name);
        if (names.isEmpty()) {
            throw new NotFound("An image does not exist locally with the tag: " + name.familiarName());
        }
        Repository target = client.forPush(name, credentials);
        for (ImageRef each : names) {
            new ImagePush(images, policy, each, target, out).run();
        }
        note(name, "push");
    }

    private List<ImageRef> local(ImageRef name) {
        return images.library().snapshot().all(ImageTag.ALL).keySet().stream()
                .map(ImageRef::parse)
                .filter(tag -> tag.tag().isPresent()
                        && tag.domain().equals(name.domain())
                        && tag.path().equals(name.path()))
                .sorted(java.util.Comparator.comparing(ImageRef::toString))
                .toList();
    }

    /** The manifest or index of a name, for {@code /distribution}. */
    FetchedManifest manifest(ImageRef name, RegistryCredentials credentials) {
        String reference = name.digest()
                .map(Digest::toString)
                .orElseGet(() -> name.tagged().tag().orElseThrow());
        try {
            return client.sources(name, credentials).ask(repository -> repository.manifest(reference));
        } catch (RegistryException e) {
            throw RegistryFailures.of(name.tagged(), e);
        }
    }

    /** What a registry finds; the term may begin with the registry. */
    JsonNode search(String term, int limit, RegistryCredentials credentials) {
        int slash = term.indexOf('/');
        String first = slash < 0 ? "" : term.substring(0, slash);
        boolean registry = first.indexOf('.') >= 0 || first.indexOf(':') >= 0 || first.equals("localhost");
        if (term.isBlank() || term.contains("://")) {
            throw new InvalidRequest("invalid repository name: '" + term + "'");
        }
        try {
            return client.search(
                    registry ? first : "docker.io", registry ? term.substring(slash + 1) : term, limit, credentials);
        } catch (RegistryException e) {
            throw new jdocker.daemon.error.EngineException.RemoteFailure(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        garbage.close();
        downloads.close();
        client.close();
    }
}
