package jdocker.daemon.container;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import jdocker.api.WireTime;

/** One record of a json-file log: a line of output, or a part of a long one. */
record LogRecord(byte[] message, boolean isStderr, Instant time, Map<String, String> attributes) {
    private static final JsonFactory JSON = new JsonFactory();

    /** Reads {@code {"log":…,"stream":…,"attrs":{…},"time":…}}; empty for what a crash has cut short. */
    static Optional<LogRecord> parse(byte[] line, int from, int length) {
        String log = null;
        String stream = "";
        Instant time = null;
        Map<String, String> attributes = Map.of();
        try (JsonParser in = JSON.createParser(line, from, length)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                in.nextToken();
                switch (name) {
                    case "log" -> log = in.getText();
                    case "stream" -> stream = in.getText();
                    case "time" -> time = WireTime.parse(in.getText());
                    case "attrs" -> attributes = attributes(in);
                    default -> in.skipChildren();
                }
            }
        } catch (IOException | DateTimeException e) {
            return Optional.empty();
        }
        if (log == null || time == null) {
            return Optional.empty();
        }
        return Optional.of(
                new LogRecord(log.getBytes(StandardCharsets.UTF_8), stream.equals("stderr"), time, attributes));
    }

    private static Map<String, String> attributes(JsonParser in) throws IOException {
        var attributes = new TreeMap<String, String>();
        if (in.currentToken() != JsonToken.START_OBJECT) {
            in.skipChildren();
            return attributes;
        }
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            in.nextToken();
            attributes.put(name, in.getText());
        }
        return attributes;
    }
}
