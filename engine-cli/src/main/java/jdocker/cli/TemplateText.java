package jdocker.cli;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints values as Go's {@code %v} does. */
final class TemplateText {
    private TemplateText() {}

    static String of(@Nullable Object value) {
        StringBuilder out = new StringBuilder();
        append(out, value);
        return out.toString();
    }

    // Tests of types one by one: a switch over them would have its classes made at every start.
    static void append(StringBuilder out, @Nullable Object value) {
        if (value instanceof String text) {
            out.append(text);
        } else if (value == null) {
            out.append("<nil>");
        } else if (value instanceof Double number) {
            out.append(number(number));
        } else if (value instanceof JsonObject object) {
            appendMap(out, object.fields());
        } else if (value instanceof Map<?, ?> map) {
            appendMap(out, map);
        } else if (value instanceof List<?> list) {
            appendList(out, list);
        } else if (value instanceof TemplateFields row) {
            row.writeJson(out);
        } else {
            out.append(value);
        }
    }

    private static void appendList(StringBuilder out, List<?> list) {
        out.append('[');
        String separator = "";
        for (Object element : list) {
            out.append(separator);
            append(out, element);
            separator = " ";
        }
        out.append(']');
    }

    private static void appendMap(StringBuilder out, Map<?, ?> map) {
        out.append("map[");
        String separator = "";
        for (Map.Entry<String, @Nullable Object> entry : Template.sorted(map).entrySet()) {
            out.append(separator).append(entry.getKey()).append(':');
            append(out, entry.getValue());
            separator = " ";
        }
        out.append(']');
    }

    private static String number(double number) {
        boolean whole = number == Math.rint(number) && Math.abs(number) < 1e21;
        return whole ? new java.math.BigDecimal(number).toBigInteger().toString() : Double.toString(number);
    }
}
