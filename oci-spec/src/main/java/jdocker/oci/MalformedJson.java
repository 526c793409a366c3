package jdocker.oci;

import org.jspecify.annotations.Nullable;

/** A document that is not what its reader expects; the message says what and where. */
public final class MalformedJson extends RuntimeException {
    private static final long serialVersionUID = 1;

    MalformedJson(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
