package jdocker.api;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the records' constructors do with what came in: copy, sort as Go sorts, and replace null where null means nothing. */
final class Wire {
    private Wire() {}

    static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    static <T> List<T> list(@Nullable List<T> values) {
        List<T> copy = nullable(values);
        return copy == null ? List.of() : copy;
    }

    static <V> Map<String, V> map(@Nullable Map<String, V> values) {
        Map<String, V> copy = nullable(values);
        return copy == null ? Map.of() : copy;
    }

    static <T> @Nullable List<T> nullable(@Nullable List<T> values) {
        if (values == null) {
            return null;
        }
        // Throws what the JSON reader turns into a client's error; List.copyOf would not say why.
        if (values.stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException("null in a list");
        }
        return List.copyOf(values);
    }

    static <V> @Nullable Map<String, V> nullable(@Nullable Map<String, V> values) {
        if (values == null) {
            return null;
        }
        // Values may be null: a port without bindings is one.
        return values.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(values));
    }
}
