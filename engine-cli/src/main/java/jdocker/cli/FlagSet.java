package jdocker.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The flags of one command, parsed by picocli as docker parses them: {@code --name value}, {@code --name=value}, {@code -n value},
 * {@code -nvalue}, {@code -it}, and {@code --flag=false} for switches; {@code --} ends them. A value may begin with a dash.
 */
final class FlagSet {
    private final Map<String, Flag> byName = new HashMap<>();
    private final Flag help = new Flag("help", 'h', FlagKind.BOOL, "", "");
    private boolean stopsAtArgument;

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
        return help.isOn();
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
        CommandSpec spec = CommandSpec.create().interpolateVariables(false);
        spec.parser().expandAtFiles(false).stopAtPositional(stopsAtArgument).stopAtUnmatched(true);
        for (Map.Entry<String, Flag> entry : byName.entrySet()) {
            String name = entry.getKey();
            Flag flag = entry.getValue();
            spec.addOption(option(
                    name,
                    flag,
                    flag.shorthand() != Flag.NO_SHORTHAND && flag.name().equals(name)));
        }
        if (!byName.containsKey("help")) {
            spec.addOption(option("help", help, !spec.posixOptionsMap().containsKey('h')));
        }
        spec.addPositional(PositionalParamSpec.builder()
                .index("0..*")
                .arity("0..1")
                .preprocessor((left, _, _, _) -> arguments.add(argument(line, arguments, left)))
                .build());
        try {
            new CommandLine(spec).parseArgs(line.toArray(new String[0]));
        } catch (UnmatchedArgumentException e) {
            throw unknown(e.getUnmatched().getFirst());
        } catch (MissingParameterException _) {
            throw missing(line.getLast());
        } catch (ParameterException e) {
            throw e.getCause() instanceof CliError error ? error : e;
        }
        return arguments;
    }

    private static OptionSpec option(String name, Flag flag, boolean shorthand) {
        boolean isSwitch = flag.kind() == FlagKind.BOOL;
        String[] names = shorthand ? new String[] {"-" + flag.shorthand(), "--" + name} : new String[] {"--" + name};
        return OptionSpec.builder(names)
                .arity(isSwitch ? "0" : "1")
                .preprocessor((left, _, _, form) -> take(flag, isSwitch && !"=".equals(form.get("separator")), left))
                .build();
    }

    /** Gives the flag its value, before picocli takes a value for a flag; false, which has picocli complain, without one. */
    private static boolean take(Flag flag, boolean alone, Stack<String> left) {
        if (!alone && left.isEmpty()) {
            return false;
        }
        flag.set(alone ? "true" : left.pop());
        return true;
    }

    /** The next argument; a negative number is one to picocli and flags to docker. */
    private String argument(List<String> line, List<String> before, Stack<String> left) {
        boolean ended = (stopsAtArgument && !before.isEmpty())
                || line.subList(0, line.size() - left.size()).contains("--");
        String word = left.pop();
        if (!ended && word.length() > 1 && word.charAt(0) == '-') {
            throw unknown(word);
        }
        return word;
    }

    private UsageError unknown(String word) {
        if (!word.startsWith("--")) {
            return UsageError.flag("unknown shorthand flag: '" + word.charAt(1) + "' in " + word);
        }
        int equals = word.indexOf('=');
        String name = word.substring(2, equals < 0 ? word.length() : equals);
        @Nullable String best = Suggestion.closest(name, byName.keySet());
        return UsageError.flag("unknown flag: --" + name + (best == null ? "" : "\nDid you mean --" + best + "?"));
    }

    /** A value can only be missing at the line's end. */
    private static UsageError missing(String word) {
        char shorthand = word.charAt(word.length() - 1);
        return UsageError.flag(
                "flag needs an argument: " + (word.startsWith("--") ? word : "'" + shorthand + "' in -" + shorthand));
    }
}
