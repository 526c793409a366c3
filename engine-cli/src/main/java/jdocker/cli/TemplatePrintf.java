package jdocker.cli;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Go's {@code printf}, for the verbs that formats use. */
final class TemplatePrintf {
    private TemplatePrintf() {}

    static String format(List<@Nullable Object> arguments) {
        if (arguments.isEmpty() || !(arguments.getFirst() instanceof String format)) {
            throw TemplateError.executing("wrong type for value; expected string");
        }
        StringBuilder out = new StringBuilder();
        int next = 1;
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%') {
                out.append(c);
                continue;
            }
            int end = i + 1;
            while (end < format.length() && "+-# 0123456789.".indexOf(format.charAt(end)) >= 0) {
                end++;
            }
            if (end >= format.length()) {
                out.append("%!(NOVERB)");
                break;
            }
            char verb = format.charAt(end);
            String flags = format.substring(i + 1, end);
            i = end;
            if (verb == '%') {
                out.append('%');
            } else if (next >= arguments.size()) {
                out.append("%!").append(verb).append("(MISSING)");
            } else {
                out.append(one(flags, verb, arguments.get(next++)));
            }
        }
        return out.toString();
    }

    private static String one(String flags, char verb, @Nullable Object value) {
        String text = switch (verb) {
            case 'v', 's' -> TemplateText.of(value);
            case 'q' -> quote(TemplateText.of(value));
            case 'd' -> value instanceof Number number ? Long.toString(number.longValue()) : bad(verb, value);
            case 't' -> value instanceof Boolean flag ? flag.toString() : bad(verb, value);
            case 'x' ->
                value instanceof Number number ? Long.toHexString(number.longValue()) : hex(TemplateText.of(value));
            case 'f', 'e', 'g' ->
                value instanceof Number number ? floating(flags, verb, number.doubleValue()) : bad(verb, value);
            case 'T' ->
                value == null ? "<nil>" : value.getClass().getSimpleName().toLowerCase(Locale.ROOT);
            case 'c' -> value instanceof Number number ? Character.toString(number.intValue()) : bad(verb, value);
            default -> bad(verb, value);
        };
        return pad(flags, verb, text);
    }

    private static String bad(char verb, @Nullable Object value) {
        return "%!" + verb + "(" + TemplateText.of(value) + ")";
    }

    private static String floating(String flags, char verb, double number) {
        int dot = flags.indexOf('.');
        String precision = dot < 0 ? "" : flags.substring(dot);
        return verb == 'g' && dot < 0
                ? TemplateText.of(number)
                : String.format(Locale.ROOT, "%" + precision + verb, number);
    }

    private static String pad(String flags, char verb, String text) {
        boolean left = flags.contains("-");
        String numbers =
                flags.replace("-", "").replace("+", "").replace("#", "").replace(" ", "");
        int dot = numbers.indexOf('.');
        String widthText = dot < 0 ? numbers : numbers.substring(0, dot);
        boolean isText = verb == 's' || verb == 'v' || verb == 'q';
        String cut = text;
        if (dot >= 0 && isText && !numbers.substring(dot + 1).isEmpty()) {
            cut = text.substring(0, Math.min(text.length(), Integer.parseInt(numbers.substring(dot + 1))));
        }
        if (flags.contains("+") && verb == 'd' && !cut.startsWith("-")) {
            cut = "+" + cut;
        }
        int width = widthText.isEmpty() ? 0 : Integer.parseInt(widthText);
        int missing = Math.max(0, width - cut.codePointCount(0, cut.length()));
        boolean zeros = widthText.startsWith("0") && !isText && !left;
        return left ? cut + " ".repeat(missing) : (zeros ? "0" : " ").repeat(missing) + cut;
    }

    private static String hex(String text) {
        StringBuilder out = new StringBuilder();
        for (byte b : text.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
            out.append(Character.forDigit((b >> 4) & 15, 16)).append(Character.forDigit(b & 15, 16));
        }
        return out.toString();
    }

    /** Go's quoted form of a text. */
    static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '\r' -> out.append("\\r");
                case 7 -> out.append("\\a");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case 11 -> out.append("\\v");
                default -> {
                    if (c < 0x20 || c == 0x7f) {
                        out.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }
}
