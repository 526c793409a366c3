package jdocker.cli;

import java.util.List;

/** One command: its flags, its words in the help, and what it does. A command object serves one invocation. */
abstract class Command {
    private final FlagSet flags = new FlagSet();

    /** The flags; subclasses define theirs when they are made. */
    final FlagSet flags() {
        return flags;
    }

    /** What follows the command's name: {@code [OPTIONS] CONTAINER}. */
    abstract String synopsis();

    abstract Arity arity();

    /** Carries the command out and returns the process's exit code. */
    abstract int run(Session session, List<String> arguments);
}
