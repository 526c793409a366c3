package jdocker.cli;

import java.util.ArrayList;
import java.util.List;

/** {@code completion}: a script that lets a shell complete commands and flags. */
final class CompletionCommand extends Command {
    @Override
    String synopsis() {
        return "bash|zsh|fish";
    }

    @Override
    Arity arity() {
        return Arity.exactly(1);
    }

    @Override
    int run(Session session, List<String> arguments) {
        String script = switch (arguments.getFirst()) {
            case "bash" -> bash();
            case "zsh" -> "#compdef jdocker\nautoload -U +X bashcompinit && bashcompinit\n" + bash();
            case "fish" -> fish();
            default ->
                throw new CliError("unknown shell \"" + arguments.getFirst() + "\": must be one of bash, zsh, fish");
        };
        session.out().print(script);
        return 0;
    }

    private static String bash() {
        StringBuilder out = new StringBuilder();
        out.append("""
                # Completion of jdocker for bash.
                _jdocker() {
                    local word=${COMP_WORDS[COMP_CWORD]} command= i
                    for ((i = 1; i < COMP_CWORD; i++)); do
                        case ${COMP_WORDS[i]} in
                            -H | --host | -c | --context | --config | -l | --log-level) ((i++)) ;;
                            -*) ;;
                            *) command="$command ${COMP_WORDS[i]}"; [[ $command == " container" || $command == " image" || $command == " system" ]] || break ;;
                        esac
                    done
                    local words=
                    case ${command# } in
                """);
        arm(out, "", String.join(" ", topWords()));
        for (String group : Commands.GROUPS) {
            arm(out, group, String.join(" ", Commands.words(group)));
        }
        for (Commands.Entry entry : Commands.all()) {
            arm(out, String.join("|", quoted(entry.names())), flags(entry) + arguments(entry.name()));
        }
        out.append("""
                    esac
                    COMPREPLY=($(compgen -W "$words" -- "$word"))
                }
                complete -o default -F _jdocker jdocker
                """);
        return out.toString();
    }

    private static void arm(StringBuilder out, String pattern, String words) {
        out.append("        ")
                .append(pattern.isEmpty() ? "''" : pattern)
                .append(") words=\"")
                .append(words)
                .append("\" ;;\n");
    }

    private static List<String> quoted(List<String> names) {
        List<String> quoted = new ArrayList<>();
        names.forEach(name -> quoted.add("'" + name + "'"));
        return quoted;
    }

    // Names of containers and images are asked of the daemon when they are wanted.
    private static String arguments(String command) {
        return switch (command) {
            case "start", "rm", "inspect", "rename", "logs", "wait", "container inspect" ->
                " $(jdocker ps -a --format '{{.Names}}' 2>/dev/null)";
            case "exec", "stop", "kill", "attach", "restart", "pause", "unpause", "top", "port" ->
                " $(jdocker ps --format '{{.Names}}' 2>/dev/null)";
            case "run", "create", "rmi", "tag", "history", "image inspect" ->
                " $(jdocker images --format '{{.Repository}}:{{.Tag}}' 2>/dev/null)";
            default -> "";
        };
    }

    private static String flags(Commands.Entry entry) {
        List<String> words = new ArrayList<>();
        for (Flag flag : Commands.make(entry.name()).flags().visible()) {
            words.add("--" + flag.name());
        }
        return String.join(" ", words);
    }

    private static List<String> topWords() {
        List<String> words = Commands.words("");
        words.addAll(Commands.GROUPS);
        return words;
    }

    private static String fish() {
        StringBuilder out = new StringBuilder("# Completion of jdocker for fish.\ncomplete -c jdocker -f\n");
        for (String word : topWords()) {
            out.append("complete -c jdocker -n __fish_use_subcommand -a ")
                    .append(word)
                    .append('\n');
        }
        for (Commands.Entry entry : Commands.all()) {
            if (entry.name().contains(" ")) {
                continue;
            }
            String seen = "complete -c jdocker -n '__fish_seen_subcommand_from " + entry.name() + "'";
            for (Flag flag : Commands.make(entry.name()).flags().visible()) {
                out.append(seen).append(" -l ").append(flag.name());
                out.append(flag.kind() == FlagKind.BOOL ? "" : " -r");
                out.append(flag.shorthand() == Flag.NO_SHORTHAND ? "" : " -s " + flag.shorthand());
                out.append(" -d '")
                        .append(flag.description().replace("'", "\\'"))
                        .append("'\n");
            }
            String names = arguments(entry.name());
            if (!names.isEmpty()) {
                out.append(seen)
                        .append(" -a '(")
                        .append(names.substring(3, names.length() - 1).replace("'", "\\'"))
                        .append(")'\n");
            }
        }
        return out.toString();
    }
}
