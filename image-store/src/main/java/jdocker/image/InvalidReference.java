package jdocker.image;

/** Text that is no image reference; the message is Docker's. */
public final class InvalidReference extends RuntimeException {
    InvalidReference(String message) {
        super(message);
    }
}
