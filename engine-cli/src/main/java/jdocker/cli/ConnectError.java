package jdocker.cli;

/** No daemon answers at the address. */
final class ConnectError extends CliError {
    ConnectError(String message) {
        super(message);
    }
}
