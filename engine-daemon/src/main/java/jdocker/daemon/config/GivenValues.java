package jdocker.daemon.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one source gives: for each setting its texts, one unless it is a list. Maps are held as {@code name=value}. */
final class GivenValues {
    private final Map<Setting, List<String>> values = new LinkedHashMap<>();

    void add(Setting setting, String value) {
        List<String> all = values.computeIfAbsent(setting, _ -> new ArrayList<>());
        if (setting.kind() == Setting.Kind.BOOL
                || setting.kind() == Setting.Kind.TEXT
                || setting.kind() == Setting.Kind.NUMBER) {
            all.clear(); // the last one counts
        }
        all.add(value);
    }

    /** Given, but with nothing in it: an empty list in the file. */
    void addNothing(Setting setting) {
        values.computeIfAbsent(setting, _ -> new ArrayList<>());
    }

    void addAll(GivenValues other) {
        other.values.forEach(values::putIfAbsent);
    }

    List<Setting> settings() {
        return List.copyOf(values.keySet());
    }

    boolean has(Setting setting) {
        return values.containsKey(setting);
    }

    List<String> all(Setting setting) {
        return values.getOrDefault(setting, List.of());
    }

    Optional<String> last(Setting setting) {
        List<String> all = all(setting);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    /** As messages show it. */
    String shown(Setting setting) {
        return switch (setting.kind()) {
            case BOOL, TEXT, NUMBER -> last(setting).orElse("");
            case LIST, MAP, RAW -> "[" + String.join(" ", all(setting)) + "]";
        };
    }
}
