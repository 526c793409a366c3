package jdocker.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JSON as a tree of {@link JsonObject}, {@link List}, {@link String}, {@link Number}, {@link Boolean} and null: the
 * command line prints what the daemon says, known to it or not.
 */
final class Json {
    private Json() {}

    static @Nullable Object parse(byte[] text) {
        try {
            JsonReader reader = new JsonReader(text);
            return reader.hasNext() ? reader.value() : null;
        } catch (IOException e) {
            throw new CliError("the daemon's answer is no JSON: " + e.getMessage());
        }
    }

    /** Reads text that may be anybody's. */
    static @Nullable Object parse(String text) throws IOException {
        JsonReader reader = new JsonReader(text.getBytes(StandardCharsets.UTF_8));
        Object value = reader.hasNext() ? reader.value() : null;
        if (reader.hasNext()) {
            throw new IOException("something follows the value");
        }
        return value;
    }

    static JsonObject object(byte[] text) {
        return parse(text) instanceof JsonObject object ? object : new JsonObject();
    }

    static List<JsonObject> objects(byte[] text) {
        List<JsonObject> found = new ArrayList<>();
        if (parse(text) instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof JsonObject object) {
                    found.add(object);
                }
            }
        }
        return found;
    }

    /** Reads one value after the other from a stream that may never end. */
    static Values values(InputStream stream) {
        return new Values(new JsonReader(stream));
    }

    static String write(@Nullable Object value) {
        StringBuilder out = new StringBuilder();
        JsonWriter.PLAIN.write(out, value);
        return out.toString();
    }

    /** A stream of JSON values. */
    static final class Values {
        private final JsonReader reader;

        private Values(JsonReader reader) {
            this.reader = reader;
        }

        /** The next object; null at the end of the stream. */
        @Nullable
        JsonObject next() throws IOException {
            while (reader.hasNext()) {
                if (reader.value() instanceof JsonObject object) {
                    return object;
                }
            }
            return null;
        }
    }
}
