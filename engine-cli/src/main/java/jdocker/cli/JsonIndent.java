package jdocker.cli;

/** Lays out JSON text over lines without touching its values, so that inspect shows exactly what the daemon said. */
final class JsonIndent {
    private static final String STEP = "    ";

    private JsonIndent() {}

    /** Compact text of one value, indented by {@code depth} steps from its second line on. */
    static void append(StringBuilder out, String json, int depth) {
        int level = depth;
        int i = 0;
        while (i < json.length()) {
            char c = json.charAt(i);
            switch (c) {
                case '"' -> {
                    int end = endOfText(json, i);
                    out.append(json, i, end);
                    i = end - 1;
                }
                case '{', '[' -> {
                    int next = skipSpace(json, i + 1);
                    out.append(c);
                    if (next < json.length() && (json.charAt(next) == '}' || json.charAt(next) == ']')) {
                        out.append(json.charAt(next));
                        i = next;
                    } else {
                        newLine(out, ++level);
                    }
                }
                case '}', ']' -> {
                    newLine(out, --level);
                    out.append(c);
                }
                case ',' -> {
                    out.append(c);
                    newLine(out, level);
                }
                case ':' -> out.append(": ");
                case ' ', '\n', '\r', '\t' -> {
                    // The layout is ours.
                }
                default -> out.append(c);
            }
            i++;
        }
    }

    /** The text without insignificant white space. */
    static String compact(String json) {
        StringBuilder out = new StringBuilder(json.length());
        int i = 0;
        while (i < json.length()) {
            char c = json.charAt(i);
            if (c == '"') {
                int end = endOfText(json, i);
                out.append(json, i, end);
                i = end;
                continue;
            }
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                out.append(c);
            }
            i++;
        }
        return out.toString();
    }

    private static int endOfText(String json, int start) {
        int i = start + 1;
        while (i < json.length() && json.charAt(i) != '"') {
            i += json.charAt(i) == '\\' ? 2 : 1;
        }
        return Math.min(i + 1, json.length());
    }

    private static int skipSpace(String json, int start) {
        int i = start;
        while (i < json.length() && json.charAt(i) <= ' ') {
            i++;
        }
        return i;
    }

    private static void newLine(StringBuilder out, int level) {
        out.append('\n');
        out.repeat(STEP, level);
    }
}
