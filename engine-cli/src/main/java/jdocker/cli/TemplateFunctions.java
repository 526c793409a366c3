package jdocker.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The functions of Go's templates and docker's own. */
final class TemplateFunctions {
    private static final Set<String> NAMES = Set.of(
            "and",
            "or",
            "not",
            "len",
            "index",
            "slice",
            "print",
            "printf",
            "println",
            "html",
            "js",
            "urlquery",
            "eq",
            "ne",
            "lt",
            "le",
            "gt",
            "ge",
            "json",
            "split",
            "join",
            "title",
            "lower",
            "upper",
            "pad",
            "truncate");

    private TemplateFunctions() {}

    static boolean exists(String name) {
        return NAMES.contains(name);
    }

    /** Whether a function gives its first argument in another shape. */
    static boolean isShaping(String name) {
        return switch (name) {
            case "json", "split", "join", "title", "lower", "upper", "pad", "truncate" -> true;
            default -> false;
        };
    }

    static boolean isLazy(String name) {
        return name.equals("and") || name.equals("or");
    }

    static @Nullable Object call(String name, List<@Nullable Object> arguments) {
        return switch (name) {
            case "not" -> !isTrue(one(name, arguments));
            case "len" -> length(one(name, arguments));
            case "index" -> index(arguments);
            case "slice" -> slice(arguments);
            case "print" -> print(arguments);
            case "println" -> println(arguments);
            case "printf" -> TemplatePrintf.format(arguments);
            case "html" -> html(print(arguments));
            case "js" -> js(print(arguments));
            case "urlquery" -> new Query().add("q", print(arguments)).text().substring(3);
            case "eq" -> equal(arguments);
            case "ne" -> !TemplateComparison.equal(at(name, arguments, 0), at(name, arguments, 1));
            case "lt" -> TemplateComparison.compare(at(name, arguments, 0), at(name, arguments, 1)) < 0;
            case "le" -> TemplateComparison.compare(at(name, arguments, 0), at(name, arguments, 1)) <= 0;
            case "gt" -> TemplateComparison.compare(at(name, arguments, 0), at(name, arguments, 1)) > 0;
            case "ge" -> TemplateComparison.compare(at(name, arguments, 0), at(name, arguments, 1)) >= 0;
            case "json" -> Json.write(one(name, arguments));
            case "split" -> split(text(name, arguments, 0), text(name, arguments, 1));
            case "join" -> join(at(name, arguments, 0), text(name, arguments, 1));
            case "title" -> title(text(name, arguments, 0));
            case "lower" -> text(name, arguments, 0).toLowerCase(Locale.ROOT);
            case "upper" -> text(name, arguments, 0).toUpperCase(Locale.ROOT);
            case "pad" ->
                " ".repeat((int) whole(name, arguments, 1))
                        + text(name, arguments, 0)
                        + " ".repeat((int) whole(name, arguments, 2));
            case "truncate" -> {
                String text = text(name, arguments, 0);
                yield text.substring(0, (int) Math.min(text.length(), whole(name, arguments, 1)));
            }
            default -> throw TemplateError.executing("function \"" + name + "\" not defined");
        };
    }

