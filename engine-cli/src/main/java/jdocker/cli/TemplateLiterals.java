package jdocker.cli;

import jdocker.cli.TemplateLexer.Kind;
import jdocker.cli.TemplateLexer.Token;

/** Reads a template's constants. */
final class TemplateLiterals {
    private TemplateLiterals() {}

    static Object value(Token token) {
        String text = token.text();
        if (token.kind() == Kind.NUMBER) {
            return number(text);
        }
        if (text.charAt(0) == '`') {
            return text.substring(1, text.length() - 1);
        }
        String unquoted = unquote(text.substring(1, text.length() - 1));
        return token.kind() == Kind.STRING ? unquoted : Long.valueOf(unquoted.codePointAt(0));
    }

    private static Number number(String text) {
        try {
            String digits = text.replace("_", "");
            return digits.startsWith("0x")
                    ? Long.valueOf(digits.substring(2), 16)
                    : digits.contains(".") || digits.contains("e") ? Double.valueOf(digits) : Long.valueOf(digits);
        } catch (NumberFormatException _) {
            throw TemplateError.parsing("bad number syntax: \"" + text + "\"");
        }
    }

    private static String unquote(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            c = text.charAt(++i);
            switch (c) {
                case 'n' -> out.append('\n');
                case 't' -> out.append('\t');
                case 'r' -> out.append('\r');
                case 'a' -> out.append('\u0007');
                case 'b' -> out.append('\b');
                case 'f' -> out.append('\f');
                case 'v' -> out.append('\u000b');
                case 'x', 'u', 'U' -> {
                    int length = c == 'x' ? 2 : c == 'u' ? 4 : 8;
                    if (i + length >= text.length() + 1 || i + 1 + length > text.length()) {
                        throw TemplateError.parsing("invalid syntax");
                    }
                    out.appendCodePoint(Integer.parseInt(text, i + 1, i + 1 + length, 16));
                    i += length;
                }
                case '\\', '"', '\'' -> out.append(c);
                default -> throw TemplateError.parsing("invalid syntax");
            }
        }
        return out.toString();
    }
}
