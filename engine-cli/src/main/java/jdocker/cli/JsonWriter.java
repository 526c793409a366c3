package jdocker.cli;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes JSON the way Go does: compact, and with or without HTML's characters escaped. */
enum JsonWriter {
    PLAIN(false),
    HTML_SAFE(true);

    private static final String HEX = "0123456789abcdef";

    private final boolean escapeHtml;

    JsonWriter(boolean escapeHtml) {
        this.escapeHtml = escapeHtml;
    }

    // Tests of types one by one: a switch over them would have its classes made at every start.
    void write(StringBuilder out, @Nullable Object value) {
        if (value instanceof String text) {
            writeText(out, text);
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof JsonObject object) {
            writeMap(out, object.fields());
        } else if (value instanceof List<?> list) {
            writeList(out, list);
        } else if (value instanceof Map<?, ?> map) {
            writeMap(out, map);
        } else if (value instanceof TemplateFields row) {
            row.writeJson(out);
        } else {
            writeText(out, value.toString());
        }
    }

    private void writeMap(StringBuilder out, Map<?, ?> map) {
        char separator = '{';
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.append(separator);
            separator = ',';
            writeText(out, String.valueOf(entry.getKey()));
            out.append(':');
            write(out, entry.getValue());
        }
        out.append(map.isEmpty() ? "{}" : "}");
    }

    private void writeList(StringBuilder out, List<?> list) {
        char separator = '[';
        for (Object element : list) {
            out.append(separator);
            separator = ',';
            write(out, element);
        }
        out.append(list.isEmpty() ? "[]" : "]");
    }

    void writeText(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c < 0x20 || c == 0x2028 || c == 0x2029 || (escapeHtml && (c == '<' || c == '>' || c == '&'))) {
                        out.append("\\u");
                        for (int shift = 12; shift >= 0; shift -= 4) {
                            out.append(HEX.charAt((c >> shift) & 15));
                        }
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
