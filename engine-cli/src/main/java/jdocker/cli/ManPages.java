package jdocker.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The manual pages, made of the same words as the help when {@code dist/} is put together. */
final class ManPages {
    private static final String WORD = "__man";

    private ManPages() {}

    static boolean isAskedFor(String[] arguments) {
        return arguments.length == 2 && arguments[0].equals(WORD);
    }

    /** Writes {@code jdocker.1} and one page for each command into a directory, which is there. */
    static void write(Path directory) {
        try {
            Files.writeString(directory.resolve("jdocker.1"), ofAll());
            for (Commands.Entry entry : Commands.all()) {
                Files.writeString(directory.resolve(pageName(entry) + ".1"), ofCommand(entry));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write manual pages into " + directory, e);
        }
    }

    private static String pageName(Commands.Entry entry) {
        return "jdocker-" + entry.name().replace(' ', '-');
    }

    static String ofCommand(Commands.Entry entry) {
        Command command = Commands.make(entry.name());
        var page = new StringBuilder();
        title(page, pageName(entry), entry.summary());
        section(page, "SYNOPSIS");
        page.append(".B ")
                .append(escaped(Help.usageLine(entry.name(), command)))
                .append('\n');
        if (entry.names().size() > 1) {
            section(page, "ALIASES");
            page.append(escaped(entry.names().stream()
                            .map(name -> "jdocker " + name)
                            .collect(Collectors.joining(", "))))
                    .append('\n');
        }
        flags(page, "OPTIONS", command.flags().visible());
        seeAlso(page, "jdocker");
        return page.toString();
    }

    static String ofAll() {
        var page = new StringBuilder();
        title(page, "jdocker", "Runs containers, as docker does");
        section(page, "SYNOPSIS");
        page.append(".B jdocker [OPTIONS] COMMAND\n");
        section(page, "COMMANDS");
        for (Commands.Entry entry : Commands.all()) {
            page.append(".TP\n.B ").append(escaped(entry.name())).append('\n');
            page.append(escaped(entry.summary()))
                    .append(".\nSee\n.BR ")
                    .append(escaped(pageName(entry)))
                    .append(" (1).\n");
        }
        flags(page, "OPTIONS", new Globals().flags.visible());
        section(page, "ENVIRONMENT");
        page.append(".TP\n.B DOCKER_HOST\nThe daemon's address, unix:// or tcp://.\n");
        page.append(".TP\n.B DOCKER_CONFIG\nThe directory of config.json; ~/.docker otherwise.\n");
        return page.toString();
    }

    private static void title(StringBuilder page, String name, String summary) {
        page.append(".TH ").append(escaped(name.toUpperCase(Locale.ROOT))).append(" 1\n");
        section(page, "NAME");
        page.append(escaped(name)).append(" \\- ").append(escaped(summary)).append('\n');
    }

    private static void section(StringBuilder page, String name) {
        page.append(".SH ").append(name).append('\n');
    }

    private static void flags(StringBuilder page, String heading, List<Flag> flags) {
        if (flags.isEmpty()) {
            return;
        }
        section(page, heading);
        for (Flag flag : flags) {
            String shorthand = flag.shorthand() == Flag.NO_SHORTHAND ? "" : "-" + flag.shorthand() + ", ";
            String type = flag.kind().typeName();
            String shown = flag.shownDefault();
            page.append(".TP\n.B ")
                    .append(escaped(shorthand + "--" + flag.name() + (type.isEmpty() ? "" : " " + type)));
            page.append('\n').append(escaped(flag.description()));
            page.append(shown.isEmpty() ? ".\n" : escaped(" (default " + shown + ").") + "\n");
        }
    }

    private static void seeAlso(StringBuilder page, String name) {
        section(page, "SEE ALSO");
        page.append(".BR ").append(name).append(" (1)\n");
    }

    /** Text that roff takes for text: no dash becomes a hyphen, no line a request. */
    static String escaped(String text) {
        String safe = text.replace("\\", "\\e").replace("-", "\\-").replace("\n", " ");
        return safe.startsWith(".") || safe.startsWith("'") ? "\\&" + safe : safe;
    }
}
