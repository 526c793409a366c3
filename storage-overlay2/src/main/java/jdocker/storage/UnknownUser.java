package jdocker.storage;

/** A user or group that a root file system does not have, or a number out of range; the message is Docker's. */
public final class UnknownUser extends RuntimeException {
    UnknownUser(String message) {
        super(message);
    }
}
