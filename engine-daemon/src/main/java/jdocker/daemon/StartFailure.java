package jdocker.daemon;

import org.jspecify.annotations.Nullable;

/** The daemon cannot start; the message is all that its user needs. */
final class StartFailure extends RuntimeException {
    StartFailure(String message) {
        super(message);
    }

    StartFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
