package jdocker.cli;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON values from bytes as they arrive. Our own because the daemon's answers are all it meets, and because the
 * classes and big numbers that a library prepares would be a third of what {@code ps} takes.
 */
final class JsonReader {
    private static final int DEEPEST = 512;
    private static final int END = -1;

    private final InputStream in;
    private final byte[] buffer;
    private int at;
    private int limit;
    private int depth;

    JsonReader(InputStream in) {
        this.in = in;
        this.buffer = new byte[8192];
    }

    JsonReader(byte[] whole) {
        this.in = InputStream.nullInputStream();
        this.buffer = whole.clone();
        this.limit = whole.length;
    }

    /** Whether another value follows; waits for it. */
    boolean hasNext() throws IOException {
        return skipSpace() != END;
    }

    @Nullable
    Object value() throws IOException {
        int c = skipSpace();
        return switch (c) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> {
                at++;
                yield text();
            }
            case 't' -> {
                expect("true");
                yield true;
            }
            case 'f' -> {
                expect("false");
                yield false;
            }
            case 'n' -> {
                expect("null");
                yield null;
            }
            default -> number(c);
        };
    }

    private JsonObject object() throws IOException {
        enter();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        if (skipSpace() == '}') {
            leave();
            return new JsonObject(fields);
        }
        while (true) {
            if (skipSpace() != '"') {
                throw broken("a name");
            }
            at++;
            String name = text();
            if (skipSpace() != ':') {
                throw broken("':'");
            }
            at++;
            fields.put(name, value());
            int c = skipSpace();
            if (c == '}') {
                leave();
                return new JsonObject(fields);
            }
            if (c != ',') {
                throw broken("',' or '}'");
            }
            at++;
        }
    }

    private List<@Nullable Object> array() throws IOException {
        enter();
        List<@Nullable Object> elements = new ArrayList<>();
        if (skipSpace() == ']') {
            leave();
            return elements;
        }
        while (true) {
            elements.add(value());
            int c = skipSpace();
            if (c == ']') {
                leave();
                return elements;
            }
            if (c != ',') {
                throw broken("',' or ']'");
            }
            at++;
        }
    }

    private void enter() throws IOException {
        at++;
        if (++depth > DEEPEST) {
            throw new IOException("nested too deeply");
        }
    }

    private void leave() {
        at++;
        depth--;
    }

    /** A text after its first quote, past its last. */
    private String text() throws IOException {
        byte[] out = new byte[32];
        int length = 0;
        while (true) {
            int c = peek();
            if (c == END) {
                throw broken("'\"'");
            }
            at++;
            if (c == '"') {
                return new String(out, 0, length, StandardCharsets.UTF_8);
            }
            if (c != '\\') {
                if (length == out.length) {
                    out = Arrays.copyOf(out, length * 2);
                }
                out[length++] = (byte) c;
                continue;
            }
            byte[] escaped = escape();
            if (length + escaped.length > out.length) {
                out = Arrays.copyOf(out, out.length * 2 + escaped.length);
            }
            System.arraycopy(escaped, 0, out, length, escaped.length);
            length += escaped.length;
        }
    }

    private byte[] escape() throws IOException {
        int c = peek();
        at++;
        int plain = "\"\\/bfnrt".indexOf(c);
        if (plain >= 0) {
            return new byte[] {(byte) "\"\\/\b\f\n\r\t".charAt(plain)};
        }
        if (c != 'u') {
            throw broken("an escape");
        }
        char first = hex();
        if (!Character.isHighSurrogate(first)) {
            return String.valueOf(first).getBytes(StandardCharsets.UTF_8);
        }
        // A character beyond 16 bits comes as two escapes.
        expect("\\u");
        return new String(new char[] {first, hex()}).getBytes(StandardCharsets.UTF_8);
    }

    private char hex() throws IOException {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(peek(), 16);
            if (digit < 0) {
                throw broken("a hexadecimal digit");
            }
            value = value << 4 | digit;
            at++;
        }
        return (char) value;
    }

    private Number number(int first) throws IOException {
        StringBuilder digits = new StringBuilder();
        boolean whole = true;
        int c = first;
        while (c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E' || (c >= '0' && c <= '9')) {
            whole &= c != '.' && c != 'e' && c != 'E';
            digits.append((char) c);
            at++;
            c = peek();
        }
        String text = digits.toString();
        try {
            if (whole && text.length() <= 18) {
                return Long.parseLong(text);
            }
            return whole ? new BigDecimal(text).toBigIntegerExact() : Double.valueOf(text);
        } catch (NumberFormatException _) {
            throw broken("a value");
        }
    }

    private void expect(String word) throws IOException {
        for (int i = 0; i < word.length(); i++) {
            if (peek() != word.charAt(i)) {
                throw broken(word);
            }
            at++;
        }
    }

    private int skipSpace() throws IOException {
        int c = peek();
        while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            at++;
            c = peek();
        }
        return c;
    }

    private int peek() throws IOException {
        if (at < limit) {
            return buffer[at] & 0xff;
        }
        int count = in.read(buffer, 0, buffer.length);
        if (count <= 0) {
            return END;
        }
        at = 0;
        limit = count;
        return buffer[0] & 0xff;
    }

    private IOException broken(String wanted) throws IOException {
        int found = peek();
        return new IOException(
                found == END ? "the answer ends early" : "expected " + wanted + ", found '" + (char) found + "'");
    }
}
