package jdocker.daemon.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.oci.Json;
import jdocker.oci.RunConfig;

/** Changes a configuration by instructions of a Dockerfile, those that {@code import} and {@code commit} take. */
final class ConfigChanges {
    private static final int MOST_PORTS = 65535;

    private final RunConfig before;
    private final RunConfig.Builder after;

    private ConfigChanges(RunConfig before) {
        this.before = before;
        this.after = before.toBuilder();
    }

    /**
     * @throws InvalidRequest naming the instruction that makes no sense
     */
    static RunConfig apply(RunConfig config, List<String> changes) {
        RunConfig result = config;
        for (String change : changes) {
            for (String line : change.replace("\\\n", " ").split("\n")) {
                String text = line.strip();
                if (!text.isEmpty() && !text.startsWith("#")) {
                    result = new ConfigChanges(result).apply(text);
                }
            }
        }
        return result;
    }

    private RunConfig apply(String line) {
        int end = 0;
        while (end < line.length() && !Character.isWhitespace(line.charAt(end))) {
            end++;
        }
        String instruction = line.substring(0, end).toUpperCase(Locale.ROOT);
        String rest = line.substring(end).strip();
        if (rest.isEmpty() && !instruction.equals("CMD") && !instruction.equals("ENTRYPOINT")) {
            throw new InvalidRequest(instruction + " requires at least one argument");
        }
        switch (instruction) {
            case "CMD" -> after.cmd(command(rest));
            case "ENTRYPOINT" -> after.entrypoint(command(rest));
            case "ENV" -> after.env(environment(rest));
            case "LABEL" -> after.labels(labels(rest));
            case "EXPOSE" -> after.exposedPorts(ports(rest));
            case "VOLUME" -> after.volumes(volumes(rest));
            case "USER" -> after.user(single(instruction, rest));
            case "WORKDIR" -> after.workingDir(directory(rest));
            case "STOPSIGNAL" -> after.stopSignal(single(instruction, rest));
            case "ONBUILD" -> {
                var triggers = new ArrayList<>(before.onBuild());
                triggers.add(rest);
                after.onBuild(triggers);
            }
            default -> throw new InvalidRequest(instruction + " is not a valid change command");
        }
        return after.build();
    }

    /** A JSON array is the words; anything else is for a shell. */
    private static List<String> command(String text) {
        Optional<List<String>> words = array(text);
        if (words.isPresent()) {
            return words.get();
        }
        return text.isEmpty() ? List.of() : List.of("/bin/sh", "-c", text);
    }

    private static Optional<List<String>> array(String text) {
        if (!text.startsWith("[")) {
            return Optional.empty();
        }
        try {
            JsonNode array = Json.mapperOfSpecs().readTree(text);
            var words = new ArrayList<String>();
            for (JsonNode word : array) {
                if (!word.isTextual()) {
                    return Optional.empty();
                }
                words.add(word.textValue());
            }
            return array.isArray() ? Optional.of(words) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty(); // as Docker: then it is a shell's line
        }
    }

    private List<String> environment(String text) {
        var all = new LinkedHashMap<String, String>();
        for (String known : before.env()) {
            int equals = known.indexOf('=');
            all.put(equals < 0 ? known : known.substring(0, equals), known);
        }
        pairs("ENV", text).forEach((key, value) -> all.put(key, key + "=" + value));
        return List.copyOf(all.values());
    }

    private Map<String, String> labels(String text) {
        var all = new LinkedHashMap<>(before.labels());
        all.putAll(pairs("LABEL", text));
        return all;
    }

    /** {@code a=b c="d e"}, or the old form {@code a b c}, where everything after the first word is the value. */
    private static Map<String, String> pairs(String instruction, String text) {
        List<String> words = words(text);
        var pairs = new LinkedHashMap<String, String>();
        if (words.getFirst().indexOf('=') < 0) {
            int blank = 0;
            while (blank < text.length() && !Character.isWhitespace(text.charAt(blank))) {
                blank++;
            }
            if (blank == text.length()) {
                throw new InvalidRequest(instruction + " must have two arguments");
            }
            pairs.put(words.getFirst(), unquoted(text.substring(blank).strip()));
            return pairs;
        }
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals < 0) {
                throw new InvalidRequest(
                        "Syntax error - can't find = in \"" + word + "\". Must be of the form: name=value");
            }
            if (equals == 0) {
                throw new InvalidRequest(instruction + " names can not be blank");
            }
            pairs.put(word.substring(0, equals), word.substring(equals + 1));
        }
        return pairs;
    }

    private static String unquoted(String text) {
        List<String> words = words(text);
        return words.size() == 1 ? words.getFirst() : text;
    }

    /** Splits at blanks outside quotes; quotes go, a backslash takes the next character as it is. */
    private static List<String> words(String text) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
                word.append(text.charAt(++i));
                inWord = true;
            } else if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                inWord = true;
            } else if (Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                    inWord = false;
                }
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }

    private Map<String, JsonNode> ports(String text) {
        var all = new LinkedHashMap<>(before.exposedPorts());
        for (String word : words(text)) {
            int slash = word.indexOf('/');
            String numbers = slash < 0 ? word : word.substring(0, slash);
            String protocol = slash < 0 ? "tcp" : word.substring(slash + 1).toLowerCase(Locale.ROOT);
            if (!List.of("tcp", "udp", "sctp").contains(protocol)) {
                throw new InvalidRequest("invalid proto: " + protocol);
            }
            int dash = numbers.indexOf('-');
            int first = port(dash < 0 ? numbers : numbers.substring(0, dash), word);
            int last = dash < 0 ? first : port(numbers.substring(dash + 1), word);
            for (int port = first; port <= last; port++) {
                all.put(port + "/" + protocol, JsonNodeFactory.instance.objectNode());
            }
        }
        return all;
    }

    private static int port(String text, String word) {
        boolean number = !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!number || Integer.parseInt(text) > MOST_PORTS) {
            throw new InvalidRequest("invalid containerPort: " + word);
        }
        return Integer.parseInt(text);
    }

    private Map<String, JsonNode> volumes(String text) {
        var all = new LinkedHashMap<>(before.volumes());
        for (String path : array(text).orElseGet(() -> words(text))) {
            if (path.isBlank()) {
                throw new InvalidRequest("VOLUME specified can not be an empty string");
            }
            all.put(path.strip(), JsonNodeFactory.instance.objectNode());
        }
        return all;
    }

    private static String single(String instruction, String text) {
        List<String> words = words(text);
        if (words.size() != 1) {
            throw new InvalidRequest(instruction + " requires exactly one argument");
        }
        return words.getFirst();
    }

    /** A relative one continues the directory that was set before. */
    private String directory(String text) {
        String path = single("WORKDIR", text);
        String known = Optional.ofNullable(before.workingDir())
                .filter(dir -> !dir.isEmpty())
                .orElse("/");
        return java.nio.file.Path.of(known).resolve(path).normalize().toString();
    }
}
