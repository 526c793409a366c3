package jdocker.image;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What a registry refused, could not do, or sent wrong; the message names the registry's own words where it had any. */
public final class RegistryException extends RuntimeException {
    private final Kind kind;

    /** What a caller can tell apart. */
    public enum Kind {
        /** Wrong, missing or insufficient credentials. */
        UNAUTHORIZED,
        /** The repository, tag, digest or blob is not there. */
        NOT_FOUND,
        /** The request makes no sense to us or to the registry. */
        REFUSED,
        /** What came is not what was asked for: another digest or size, a malformed or hostile document. */
        WRONG_CONTENT,
        /** It could not be reached, or went on failing after every attempt. */
        UNAVAILABLE
    }

    public RegistryException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    RegistryException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** Whether no answer came at all, rather than one that says no. */
    boolean isUnreachable() {
        for (Throwable cause = getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException) {
                return kind == Kind.UNAVAILABLE;
            }
        }
        return false;
    }
}
