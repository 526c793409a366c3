package jdocker.daemon.container;

/** A container that could not be started for a reason that lies with the host or the engine. */
public final class StartFailed extends RuntimeException {
    public StartFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
