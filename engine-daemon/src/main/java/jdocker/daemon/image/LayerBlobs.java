package jdocker.daemon.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jdocker.daemon.state.Collection;

/**
 * The packed forms of a layer that are known; its id in the store is the layer's diffID. The row goes with the last layer
 * of that diffID. A blob named here need not be among the blobs: it may have made room, and registries may have it.
 */
public record LayerBlobs(List<Packed> packed) {

    /** All rows, by diffID. */
    public static final Collection<LayerBlobs> ALL = new Collection<>("layer-blobs", LayerBlobs.class);

    private static final int MOST_FORMS = 8;
    private static final int MOST_REPOSITORIES = 16;

    /** Nothing known. */
    static final LayerBlobs NONE = new LayerBlobs(List.of());

    /**
     * One form, such as the gzip file of a certain registry.
     *
     * @param size in bytes
     * @param repositories those seen to have it, the latest first, such as {@code docker.io/library/busybox}
     */
    public record Packed(String digest, long size, String mediaType, List<String> repositories) {
        public Packed {
            repositories = List.copyOf(repositories);
        }
    }

    public LayerBlobs {
        packed = List.copyOf(packed);
    }

    Optional<Packed> form(String digest) {
        return packed.stream().filter(form -> form.digest().equals(digest)).findFirst();
    }

    /** With this form in the first place, its repositories joined with those known before. */
    LayerBlobs with(Packed form) {
        var repositories = new ArrayList<>(form.repositories());
        form(form.digest()).map(Packed::repositories).orElse(List.of()).stream()
                .filter(repository -> !repositories.contains(repository))
                .forEach(repositories::add);
        var forms = new ArrayList<Packed>();
        forms.add(new Packed(
                form.digest(),
                form.size(),
                form.mediaType(),
                repositories.stream().limit(MOST_REPOSITORIES).toList()));
        packed.stream().filter(other -> !other.digest().equals(form.digest())).forEach(forms::add);
        return new LayerBlobs(forms.stream().limit(MOST_FORMS).toList());
    }
}
