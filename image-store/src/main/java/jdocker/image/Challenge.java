package jdocker.image;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a registry wants to see, from a {@code WWW-Authenticate} header (RFC 9110 §11.6.1). */
record Challenge(String scheme, Map<String, String> parameters) {
    private static final int LONGEST = 16 * 1024;

    /** All challenges of a header; what cannot be read is left out. */
    static List<Challenge> parse(String header) {
        return header.length() > LONGEST ? List.of() : new Parser(header).all();
    }

    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        List<Challenge> all() {
            var challenges = new ArrayList<Challenge>();
            Map<String, String> parameters = new LinkedHashMap<>();
            while (at < text.length()) {
                skip(" \t,");
                String word = token();
                if (word.isEmpty()) {
                    break;
                }
                if (peek() == '=' && !challenges.isEmpty()) {
                    at++;
                    parameters.put(word.toLowerCase(Locale.ROOT), value());
                } else {
                    parameters = new LinkedHashMap<>();
                    challenges.add(new Challenge(word.toLowerCase(Locale.ROOT), parameters));
                }
            }
            return challenges;
        }

        private char peek() {
            return at < text.length() ? text.charAt(at) : 0;
        }

        private void skip(String letters) {
            while (at < text.length() && letters.indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }

        private String token() {
            int start = at;
            while (at < text.length() && " \t,=\"".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(start, at);
        }

        private String value() {
            if (peek() != '"') {
                return token();
            }
            var value = new StringBuilder();
            for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                value.append(text.charAt(at));
            }
            at++;
            return value.toString();
        }
    }
}
