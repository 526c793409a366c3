package jdocker.network;

/** Firewall rules that could not be read or changed; the message has what the tool said. */
public final class FirewallException extends RuntimeException {
    public FirewallException(String message) {
        super(message);
    }

    public FirewallException(String message, Throwable cause) {
        super(message, cause);
    }
}