    static boolean isTrue(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Boolean flag -> flag;
            case Number number -> number.doubleValue() != 0;
            case String text -> !text.isEmpty();
            case List<?> list -> !list.isEmpty();
            case JsonObject object -> !object.fields().isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            default -> true;
        };
    }

    /** Keys and values of what can be ranged over. */
    static void elements(@Nullable Object value, List<Object> keys, List<@Nullable Object> values) {
        switch (value) {
            case null -> {
                // Nothing to visit.
            }
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    keys.add((long) i);
                    values.add(list.get(i));
                }
            }
            case JsonObject object -> elements(object.fields(), keys, values);
            case Map<?, ?> map ->
                Template.sorted(map).forEach((key, element) -> {
                    keys.add(key);
                    values.add(element);
                });
            case Number number -> {
                for (long i = 0; i < number.longValue(); i++) {
                    keys.add(i);
                    values.add(i);
                }
            }
            default -> throw TemplateError.executing("range can't iterate over " + TemplateText.of(value));
        }
    }

    private static @Nullable Object one(String name, List<@Nullable Object> arguments) {
        if (arguments.size() != 1) {
            throw TemplateError.executing("wrong number of args for " + name + ": want 1 got " + arguments.size());
        }
        return arguments.getFirst();
    }

    private static @Nullable Object at(String name, List<@Nullable Object> arguments, int index) {
        if (index >= arguments.size()) {
            throw TemplateError.executing("wrong number of args for " + name + ": got " + arguments.size());
        }
        return arguments.get(index);
    }

    private static String text(String name, List<@Nullable Object> arguments, int index) {
        if (at(name, arguments, index) instanceof String text) {
            return text;
        }
        throw TemplateError.executing(
                "wrong type for value; expected string; got " + TemplateText.of(at(name, arguments, index)));
    }

    private static long whole(String name, List<@Nullable Object> arguments, int index) {
        if (at(name, arguments, index) instanceof Number number && number.longValue() >= 0) {
            return number.longValue();
        }
        throw TemplateError.executing("error calling " + name + ": expected a number");
    }

    private static long length(@Nullable Object value) {
        return switch (value) {
            case String text -> text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
            case List<?> list -> list.size();
            case JsonObject object -> object.fields().size();
            case Map<?, ?> map -> map.size();
            case null -> throw TemplateError.executing("error calling len: len of nil pointer");
            default -> throw TemplateError.executing("error calling len: len of type " + TemplateText.of(value));
        };
    }

    private static @Nullable Object index(List<@Nullable Object> arguments) {
        Object value = at("index", arguments, 0);
        for (Object key : arguments.subList(1, arguments.size())) {
            value = switch (value) {
                case List<?> list
                when key instanceof Number number -> {
                    if (number.longValue() < 0 || number.longValue() >= list.size()) {
                        throw TemplateError.executing("error calling index: index out of range: " + number);
                    }
                    yield list.get(number.intValue());
                }
                // A map's missing element is its type's zero value, and docker's maps are of texts as a rule.
                case JsonObject object -> object.has(String.valueOf(key)) ? object.get(String.valueOf(key)) : "";
                case Map<?, ?> map -> map.containsKey(key) ? map.get(key) : "";
                case null -> throw TemplateError.executing("error calling index: index of untyped nil");
                default ->
                    throw TemplateError.executing(
                            "error calling index: can't index item of type " + TemplateText.of(value));
            };
        }
        return value;
    }

    private static Object slice(List<@Nullable Object> arguments) {
        Object value = at("slice", arguments, 0);
        int size = (int) length(value);
        int from = arguments.size() > 1 ? (int) whole("slice", arguments, 1) : 0;
        int to = arguments.size() > 2 ? (int) whole("slice", arguments, 2) : size;
        if (from > to || to > size) {
            throw TemplateError.executing("error calling slice: index out of range: " + to);
        }
        return switch (value) {
            case String text -> text.substring(from, to);
            case List<?> list -> list.subList(from, to);
            case null, default ->
                throw TemplateError.executing("error calling slice: can't slice " + TemplateText.of(value));
        };
    }

    private static String print(List<@Nullable Object> arguments) {
        StringBuilder out = new StringBuilder();
        Object before = "";
        for (Object argument : arguments) {
            // Go puts a space only between two values neither of which is a string.
            if (!out.isEmpty() && !(before instanceof String) && !(argument instanceof String)) {
                out.append(' ');
            }
            TemplateText.append(out, argument);
            before = argument;
        }
        return out.toString();
    }

    private static String println(List<@Nullable Object> arguments) {
        StringBuilder out = new StringBuilder();
        for (Object argument : arguments) {
            out.append(out.isEmpty() ? "" : " ");
            TemplateText.append(out, argument);
        }
        return out.append('\n').toString();
    }

    private static String html(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&#34;")
                .replace("'", "&#39;");
    }

    private static String js(String text) {
        return text.replace("\\", "\\\\")
                .replace("'", "\\'")
                .replace("\"", "\\\"")
                .replace("<", "\\u003C")
                .replace(">", "\\u003E");
    }

    private static boolean equal(List<@Nullable Object> arguments) {
        Object first = at("eq", arguments, 0);
        at("eq", arguments, 1);
        for (Object other : arguments.subList(1, arguments.size())) {
            if (TemplateComparison.equal(first, other)) {
                return true;
            }
        }
        return false;
    }

    private static List<String> split(String text, String separator) {
        List<String> parts = new ArrayList<>();
        if (separator.isEmpty()) {
            text.codePoints().forEach(c -> parts.add(Character.toString(c)));
            return parts;
        }
        int start = 0;
        int end;
        while ((end = text.indexOf(separator, start)) >= 0) {
            parts.add(text.substring(start, end));
            start = end + separator.length();
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static String join(@Nullable Object list, String separator) {
        if (list == null) {
            return "";
        }
        if (!(list instanceof List<?> elements)) {
            throw TemplateError.executing("wrong type for value; expected []string; got " + TemplateText.of(list));
        }
        StringBuilder out = new StringBuilder();
        for (Object element : elements) {
            out.append(out.isEmpty() ? "" : separator);
            TemplateText.append(out, element);
        }
        return out.toString();
    }

    private static String title(String text) {
        StringBuilder out = new StringBuilder(text);
        for (int i = 0; i < out.length(); i++) {
            if (i == 0 || !Character.isLetterOrDigit(out.charAt(i - 1))) {
                out.setCharAt(i, Character.toTitleCase(out.charAt(i)));
            }
        }
        return out.toString();
    }
}
