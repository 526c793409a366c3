package jdocker.cli;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Query parameters, in the order and the escaping that Go clients use. */
final class Query {
    private static final String UNRESERVED = "-_.~";
    private static final String HEX = "0123456789ABCDEF";

    private final Map<String, List<String>> values = new TreeMap<>();

    Query add(String name, String value) {
        values.computeIfAbsent(name, _ -> new java.util.ArrayList<>()).add(value);
        return this;
    }

    Query addIf(boolean wanted, String name, String value) {
        return wanted ? add(name, value) : this;
    }

    Query addText(String name, String value) {
        return addIf(!value.isEmpty(), name, value);
    }

    /** {@code ?a=1&b=2}, or nothing. */
    String text() {
        StringBuilder out = new StringBuilder();
        for (Map.Entry<String, List<String>> entry : values.entrySet()) {
            for (String value : entry.getValue()) {
                out.append(out.isEmpty() ? '?' : '&');
                escape(out, entry.getKey());
                out.append('=');
                escape(out, value);
            }
        }
        return out.toString();
    }

    private static void escape(StringBuilder out, String text) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if ((c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || UNRESERVED.indexOf(c) >= 0) {
                out.append(c);
            } else if (c == ' ') {
                out.append('+');
            } else {
                out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            }
        }
    }

    /** One element of a path: a name of an object, which may have slashes of its own. */
    static String pathElement(String name) {
        StringBuilder out = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c <= ' ' || c > '~' || "?#%".indexOf(c) >= 0) {
                out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
