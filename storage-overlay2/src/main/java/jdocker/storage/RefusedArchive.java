package jdocker.storage;

/** An archive that is malformed, hostile or too large; the message says which entry and why. Nothing of it was kept. */
public final class RefusedArchive extends RuntimeException {
    public RefusedArchive(String message) {
        super(message);
    }
}
