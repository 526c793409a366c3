package jdocker.daemon.image;

import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import jdocker.api.ImageDeleted;
import jdocker.api.ImageDifference;
import jdocker.api.ImageSummary;
import jdocker.api.ImagesPruned;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.state.StateStore;
import jdocker.image.BlobStore;
import jdocker.image.ImageRef;
import jdocker.image.InvalidReference;
import jdocker.image.WantedPlatform;
import jdocker.oci.ImageConfig;
import jdocker.storage.Layer;
import jdocker.storage.LayerStore;

/** Everything about images: what containers and the wiring ask, and what the routes do. */
public final class ImageEngine {
    private final ImageLibrary library;
    private final ImageConfigs configs = new ImageConfigs();
    private final ImageContent content;
    private final ImageViews views;
    private final ImageRemoval removal;
    private final KeepBlobs keep;

    /** @param keep whether packed layers of archives stay */
    public ImageEngine(StateStore store, LayerStore layers, BlobStore blobs, ImageUsers users, KeepBlobs keep) {
        this.keep = keep;
        library = new ImageLibrary(store);
        content = new ImageContent(store, layers, blobs, users);
        views = new ImageViews(library, configs, content);
        removal = new ImageRemoval(content, configs);
    }

    /** Removes what a crash has left: layers and blobs without an image. Call once containers are known. */
    public void cleanUp() {
        content.removeUnreferenced();
    }

    /**
     * The image of a name, digest, id or unique beginning of an id.
     *
     * @throws InvalidRequest when the text is no reference, or the beginning of several ids
     */
    public Optional<Image> find(String reference) {
        return ImageLibrary.find(library.snapshot(), reference);
    }

    /** The configuration of an image. */
    public ImageConfig config(Image image) {
        return configs.of(image);
    }

    /** The text of an unknown image in errors: with the tag that was meant, such as {@code busybox:latest}. */
    public static String familiar(String reference) {
        return ImageLibrary.familiar(reference);
    }

    /** Bytes that an image's layers take; 0 when it is gone. */
    public long size(String imageId) {
        return library.snapshot().get(Image.ALL, imageId).map(Image::size).orElse(0L);
    }

    public int count() {
        return library.snapshot().all(Image.ALL).size();
    }

    /** Removes the layers that a removed container stood on, unless an image or another container needs them. */
    public void releaseLayers(String topLayer) {
        content.release(topLayer);
    }

    /**
     * Makes an image of what a container has written.
     *
     * @return its id
     */
    public String commit(ImageCommitting.Source source) {
        return new ImageCommitting(content, configs).commit(source);
    }

    ImageContent content() {
        return content;
    }

    ImageLibrary library() {
        return library;
    }

    ImageConfigs configs() {
        return configs;
    }

    ImageViews views() {
        return views;
    }

    /** @param platform empty for whatever the archive has, and for this machine where it has several to choose from */
    ImageLoading load(InputStream body, Optional<WantedPlatform> platform) {
        return new ImageLoading(content, keep, body, platform);
    }

    String importTar(
            InputStream body, Optional<ImageRef> name, String message, List<String> changes, WantedPlatform platform) {
        return new ImageImport(content).run(body, name, message, changes, platform);
    }

    /**
     * Whether {@link #save} would find everything.
     *
     * @throws jdocker.daemon.error.EngineException.NotFound when an image is missing or for another platform
     */
    void checkSave(List<String> references, List<WantedPlatform> platforms) {
        ImageSaving.check(content.snapshot(), configs, references, platforms);
    }

    ImageSaving save(List<String> references, List<WantedPlatform> platforms) {
        ImageSaving saving = ImageSaving.of(content, configs, references, platforms);
        content.note(saving.images().stream()
                .map(image -> ImageEvents.of(image.id(), configs.of(image), "save", image.id()))
                .toList());
        return saving;
    }

    void tag(String reference, ImageRef name) {
        content.change(tx -> {
            Image image = ImageLibrary.resolve(tx, reference);
            tx.put(ImageTag.ALL, ImageLibrary.key(name), new ImageTag(image.id(), Instant.now()));
            tx.append(ImageEvents.of(image.id(), configs.of(image), "tag", name.familiar()));
            return image;
        });
    }

    List<ImageDeleted> remove(String reference, boolean force, boolean parents) {
        return removal.remove(reference, force, parents);
    }

    /** Removes an image as long as no container uses it and it has these names. */
    void removeUnused(String imageId, List<ImageRef> names) {
        removal.removeUnused(imageId, names);
    }

    /** @param remains removes what cut pulls have left and is of that age, and tells how many bytes */
    ImagesPruned prune(ImagePruning.Choice choice, ToLongFunction<Duration> remains) {
        return new ImagePruning(content, configs, removal).prune(choice, remains);
    }

    ImageDifference compare(String from, String to) {
        return new ImageComparison(content).compare(from, to);
    }

    /** Bytes of all layers that are in the store, each counted once. */
    public long layersSize() {
        return content.layers().layers().stream()
                .flatMap(chain -> content.layers().layer(chain).stream())
                .mapToLong(Layer::size)
                .sum();
    }

    /** All images, with what they share and who uses them. */
    public List<ImageSummary> usage() {
        return views.list(new ImageViews.ListOptions(ImageFilters.NONE, true, false, false, true));
    }

    /** The moment when an image was made, for filters. */
    Instant created(String reference) {
        return ImageViews.created(configs.of(library.resolve(reference)));
    }

    /**
     * A name for an image, of repository and tag as the API has them.
     *
     * @throws InvalidRequest when they are none
     */
    public static Optional<ImageRef> name(String repository, String tag) {
        if (repository.isEmpty()) {
            return Optional.empty();
        }
        try {
            ImageRef name = ImageRef.parse(repository);
            if (name.digest().isPresent()) {
                throw new InvalidRequest("cannot import digest reference");
            }
            if (name.familiarName().equals("sha256")) {
                throw new InvalidRequest("refusing to create an ambiguous tag using digest algorithm as name");
            }
            return Optional.of(tag.isEmpty() ? name.tagged() : name.withTag(tag));
        } catch (InvalidReference e) {
            throw new InvalidRequest(String.valueOf(e.getMessage()));
        }
    }
}
