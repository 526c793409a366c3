package jdocker.cli;

import java.util.ArrayList;
import java.util.List;

/** The texts of {@code --help}. */
final class Help {
    private static final int WIDEST = 80;

    private Help() {}

    static String ofCommand(String path, Commands.Entry entry, Command command) {
        StringBuilder out = new StringBuilder();
        out.append("Usage:  ").append(usageLine(path, command)).append("\n\n").append(entry.summary());
        if (entry.names().size() > 1) {
            List<String> aliases = new ArrayList<>();
            for (String name : entry.names()) {
                aliases.add("jdocker " + name);
            }
            aliases.sort(null);
            out.append("\n\nAliases:\n  ").append(String.join(", ", aliases));
        }
        List<Flag> flags = command.flags().visible();
        if (!flags.isEmpty()) {
            out.append("\n\nOptions:\n").append(flags(flags));
        }
        return out.toString().stripTrailing();
    }

    static String usageLine(String path, Command command) {
        String synopsis = command.synopsis();
        return "jdocker " + path + (synopsis.isEmpty() ? "" : " " + synopsis);
    }

    static String ofGroup(String group) {
        StringBuilder out = new StringBuilder();
        out.append("Usage:  jdocker ").append(group).append(" COMMAND\n\n");
        out.append(Commands.groupSummary(group)).append("\n\nCommands:\n");
        List<String[]> rows = new ArrayList<>();
        for (Commands.Entry entry : Commands.all()) {
            for (String name : entry.names()) {
                if (name.startsWith(group + " ")) {
                    rows.add(new String[] {name.substring(group.length() + 1), entry.summary()});
                    break;
                }
            }
        }
        rows.sort((a, b) -> a[0].compareTo(b[0]));
        rows(out, rows);
        return out.append("\nRun 'jdocker ")
                .append(group)
                .append(" COMMAND --help' for more information on a command.")
                .toString();
    }

    static String ofAll(FlagSet globals) {
        StringBuilder out = new StringBuilder("Usage:  jdocker [OPTIONS] COMMAND\n\n");
        out.append("Runs containers, as docker does\n\nCommon Commands:\n");
        rows(out, topLevel(true));
        out.append("\nManagement Commands:\n");
        List<String[]> groups = new ArrayList<>();
        for (String group : Commands.GROUPS) {
            groups.add(new String[] {group, Commands.groupSummary(group)});
        }
        rows(out, groups);
        out.append("\nCommands:\n");
        rows(out, topLevel(false));
        out.append("\nGlobal Options:\n").append(flags(globals.visible()));
        return out.append("\nRun 'jdocker COMMAND --help' for more information on a command.")
                .toString();
    }

    private static List<String[]> topLevel(boolean common) {
        List<String[]> rows = new ArrayList<>();
        for (Commands.Entry entry : Commands.all()) {
            if (entry.common() == common && !entry.name().contains(" ")) {
                rows.add(new String[] {entry.name(), entry.summary()});
            }
        }
        return rows;
    }

    private static void rows(StringBuilder out, List<String[]> rows) {
        int width = 11;
        for (String[] row : rows) {
            out.append("  ")
                    .append(row[0])
                    .repeat(" ", Math.max(1, width - row[0].length() + 1))
                    .append(row[1])
                    .append('\n');
        }
    }

    private static String flags(List<Flag> flags) {
        int width = 0;
        List<String> spellings = new ArrayList<>();
        for (Flag flag : flags) {
            String spelling = (flag.shorthand() == Flag.NO_SHORTHAND ? "      --" : "  -" + flag.shorthand() + ", --")
                    + flag.name()
                    + (flag.kind().typeName().isEmpty() ? "" : " " + flag.kind().typeName());
            spellings.add(spelling);
            width = Math.max(width, spelling.length());
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < flags.size(); i++) {
            String shown = flags.get(i).shownDefault();
            String text = flags.get(i).description() + (shown.isEmpty() ? "" : " (default " + shown + ")");
            out.append(spellings.get(i)).repeat(" ", width - spellings.get(i).length() + 3);
            out.append(wrap(text, width + 3)).append('\n');
        }
        return out.toString();
    }

    private static String wrap(String text, int indent) {
        StringBuilder out = new StringBuilder();
        int room = Math.max(24, WIDEST - indent);
        int length = 0;
        for (String word : text.split(" ", -1)) {
            if (length > 0 && length + 1 + word.length() > room) {
                out.append('\n').repeat(" ", indent);
                length = 0;
            } else if (length > 0) {
                out.append(' ');
                length++;
            }
            out.append(word);
            length += word.length();
        }
        return out.toString();
    }
}
