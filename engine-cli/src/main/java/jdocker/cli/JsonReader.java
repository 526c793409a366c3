package jdocker.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads JSON values from bytes as they arrive. */
final class JsonReader {
    private static final int DEEPEST = 512;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    private final JsonParser parser;
    private @Nullable JsonToken ahead;

    JsonReader(InputStream in) {
        try {
            parser = FACTORY.createParser(in);
        } catch (IOException e) {
            throw new CliError("cannot read the daemon's answer: " + e.getMessage());
        }
    }

    JsonReader(byte[] whole) {
        try {
            parser = FACTORY.createParser(whole);
        } catch (IOException e) {
            throw new CliError("cannot read the daemon's answer: " + e.getMessage());
        }
    }

    /** Whether another value follows; waits for it. */
    boolean hasNext() throws IOException {
        try {
            if (ahead == null) {
                ahead = parser.nextToken();
            }
            return ahead != null;
        } catch (JsonProcessingException e) {
            throw new IOException(e.getOriginalMessage(), e);
        }
    }

    @Nullable
    Object value() throws IOException {
        if (!hasNext()) {
            throw new IOException("the answer ends early");
        }
        ahead = null;
        try {
            return read();
        } catch (JsonProcessingException e) {
            throw new IOException(e.getOriginalMessage(), e); // its own message quotes what it reads, over two lines
        }
    }

    private @Nullable Object read() throws IOException {
        if (parser.isExpectedStartObjectToken()) {
            return object();
        }
        return parser.isExpectedStartArrayToken() ? array() : scalar();
    }

    private @Nullable Object scalar() throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_STRING) {
            return parser.getText();
        }
        if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
            return parser.getNumberValue();
        }
        return token == JsonToken.VALUE_NULL ? null : (Object) (token == JsonToken.VALUE_TRUE);
    }

    private JsonObject object() throws IOException {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            fields.put(name, read());
        }
        return new JsonObject(fields);
    }

    private List<@Nullable Object> array() throws IOException {
        List<@Nullable Object> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(read());
        }
        return elements;
    }
}
