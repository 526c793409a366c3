package jdocker.network;

/** A network that the kernel refuses; the message says what was asked of it, what it said, and what to do. */
public final class NetworkException extends RuntimeException {
    public NetworkException(String message) {
        super(message);
    }

    public NetworkException(String message, Throwable cause) {
        super(message, cause);
    }
}
