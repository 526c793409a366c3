package jdocker.daemon.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import jdocker.daemon.error.EngineException.InvalidRequest;

/**
 * The {@code filters} of a list: for each key some values. Several values of a key are alternatives (labels excepted),
 * several keys must all match. Comes in two encodings: {@code {"label":{"a=b":true}}} and {@code {"label":["a=b"]}}.
 */
public final class Filters {
    private static final Filters NONE = new Filters(Map.of());

    private final Map<String, List<String>> values;

    private Filters(Map<String, List<String>> values) {
        this.values = values;
    }

    public static Filters none() {
        return NONE;
    }

    /**
     * Reads either encoding; empty text is no filter.
     *
     * @throws InvalidRequest when it is neither
     */
    public static Filters parse(String json) {
        if (json.isEmpty()) {
            return NONE;
        }
        try {
            JsonNode root = WireJson.mapper().readTree(json);
            if (root.isNull()) {
                return NONE;
            }
            if (!root.isObject()) {
                throw new InvalidRequest("invalid filters: not a JSON object");
            }
            var values = new LinkedHashMap<String, List<String>>();
            root.properties().forEach(entry -> values.put(entry.getKey(), read(entry.getKey(), entry.getValue())));
            return new Filters(values);
        } catch (JsonProcessingException e) {
            throw new InvalidRequest("invalid filters: " + e.getOriginalMessage());
        }
    }

    private static List<String> read(String key, JsonNode node) {
        var list = new ArrayList<String>();
        if (node.isArray()) {
            for (JsonNode value : node) {
                if (!value.isTextual()) {
                    throw new InvalidRequest("invalid filter '" + key + "': values must be strings");
                }
                list.add(value.textValue());
            }
        } else if (node.isObject()) {
            node.properties().forEach(entry -> {
                if (!entry.getValue().isBoolean()) {
                    throw new InvalidRequest("invalid filter '" + key + "': values must be booleans");
                }
                if (entry.getValue().booleanValue()) {
                    list.add(entry.getKey());
                }
            });
        } else {
            throw new InvalidRequest("invalid filter '" + key + "': neither a list nor an object");
        }
        return List.copyOf(list);
    }

    /**
     * Checks that there is no other key than these.
     *
     * @throws InvalidRequest naming the first that is unknown
     */
    public Filters accepting(String... keys) {
        List<String> known = List.of(keys);
        values.keySet().stream().filter(key -> !known.contains(key)).findFirst().ifPresent(key -> {
            throw new InvalidRequest("invalid filter '" + key + "'");
        });
        return this;
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    public boolean contains(String key) {
        return values.containsKey(key);
    }

    public List<String> values(String key) {
        return values.getOrDefault(key, List.of());
    }

    /**
     * A boolean filter, such as {@code dangling}; empty when absent.
     *
     * @throws InvalidRequest when there is not exactly one of {@code 1, true, 0, false}
     */
    public Optional<Boolean> flag(String key) {
        if (!contains(key)) {
            return Optional.empty();
        }
        List<String> given = values(key);
        if (given.size() == 1) {
            switch (given.getFirst()) {
                case "1", "true" -> {
                    return Optional.of(true);
                }
                case "0", "false" -> {
                    return Optional.of(false);
                }
                default -> {}
            }
        }
        throw new InvalidRequest("invalid filter '" + key + "=" + given + "'");
    }

    /** Whether one of the key's values is this; true when the key has none. */
    public boolean exact(String key, String actual) {
        List<String> wanted = values(key);
        return wanted.isEmpty() || wanted.contains(actual);
    }

    /** Whether one of the key's values begins this; true when the key has none. */
    public boolean prefix(String key, String actual) {
        List<String> wanted = values(key);
        return wanted.isEmpty() || wanted.stream().anyMatch(actual::startsWith);
    }

    /**
     * Whether one of the key's values, a regular expression, is found in this; true when the key has none.
     *
     * @throws InvalidRequest when a value is no regular expression
     */
    public boolean found(String key, String actual) {
        List<String> wanted = values(key);
        return wanted.isEmpty()
                || wanted.stream()
                        .anyMatch(value -> value.equals(actual)
                                || pattern(key, value).matcher(actual).find());
    }

    private static Pattern pattern(String key, String value) {
        try {
            return Pattern.compile(value);
        } catch (PatternSyntaxException e) {
            throw new InvalidRequest("invalid filter '" + key + "=" + value + "': " + e.getDescription());
        }
    }

    /** Whether all of the key's values, {@code name} or {@code name=value}, are among these pairs. */
    public boolean pairs(String key, Map<String, String> actual) {
        return values(key).stream().allMatch(wanted -> {
            int equals = wanted.indexOf('=');
            String name = equals < 0 ? wanted : wanted.substring(0, equals);
            String value = actual.get(name);
            return value != null && (equals < 0 || value.equals(wanted.substring(equals + 1)));
        });
    }
}
