package jdocker.image;

import org.jspecify.annotations.Nullable;

/** An image archive that cannot be taken in: malformed, incomplete, contradictory or a bomb. */
public final class InvalidArchive extends RuntimeException {
    public InvalidArchive(String message) {
        super(message);
    }

    public InvalidArchive(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
