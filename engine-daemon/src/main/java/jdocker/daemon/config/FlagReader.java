package jdocker.daemon.config;

import java.util.List;
import java.util.Optional;

/** Reads the command line as dockerd does: {@code --flag value}, {@code --flag=value}, {@code -H value}, {@code -D}. */
final class FlagReader {
    private final List<String> problems;
    private final GivenValues given = new GivenValues();

    FlagReader(List<String> problems) {
        this.problems = problems;
    }

    GivenValues read(List<String> arguments) {
        int at = 0;
        while (at < arguments.size()) {
            String argument = arguments.get(at++);
            Optional<String> next = at < arguments.size() ? Optional.of(arguments.get(at)) : Optional.empty();
            boolean tookNext = false;
            if (argument.startsWith("--") && argument.length() > 2) {
                tookNext = longFlag(argument.substring(2), next);
            } else if (argument.startsWith("-") && argument.length() > 1) {
                tookNext = letters(argument.substring(1), next);
            } else {
                problems.add("unexpected argument: " + argument);
            }
            at += tookNext ? 1 : 0;
        }
        return given;
    }

    private boolean longFlag(String text, Optional<String> next) {
        int equals = text.indexOf('=');
        String name = equals < 0 ? text : text.substring(0, equals);
        Optional<Setting> setting = Setting.byFlag(name);
        if (setting.isEmpty()) {
            problems.add("unknown flag: --" + name);
            return false;
        }
        if (equals >= 0) {
            given.add(setting.get(), text.substring(equals + 1));
            return false;
        }
        return value(setting.get(), "--" + name, next);
    }

    private boolean letters(String text, Optional<String> next) {
        for (int i = 0; i < text.length(); i++) {
            String letter = text.substring(i, i + 1);
            Optional<Setting> setting = Setting.byLetter(letter);
            if (setting.isEmpty()) {
                problems.add("unknown shorthand flag: '" + letter + "' in -" + text);
                return false;
            }
            String rest = text.substring(i + 1);
            if (rest.startsWith("=")) {
                given.add(setting.get(), rest.substring(1));
                return false;
            }
            if (setting.get().kind() != Setting.Kind.BOOL) {
                if (!rest.isEmpty()) {
                    given.add(setting.get(), rest);
                    return false;
                }
                return value(setting.get(), "-" + letter, next);
            }
            given.add(setting.get(), "true");
        }
        return false;
    }

    private boolean value(Setting setting, String shown, Optional<String> next) {
        if (setting.kind() == Setting.Kind.BOOL) {
            given.add(setting, "true");
            return false;
        }
        if (next.isEmpty()) {
            problems.add("flag needs an argument: " + shown);
            return false;
        }
        given.add(setting, next.get());
        return true;
    }
}
