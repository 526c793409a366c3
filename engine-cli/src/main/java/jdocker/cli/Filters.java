package jdocker.cli;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code --filter} values as the API takes them: {@code {"label":{"a=b":true}}}. */
final class Filters {
    private final Map<String, @Nullable Object> byName = new TreeMap<>();

    static Filters of(Flag flag) {
        Filters filters = new Filters();
        for (String text : flag.values()) {
            List<String> pair = Values.filter(text);
            filters.add(pair.get(0), pair.get(1));
        }
        return filters;
    }

    Filters add(String name, String value) {
        if (!(byName.get(name) instanceof JsonObject)) {
            byName.put(name, new JsonObject(new TreeMap<>()));
        }
        if (byName.get(name) instanceof JsonObject values) {
            values.with(value, true);
        }
        return this;
    }

    /** Adds them to a query, unless there are none. */
    void addTo(Query query) {
        if (!byName.isEmpty()) {
            query.add("filters", Json.write(new JsonObject(byName)));
        }
    }
}
