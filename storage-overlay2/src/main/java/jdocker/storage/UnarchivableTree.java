package jdocker.storage;

/** A tree that cannot be told in a tar; the message says what stands in the way. */
public final class UnarchivableTree extends RuntimeException {
    UnarchivableTree(String message) {
        super(message);
    }
}
