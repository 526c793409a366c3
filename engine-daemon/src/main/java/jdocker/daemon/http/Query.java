package jdocker.daemon.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import jdocker.daemon.error.EngineException.InvalidRequest;

/** The query part of a request, decoded. */
public final class Query {
    private static final Set<String> FALSE = Set.of("", "0", "no", "false", "none");
    private static final Query EMPTY = new Query(Map.of());

    private final Map<String, List<String>> values;

    private Query(Map<String, List<String>> values) {
        this.values = values;
    }

    /**
     * Reads what stands behind the question mark.
     *
     * @throws InvalidRequest when it is not properly encoded
     */
    static Query parse(String text) {
        if (text.isEmpty()) {
            return EMPTY;
        }
        var values = new LinkedHashMap<String, List<String>>();
        for (String pair : text.split("&")) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = PercentCode.decodeQuery(equals < 0 ? pair : pair.substring(0, equals));
                String value = equals < 0 ? "" : PercentCode.decodeQuery(pair.substring(equals + 1));
                values.merge(name, List.of(value), Query::joined);
            }
        }
        return new Query(values);
    }

    private static List<String> joined(List<String> a, List<String> b) {
        return java.util.stream.Stream.concat(a.stream(), b.stream()).collect(Collectors.toUnmodifiableList());
    }

    /** The first value, which may be empty text. */
    public Optional<String> first(String name) {
        List<String> all = values.get(name);
        return all == null ? Optional.empty() : Optional.of(all.getFirst());
    }

    /** The first value; empty text when there is none. */
    public String text(String name) {
        return first(name).orElse("");
    }

    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** A boolean by Docker's rules: true unless absent, empty, {@code 0}, {@code no}, {@code false} or {@code none}. */
    public boolean flag(String name) {
        return flag(name, false);
    }

    /** A boolean that has a value of its own when it is absent. */
    public boolean flag(String name, boolean whenAbsent) {
        return first(name)
                .map(value -> !FALSE.contains(value.strip().toLowerCase(Locale.ROOT)))
                .orElse(whenAbsent);
    }

    /**
     * A whole number; empty when absent or empty text.
     *
     * @throws InvalidRequest when it is no number
     */
    public OptionalLong number(String name) {
        String text = text(name);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!text.chars().allMatch(c -> c == '-' || c == '+' || (c >= '0' && c <= '9'))) {
            throw new InvalidRequest("invalid value '" + text + "' for " + name + ": not a whole number");
        }
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw new InvalidRequest("invalid value '" + text + "' for " + name + ": not a whole number");
        }
    }

    /** The {@code filters} parameter. */
    public Filters filters() {
        return Filters.parse(text("filters"));
    }
}
