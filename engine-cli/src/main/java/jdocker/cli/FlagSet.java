package jdocker.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The flags of one command, parsed as docker parses them: {@code --name value}, {@code --name=value}, {@code -n value},
 * {@code -nvalue}, {@code -it}, and {@code --flag=false} for switches; {@code --} ends them. A value may begin with a dash.
 */
final class FlagSet {
    private final Map<String, Flag> byName = new HashMap<>();
    private final Map<Character, Flag> byShorthand = new HashMap<>();
    private boolean stopsAtArgument;
    private boolean helpWanted;

    Flag bool(String name, char shorthand, String description) {
        return add(new Flag(name, shorthand, FlagKind.BOOL, "", description));
    }

    Flag bool(String name, String description) {
        return bool(name, Flag.NO_SHORTHAND, description);
    }

    Flag boolOn(String name, String description) {
        return add(new Flag(name, Flag.NO_SHORTHAND, FlagKind.BOOL, "true", description));
    }

    Flag string(String name, char shorthand, String description) {
        return add(new Flag(name, shorthand, FlagKind.STRING, "", description));
    }

    Flag string(String name, String description) {
        return string(name, Flag.NO_SHORTHAND, description);
    }

    Flag of(FlagKind kind, String name, String description) {
        return add(new Flag(name, Flag.NO_SHORTHAND, kind, "", description));
    }

    Flag of(FlagKind kind, String name, char shorthand, String description) {
        return add(new Flag(name, shorthand, kind, "", description));
    }

    Flag add(Flag flag) {
        byName.put(flag.name(), flag);
        if (flag.shorthand() != Flag.NO_SHORTHAND) {
            byShorthand.put(flag.shorthand(), flag);
        }
        return flag;
    }

    /** A second name for a flag, not shown in the help. */
    void alias(String name, Flag flag) {
        byName.put(name, flag);
    }

    /** What follows the first argument belongs to a command inside the container. */
    FlagSet stopAtArgument() {
        stopsAtArgument = true;
        return this;
    }

    boolean isHelpWanted() {
        return helpWanted;
    }

    /** The visible flags by name. */
    List<Flag> visible() {
        List<Flag> shown = new ArrayList<>();
        for (Map.Entry<String, Flag> entry : new TreeMap<>(byName).entrySet()) {
            Flag flag = entry.getValue();
            if (!flag.isHidden() && flag.name().equals(entry.getKey())) {
                shown.add(flag);
            }
        }
        return shown;
    }

    /** Takes the flags out of the line and returns the arguments. */
    List<String> parse(List<String> line) {
        List<String> arguments = new ArrayList<>();
        int i = 0;
        while (i < line.size()) {
            String word = line.get(i++);
            if (word.length() < 2 || word.charAt(0) != '-') {
                arguments.add(word);
                if (stopsAtArgument) {
                    break;
                }
            } else if (word.equals("--")) {
                break;
            } else if (word.startsWith("--")) {
                i = parseLong(line, i, word.substring(2));
            } else {
                i = parseShort(line, i, word);
            }
        }
        arguments.addAll(line.subList(i, line.size()));
        return arguments;
    }

    private int parseLong(List<String> line, int next, String word) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        Flag flag = byName.get(name);
        if (flag == null) {
            if (name.equals("help")) {
                helpWanted = true;
                return next;
            }
            throw UsageError.flag("unknown flag: --" + name + guess(name));
        }
        if (equals >= 0) {
            flag.set(word.substring(equals + 1));
            return next;
        }
        if (flag.kind() == FlagKind.BOOL) {
            flag.set("true");
            return next;
        }
        if (next >= line.size()) {
            throw UsageError.flag("flag needs an argument: --" + name);
        }
        flag.set(line.get(next));
        return next + 1;
    }

    private int parseShort(List<String> line, int next, String word) {
        for (int at = 1; at < word.length(); at++) {
            char shorthand = word.charAt(at);
            Flag flag = byShorthand.get(shorthand);
            if (flag == null) {
                if (shorthand == 'h') {
                    helpWanted = true;
                    return next;
                }
                throw UsageError.flag("unknown shorthand flag: '" + shorthand + "' in "
                        + (at == 1 ? word : "-" + word.substring(at)));
            }
            String rest = word.substring(at + 1);
            if (rest.length() > 1 && rest.charAt(0) == '=') {
                flag.set(rest.substring(1));
                return next;
            }
            if (flag.kind() == FlagKind.BOOL) {
                flag.set("true");
                continue;
            }
            if (!rest.isEmpty()) {
                flag.set(rest);
                return next;
            }
            if (next >= line.size()) {
                throw UsageError.flag("flag needs an argument: '" + shorthand + "' in "
                        + (at == 1 ? word : "-" + word.substring(at)));
            }
            flag.set(line.get(next));
            return next + 1;
        }
        return next;
    }

    private String guess(String name) {
        @Nullable String best = Suggestion.closest(name, byName.keySet());
        return best == null ? "" : "\nDid you mean --" + best + "?";
    }
}
