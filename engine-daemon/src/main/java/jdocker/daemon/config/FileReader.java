package jdocker.daemon.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads daemon.json. */
final class FileReader {
    private final Path file;
    private final List<String> problems;
    private final List<String> unknown = new ArrayList<>();
    private final GivenValues given = new GivenValues();

    FileReader(Path file, List<String> problems) {
        this.file = file;
        this.problems = problems;
    }

    GivenValues read() {
        try {
            byte[] text = Files.readAllBytes(file);
            if (new String(text, java.nio.charset.StandardCharsets.UTF_8).isBlank()) {
                return given;
            }
            JsonNode root = JsonMapper.builder(JsonFactory.builder()
                            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                            .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build()
                    .readTree(text);
            if (root.isObject()) {
                root.properties().forEach(entry -> member(entry.getKey(), entry.getValue()));
            } else {
                problems.add(file + ": not a JSON object");
            }
        } catch (JsonProcessingException e) {
            problems.add(file + ": " + e.getOriginalMessage() + " in line "
                    + (e.getLocation() == null ? "?" : e.getLocation().getLineNr()));
        } catch (IOException e) {
            problems.add("cannot read " + file + ": " + e.getMessage());
        }
        if (!unknown.isEmpty()) {
            problems.add("unable to configure the daemon with file " + file
                    + ": the following directives don't match any configuration option: "
                    + String.join(", ", unknown));
        }
        return given;
    }

    private void member(String key, JsonNode value) {
        Optional<Setting> setting = Setting.byKey(key);
        boolean group = Settings.ALL.stream().anyMatch(s -> s.key().startsWith(key + "."));
        if (group && value.isObject()) {
            for (Map.Entry<String, JsonNode> inner : value.properties()) {
                member(key + "." + inner.getKey(), inner.getValue());
            }
        } else if (setting.isEmpty()) {
            unknown.add(key);
        } else if (!take(setting.get(), value)) {
            problems.add(file + ": " + key + ": wrong type of value: "
                    + value.getNodeType().name().toLowerCase(java.util.Locale.ROOT));
        }
    }

    private boolean take(Setting setting, JsonNode value) {
        return switch (setting.kind()) {
            case BOOL -> value.isBoolean() && takeText(setting, value);
            case TEXT -> value.isTextual() && takeText(setting, value);
            case NUMBER -> value.isIntegralNumber() && takeText(setting, value);
            case LIST -> value.isArray() && takeList(setting, value);
            case MAP -> value.isObject() && takeMap(setting, value);
            case RAW -> takeRaw(setting, value);
        };
    }

    private boolean takeText(Setting setting, JsonNode value) {
        given.add(setting, value.asText());
        return true;
    }

    private boolean takeList(Setting setting, JsonNode list) {
        given.addNothing(setting);
        for (JsonNode value : list) {
            if (!value.isTextual()) {
                return false;
            }
            given.add(setting, value.textValue());
        }
        return true;
    }

    private boolean takeMap(Setting setting, JsonNode map) {
        given.addNothing(setting);
        map.properties()
                .forEach(e -> given.add(setting, e.getKey() + "=" + e.getValue().asText()));
        return true;
    }

    /** Limits become what the flag says; the rest has no effect, so its shape does not matter. */
    private boolean takeRaw(Setting setting, JsonNode value) {
        given.addNothing(setting);
        if (!setting.key().equals("default-ulimits")) {
            given.add(setting, value.toString());
            return true;
        }
        if (!value.isObject()) {
            return false;
        }
        for (Map.Entry<String, JsonNode> limit : value.properties()) {
            JsonNode soft = limit.getValue().path("Soft");
            JsonNode hard = limit.getValue().path("Hard");
            if (!soft.isIntegralNumber() || !hard.isIntegralNumber()) {
                return false;
            }
            given.add(setting, limit.getKey() + "=" + soft.asText() + ":" + hard.asText());
        }
        return true;
    }
}
