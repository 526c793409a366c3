package jdocker.cli;

/** A command line that does not fit the command. */
final class UsageError extends CliError {
    private final boolean aboutFlag;

    private UsageError(String message, int exitCode, boolean aboutFlag) {
        super(message, exitCode);
        this.aboutFlag = aboutFlag;
    }

    /** A flag that does not exist or whose value is wrong: docker's code for it is 125. */
    static UsageError flag(String message) {
        return new UsageError(message, 125, true);
    }

    static UsageError arguments(String message) {
        return new UsageError(message, 1, false);
    }

    boolean isAboutFlag() {
        return aboutFlag;
    }
}
