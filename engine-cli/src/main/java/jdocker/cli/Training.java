package jdocker.cli;

/** A run for the ahead-of-time cache: goes through the common commands against a daemon that only pretends. */
final class Training {
    private static final String WORD = "__train";

    private Training() {}

    static boolean isAskedFor(String[] arguments) {
        return arguments.length == 1 && arguments[0].equals(WORD);
    }

    static int run(Invocation invocation) {
        ProcessTerminal.train();
        return TrainingDaemon.serve(invocation);
    }
}
