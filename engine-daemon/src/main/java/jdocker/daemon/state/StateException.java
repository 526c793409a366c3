package jdocker.daemon.state;

import org.jspecify.annotations.Nullable;

/** The database cannot be opened, read or written; the message names the file and what to do. */
public final class StateException extends RuntimeException {
    public StateException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
