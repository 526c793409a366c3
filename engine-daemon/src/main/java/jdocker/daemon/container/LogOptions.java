package jdocker.daemon.container;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import jdocker.api.LogConfig;
import jdocker.daemon.error.EngineException.InvalidRequest;

/**
 * A container's log: driver and rotation.
 *
 * @param maxSize bytes after which a file is rotated; -1 for never
 * @param maxFiles how many files are kept, the one being written included
 */
record LogOptions(boolean readable, long maxSize, int maxFiles) {
    private static final long DEFAULT_SIZE = 10L << 20;
    private static final int DEFAULT_FILES = 3;
    private static final Set<String> OPTIONS = Set.of(
            "max-size",
            "max-file",
            "labels",
            "labels-regex",
            "env",
            "env-regex",
            "tag",
            "compress",
            "mode",
            "max-buffer-size");

    /**
     * @throws InvalidRequest for a driver or option that is not served
     */
    static void check(LogConfig config) {
        of(config);
    }

    static LogOptions of(LogConfig config) {
        return switch (config.type()) {
            case "none" -> new LogOptions(false, 0, 0);
            case "", "json-file" -> jsonFile(config.config());
            default ->
                throw new InvalidRequest("logger: no log driver named '" + config.type()
                        + "' is registered: this engine has json-file and none");
        };
    }

    private static LogOptions jsonFile(Map<String, String> options) {
        options.keySet().stream()
                .filter(key -> !OPTIONS.contains(key))
                .findFirst()
                .ifPresent(key -> {
                    throw new InvalidRequest("unknown log opt '" + key + "' for json-file log driver");
                });
        long size = options.containsKey("max-size") ? size(options.get("max-size")) : DEFAULT_SIZE;
        int files = options.containsKey("max-file") ? files(options.get("max-file")) : DEFAULT_FILES;
        if ("true".equals(options.get("compress"))) {
            throw new InvalidRequest("log opt 'compress': compressed logs are not supported by this engine yet");
        }
        if ("non-blocking".equals(options.get("mode"))) {
            throw new InvalidRequest("log opt 'mode=non-blocking' is not supported by this engine yet");
        }
        if (options.containsKey("env-regex") || options.containsKey("labels-regex")) {
            throw new InvalidRequest("log opts 'env-regex' and 'labels-regex' are not supported by this engine yet");
        }
        return new LogOptions(true, size, files);
    }

    private static long size(String text) {
        if (text.equals("-1")) {
            return -1;
        }
        String lower = text.toLowerCase(java.util.Locale.ROOT);
        int end = 0;
        while (end < lower.length() && lower.charAt(end) >= '0' && lower.charAt(end) <= '9') {
            end++;
        }
        int shift = switch (lower.substring(end)) {
            case "", "b" -> 0;
            case "k", "kb", "kib" -> 10;
            case "m", "mb", "mib" -> 20;
            case "g", "gb", "gib" -> 30;
            case "t", "tb", "tib" -> 40;
            default -> throw new InvalidRequest("invalid size: '" + text + "' for log opt 'max-size'");
        };
        if (end == 0 || end > 12) {
            throw new InvalidRequest("invalid size: '" + text + "' for log opt 'max-size'");
        }
        return Long.parseLong(lower.substring(0, end)) << shift;
    }

    private static int files(String text) {
        if (text.isEmpty()
                || text.length() > 4
                || !text.chars().allMatch(c -> c >= '0' && c <= '9')
                || Integer.parseInt(text) < 1) {
            throw new InvalidRequest("log opt 'max-file' must be a number from 1 to 9999, not '" + text + "'");
        }
        return Integer.parseInt(text);
    }

    /** The attributes that stand in each line, by the options labels, env and tag. */
    static Map<String, String> attributes(Container container) {
        Map<String, String> options = container.hostConfig().logConfig().config();
        var attributes = new TreeMap<String, String>();
        for (String label : names(options, "labels")) {
            String value = container.config().labels().get(label);
            if (value != null) {
                attributes.put(label, value);
            }
        }
        for (String name : names(options, "env")) {
            HostConfigRules.listOf(container.config().env()).stream()
                    .filter(v -> v.startsWith(name + "="))
                    .forEach(v -> attributes.put(name, v.substring(name.length() + 1)));
        }
        String tag = options.getOrDefault("tag", "");
        if (!tag.isEmpty()) {
            attributes.put("tag", tag(tag, container));
        }
        return attributes;
    }

    /** The attributes as a JSON object; empty text when there are none. */
    static String attributesJson(Container container) {
        Map<String, String> attributes = attributes(container);
        if (attributes.isEmpty()) {
            return "";
        }
        var json = new StringBuilder("{");
        attributes.forEach((key, value) -> json.append(json.length() == 1 ? "" : ",")
                .append('"')
                .append(JsonStringEncoder.getInstance().quoteAsString(key))
                .append("\":\"")
                .append(JsonStringEncoder.getInstance().quoteAsString(value))
                .append('"'));
        return json.append('}').toString();
    }

    private static String[] names(Map<String, String> options, String key) {
        String text = options.getOrDefault(key, "");
        return text.isEmpty() ? new String[0] : text.split(",");
    }

    private static String tag(String template, Container container) {
        return template.replace("{{.ID}}", container.shortId())
                .replace("{{.FullID}}", container.id())
                .replace("{{.Name}}", container.name())
                .replace("{{.ImageName}}", container.config().image())
                .replace("{{.ImageFullID}}", container.imageId())
                .replace("{{.DaemonName}}", "docker");
    }
}
