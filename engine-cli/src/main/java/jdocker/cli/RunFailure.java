package jdocker.cli;

/** How a failure of {@code run} and {@code create} is said, and which exit code tells a script what went wrong. */
final class RunFailure {
    private static final int ENGINE = 125;
    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;

    private RunFailure() {}

    static CliError of(CliError cause, String command) {
        String message = cause.text();
        return new CliError(
                "jdocker: " + message + "\n\nRun 'jdocker " + command + " --help' for more information",
                codeOf(message));
    }

    // The API has no field for it: docker, too, reads the daemon's words.
    private static int codeOf(String message) {
        if (!message.startsWith("Error response from daemon: ")) {
            return ENGINE;
        }
        if (message.contains("executable file not found")
                || message.contains("no such file or directory")
                || message.contains("system cannot find the file specified")) {
            return NOT_FOUND;
        }
        return message.contains("permission denied") || message.contains("is a directory") ? NOT_EXECUTABLE : ENGINE;
    }
}
