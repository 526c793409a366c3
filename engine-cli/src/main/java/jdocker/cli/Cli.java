package jdocker.cli;

import java.util.List;

/** Finds the command an invocation asks for, carries it out, and turns failures into messages and exit codes. */
final class Cli {
    private final Invocation invocation;
    private final Output out;
    private final Output err;
    private String path = "";
    private String synopsis = "[OPTIONS] COMMAND [ARG...]";

    private Cli(Invocation invocation) {
        this.invocation = invocation;
        this.out = new Output(invocation.out());
        this.err = new Output(invocation.err());
    }

    /** Runs one command to its end and returns the exit code. */
    static int run(Invocation invocation) {
        return new Cli(invocation).run();
    }

    private int run() {
        try {
            int code = dispatch();
            out.flush();
            return code;
        } catch (UsageError e) {
            return afterOutput(() -> explain(e), e.exitCode());
        } catch (CliError e) {
            return afterOutput(() -> err.print(e.text().isEmpty() ? "" : e.text() + "\n"), e.exitCode());
        }
    }

    private int afterOutput(Runnable say, int code) {
        try {
            out.flush();
            say.run();
            err.flush();
            return code;
        } catch (OutputClosed e) {
            return e.exitCode();
        }
    }

    private int dispatch() {
        Globals globals = new Globals();
        List<String> words = globals.flags.parse(invocation.arguments());
        globals.check();
        if (globals.version.isOn()) {
            ClientVersion client = invocation.client();
            out.line("jdocker version " + client.version() + ", build " + client.revision());
            return 0;
        }
        boolean help = globals.flags.isHelpWanted()
                || words.isEmpty()
                || words.getFirst().equals("help");
        if (help) {
            List<String> topic =
                    words.isEmpty() || !words.getFirst().equals("help") ? words : words.subList(1, words.size());
            return topic.isEmpty() ? say(Help.ofAll(globals.flags)) : helpOn(topic);
        }
        int length = Commands.isGroup(words.getFirst()) && words.size() > 1 ? 2 : 1;
        if (length == 1 && Commands.isGroup(words.getFirst())) {
            return say(Help.ofGroup(words.getFirst()));
        }
        if (length == 2 && words.get(1).equals("--help")) {
            return say(Help.ofGroup(words.getFirst()));
        }
        return command(globals, String.join(" ", words.subList(0, length)), words.subList(length, words.size()));
    }

    private int command(Globals globals, String name, List<String> line) {
        Commands.Entry entry = Commands.find(name);
        if (entry == null) {
            throw unknown(name);
        }
        Command command = Commands.make(entry.name());
        path = name;
        synopsis = command.synopsis();
        List<String> arguments = command.flags().parse(line);
        if (command.flags().isHelpWanted()) {
            return say(Help.ofCommand(name, entry, command));
        }
        String complaint = command.arity().complaint(arguments.size());
        if (!complaint.isEmpty()) {
            throw UsageError.arguments("jdocker: 'jdocker " + name + "' " + complaint + "\n\nUsage:  jdocker " + usage()
                    + "\n\n" + command.arity().hint() + " 'jdocker " + name + " --help' for more information");
        }
        try (Session session = new Session(invocation, globals, name, out, err)) {
            return command.run(session, arguments);
        }
    }

    private int helpOn(List<String> topic) {
        int length = Commands.isGroup(topic.getFirst()) && topic.size() > 1 ? 2 : 1;
        String name = String.join(" ", topic.subList(0, Math.min(length, topic.size())));
        if (Commands.isGroup(name)) {
            return say(Help.ofGroup(name));
        }
        Commands.Entry entry = Commands.find(name);
        if (entry == null) {
            throw unknown(name);
        }
        return say(Help.ofCommand(name, entry, Commands.make(entry.name())));
    }

    private int say(String text) {
        out.line(text);
        return 0;
    }

    private static UsageError unknown(String name) {
        int space = name.indexOf(' ');
        String group = space < 0 ? "" : name.substring(0, space);
        String word = name.substring(space + 1);
        String guess = Suggestion.closest(word, space < 0 ? all() : Commands.words(group));
        String meant =
                guess == null ? "" : "\nDid you mean 'jdocker " + (group.isEmpty() ? "" : group + " ") + guess + "'?\n";
        String usage = group.isEmpty() ? "" : "Usage:  jdocker " + group + "\n\n";
        return UsageError.arguments("jdocker: unknown command: jdocker " + name + "\n" + meant + "\n" + usage
                + "Run 'jdocker " + (group.isEmpty() ? "" : group + " ") + "--help' for more information");
    }

    private static List<String> all() {
        List<String> words = Commands.words("");
        words.addAll(Commands.GROUPS);
        return words;
    }

    private String usage() {
        return path.isEmpty() ? synopsis : synopsis.isEmpty() ? path : path + " " + synopsis;
    }

    private void explain(UsageError e) {
        err.line(e.text());
        if (e.isAboutFlag()) {
            err.line("\nUsage:  jdocker " + usage() + "\n\nRun 'jdocker " + (path.isEmpty() ? "" : path + " ")
                    + "--help' for more information");
        }
    }
}
