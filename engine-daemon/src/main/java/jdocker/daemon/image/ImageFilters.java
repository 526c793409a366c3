package jdocker.daemon.image;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;
import jdocker.api.WireTime;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.image.ImageRef;

/**
 * Which images a list is to show.
 *
 * @param dangling only those without (or, false, with) a name
 * @param references patterns of a shell, for names
 * @param before only those made before this moment
 * @param since only those made after this moment
 */
record ImageFilters(
        Optional<Boolean> dangling,
        List<String> labels,
        List<String> references,
        Optional<Instant> before,
        Optional<Instant> since) {

    static final ImageFilters NONE =
            new ImageFilters(Optional.empty(), List.of(), List.of(), Optional.empty(), Optional.empty());

    ImageFilters {
        labels = List.copyOf(labels);
        references = List.copyOf(references);
    }

    boolean takes(Instant created, Map<String, String> imageLabels, List<ImageRef> names) {
        return dangling.filter(wanted -> wanted != names.isEmpty()).isEmpty()
                && labels.stream().allMatch(label -> hasLabel(imageLabels, label))
                && (references.isEmpty() || !names.isEmpty())
                && before.filter(moment -> !created.isBefore(moment)).isEmpty()
                && since.filter(moment -> !created.isAfter(moment)).isEmpty();
    }

    /** The names that the patterns let through. */
    List<ImageRef> matching(List<ImageRef> names) {
        return references.isEmpty()
                ? names
                : names.stream()
                        .filter(name -> references.stream().anyMatch(pattern -> matches(pattern, name)))
                        .toList();
    }

    static boolean hasLabel(Map<String, String> labels, String wanted) {
        int equals = wanted.indexOf('=');
        String value = labels.get(equals < 0 ? wanted : wanted.substring(0, equals));
        return value != null && (equals < 0 || value.equals(wanted.substring(equals + 1)));
    }

    private static boolean matches(String pattern, ImageRef name) {
        try {
            var matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
            return matcher.matches(Path.of(name.familiar())) || matcher.matches(Path.of(name.familiarName()));
        } catch (PatternSyntaxException e) {
            throw new InvalidRequest("invalid filter 'reference=" + pattern + "'");
        }
    }

    static Optional<Instant> time(String text) {
        try {
            return Optional.of(WireTime.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
