package jdocker.cli;

import java.util.ArrayList;
import java.util.List;

/** Cuts a template into text and, between double braces, words. */
final class TemplateLexer {
    enum Kind {
        TEXT,
        OPEN,
        CLOSE,
        WORD,
        FIELD,
        VARIABLE,
        STRING,
        NUMBER,
        CHARACTER,
        SYMBOL,
        END
    }

    /** A piece; {@code spaced} when white space stands before it. */
    record Token(Kind kind, String text, boolean spaced) {}

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private TemplateLexer(String source) {
        this.source = source;
    }

    static List<Token> tokens(String source) {
        TemplateLexer lexer = new TemplateLexer(source);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        boolean trim = false;
        while (at < source.length()) {
            int open = source.indexOf("{{", at);
            String text = source.substring(at, open < 0 ? source.length() : open);
            boolean trimsBefore = open >= 0
                    && source.startsWith("-", open + 2)
                    && open + 3 < source.length()
                    && Character.isWhitespace(source.charAt(open + 3));
            text = trim ? text.stripLeading() : text;
            text = trimsBefore ? text.stripTrailing() : text;
            if (!text.isEmpty()) {
                tokens.add(new Token(Kind.TEXT, text, false));
            }
            if (open < 0) {
                break;
            }
            at = open + (trimsBefore ? 3 : 2);
            trim = action();
        }
        tokens.add(new Token(Kind.END, "", false));
    }

    /** Reads up to the closing braces; true when they trim what follows. */
    private boolean action() {
        int comment = skipSpaces(at);
        if (source.startsWith("/*", comment)) {
            int end = source.indexOf("*/", comment);
            int close = end < 0 ? -1 : source.indexOf("}}", end);
            if (close < 0) {
                throw TemplateError.parsing("unclosed comment");
            }
            at = close + 2;
            return source.charAt(close - 1) == '-';
        }
        tokens.add(new Token(Kind.OPEN, "{{", false));
        while (true) {
            int start = at;
            at = skipSpaces(at);
            boolean spaced = at > start;
            if (at >= source.length()) {
                throw TemplateError.parsing("unclosed action");
            }
            if (spaced && source.startsWith("-}}", at)) {
                at += 3;
                tokens.add(new Token(Kind.CLOSE, "}}", spaced));
                return true;
            }
            if (source.startsWith("}}", at)) {
                at += 2;
                tokens.add(new Token(Kind.CLOSE, "}}", spaced));
                return false;
            }
            next(spaced);
        }
    }

    private void next(boolean spaced) {
        char c = source.charAt(at);
        if (c == '"') {
            add(Kind.STRING, endOfQuoted('"'), spaced);
        } else if (c == '`') {
            int end = source.indexOf('`', at + 1);
            if (end < 0) {
                throw TemplateError.parsing("unterminated raw quoted string");
            }
            add(Kind.STRING, end + 1, spaced);
        } else if (c == '\'') {
            add(Kind.CHARACTER, endOfQuoted('\''), spaced);
        } else if (c == '.' && !(at + 1 < source.length() && Character.isDigit(source.charAt(at + 1)))) {
            add(Kind.FIELD, endOfName(at + 1), spaced);
        } else if (c == '$') {
            add(Kind.VARIABLE, endOfName(at + 1), spaced);
        } else if (Character.isDigit(c)
                || ((c == '-' || c == '+') && at + 1 < source.length() && Character.isDigit(source.charAt(at + 1)))) {
            int end = at + 1;
            while (end < source.length()
                    && (Character.isLetterOrDigit(source.charAt(end))
                            || source.charAt(end) == '.'
                            || source.charAt(end) == '_')) {
                end++;
            }
            add(Kind.NUMBER, end, spaced);
        } else if (Character.isLetter(c) || c == '_') {
            add(Kind.WORD, endOfName(at), spaced);
        } else if (source.startsWith(":=", at)) {
            add(Kind.SYMBOL, at + 2, spaced);
        } else if ("|(),=".indexOf(c) >= 0) {
            add(Kind.SYMBOL, at + 1, spaced);
        } else {
            throw TemplateError.parsing("unexpected \"" + c + "\" in operand");
        }
    }

    private void add(Kind kind, int end, boolean spaced) {
        tokens.add(new Token(kind, source.substring(at, end), spaced));
        at = end;
    }

    private int endOfQuoted(char quote) {
        int end = at + 1;
        while (end < source.length() && source.charAt(end) != quote && source.charAt(end) != '\n') {
            end += source.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= source.length() || source.charAt(end) != quote) {
            throw TemplateError.parsing(
                    quote == '"' ? "unterminated quoted string" : "unterminated character constant");
        }
        return end + 1;
    }

    private int endOfName(int start) {
        int end = start;
        while (end < source.length() && (Character.isLetterOrDigit(source.charAt(end)) || source.charAt(end) == '_')) {
            end++;
        }
        return end;
    }

    private int skipSpaces(int start) {
        int end = start;
        while (end < source.length() && Character.isWhitespace(source.charAt(end))) {
            end++;
        }
        return end;
    }
}
