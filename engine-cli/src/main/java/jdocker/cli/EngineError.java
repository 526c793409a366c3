package jdocker.cli;

/** An error answer of the daemon, with its HTTP status. */
final class EngineError extends CliError {
    private final int status;
    private final String reason;

    EngineError(int status, String reason) {
        super("Error response from daemon: " + reason);
        this.status = status;
        this.reason = reason;
    }

    int status() {
        return status;
    }

    /** The daemon's own words. */
    String reason() {
        return reason;
    }

    boolean isNotFound() {
        return status == 404;
    }

    boolean isNotImplemented() {
        return status == 501;
    }
}
