package jdocker.cli;

/** Whoever read our output has gone; docker dies of SIGPIPE then, silently. */
final class OutputClosed extends CliError {
    OutputClosed() {
        super("", 128 + 13);
    }
}
