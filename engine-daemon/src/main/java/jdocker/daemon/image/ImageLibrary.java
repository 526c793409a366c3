package jdocker.daemon.image;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.error.EngineException.NotFound;
import jdocker.daemon.state.Snapshot;
import jdocker.daemon.state.StateStore;
import jdocker.image.ImageRef;
import jdocker.image.InvalidReference;
import jdocker.oci.Digest;

/** Finds images by name, digest, id or the beginning of an id. Reads snapshots only. */
final class ImageLibrary {
    private static final String PREFIX = "sha256:";
    private static final int FULL = 64;

    private final StateStore store;

    ImageLibrary(StateStore store) {
        this.store = store;
    }

    Snapshot snapshot() {
        return store.snapshot();
    }

    /**
     * @throws NotFound in Docker's words
     * @throws InvalidRequest when it is no reference, or the beginning of several ids
     */
    Image resolve(String reference) {
        return resolve(store.snapshot(), reference);
    }

    static Image resolve(Snapshot state, String reference) {
        return find(state, reference).orElseThrow(() -> new NotFound("No such image: " + familiar(reference)));
    }

    static Optional<Image> find(Snapshot state, String reference) {
        Optional<Digest> digest = Digest.tryParse(reference);
        if (digest.isPresent()) {
            return state.get(Image.ALL, reference);
        }
        if (isHex(reference, FULL)) {
            return state.get(Image.ALL, PREFIX + reference);
        }
        Optional<ImageRef> named = ImageRef.tryParse(reference);
        Optional<Image> byName =
                named.flatMap(ref -> byName(state, ref)).flatMap(tag -> state.get(Image.ALL, tag.imageId()));
        if (byName.isPresent()) {
            return byName;
        }
        Optional<Image> byId = byPrefix(state, reference);
        if (byId.isEmpty() && named.isEmpty()) {
            throw invalid(reference);
        }
        return byId;
    }

    /** The tag that a name means. */
    static Optional<ImageTag> byName(Snapshot state, ImageRef name) {
        return state.get(ImageTag.ALL, key(name));
    }

    /** Under which a name is stored: with its digest where it has one, for that is the stricter. */
    static String key(ImageRef name) {
        ImageRef whole = name.tagged();
        return whole.digest().isPresent()
                ? new ImageRef(whole.domain(), whole.path(), Optional.empty(), whole.digest()).toString()
                : whole.toString();
    }

    private static Optional<Image> byPrefix(Snapshot state, String reference) {
        String digits = reference.startsWith(PREFIX) ? reference.substring(PREFIX.length()) : reference;
        if (digits.isEmpty() || digits.length() >= FULL || !isHex(digits, digits.length())) {
            return Optional.empty();
        }
        List<Image> found = state.all(Image.ALL).values().stream()
                .filter(image -> image.id().startsWith(digits, PREFIX.length()))
                .limit(2)
                .toList();
        if (found.size() > 1) {
            throw new InvalidRequest("multiple IDs found with provided prefix: " + reference);
        }
        return found.stream().findFirst();
    }

    /** Whether a text names the image by its id rather than by a name. */
    static boolean isIdOf(Image image, String reference) {
        return image.id().startsWith(reference) || image.id().startsWith(reference, PREFIX.length());
    }

    /** An image's names, in the order of the alphabet. */
    static List<ImageRef> names(Snapshot state, String imageId) {
        return namesByImage(state).getOrDefault(imageId, List.of());
    }

    static Map<String, List<ImageRef>> namesByImage(Snapshot state) {
        var names = new HashMap<String, List<ImageRef>>();
        state.all(ImageTag.ALL)
                .forEach((reference, tag) -> names.computeIfAbsent(tag.imageId(), _ -> new ArrayList<>())
                        .add(ImageRef.parse(reference)));
        names.values().forEach(list -> list.sort(Comparator.comparing(ImageRef::toString)));
        return names;
    }

    /** The text of an unknown image in errors: with the tag that was meant. */
    static String familiar(String reference) {
        if (Digest.tryParse(reference).isPresent() || isHex(reference, FULL)) {
            return reference.startsWith(PREFIX) ? reference : PREFIX + reference;
        }
        return ImageRef.tryParse(reference).map(ref -> ref.tagged().familiar()).orElse(reference);
    }

    private static InvalidRequest invalid(String reference) {
        try {
            ImageRef.parse(reference);
            return new InvalidRequest("invalid reference format");
        } catch (InvalidReference e) {
            return new InvalidRequest(String.valueOf(e.getMessage()));
        }
    }

    private static boolean isHex(String text, int length) {
        return text.length() == length && text.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
    }
}
