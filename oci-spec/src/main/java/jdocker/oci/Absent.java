package jdocker.oci;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stands for a collection or text that the JSON does not have. Readers see it as empty, so nobody meets a null; writers
 * leave it out, while an empty one that was written out stays ({@code "args": []} is not the same document as none).
 */
final class Absent {
    private static final List<Object> LIST = Collections.unmodifiableList(new ArrayList<>(0));
    private static final Map<Object, Object> MAP = Collections.unmodifiableMap(new HashMap<>(0));

    @SuppressWarnings("StringOperationCanBeSimplified") // told apart from "" by identity
    private static final String TEXT = new String("");

    private Absent() {}

    @SuppressWarnings({"unchecked", "ReferenceEquality"})
    static <T> List<T> list(@Nullable List<T> given) {
        return given == null || given == LIST ? (List<T>) LIST : List.copyOf(given);
    }

    /** Keeps the order, which {@code Map.copyOf} would lose. */
    @SuppressWarnings({"unchecked", "ReferenceEquality"})
    static <K, V> Map<K, V> map(@Nullable Map<K, V> given) {
        return given == null || given == MAP
                ? (Map<K, V>) (Map<?, ?>) MAP
                : Collections.unmodifiableMap(new LinkedHashMap<>(given));
    }

    static String text(@Nullable String given) {
        return given == null ? TEXT : given;
    }

    /** The filter that {@link Json} asks whether a value is left out: equality with it means yes. */
    static final class Filter {
        @Override
        @SuppressWarnings({"EqualsUnsafeCast", "EqualsWhichDoesntCheckParameterClass", "ReferenceEquality"})
        public boolean equals(@Nullable Object value) {
            return value == null || value == LIST || value == MAP || value == TEXT;
        }

        @Override
        public int hashCode() {
            return 0;
        }
    }
}
