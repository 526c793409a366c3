package jdocker.cli;

/** A failure of the command itself, said to the user as it stands; the process ends with the given code. */
class CliError extends RuntimeException {
    private final int exitCode;

    CliError(String message) {
        this(message, 1);
    }

    CliError(String message, int exitCode) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }

    String text() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
