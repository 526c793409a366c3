package jdocker.storage;

/**
 * In what a container's file differs from its image.
 *
 * @param path from the root on; bytes that are no UTF-8 are replaced
 */
public record FileChange(String path, Kind kind) {

    /** In the order of Docker's numbers. */
    public enum Kind {
        MODIFIED,
        ADDED,
        DELETED
    }
}
