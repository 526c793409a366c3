package jdocker.daemon.state;

import java.nio.file.Path;
import java.util.function.Function;

/**
 * Every object and event of the daemon, in one SQLite database. One thread writes; readers see immutable snapshots.
 * {@link #write} blocks for a native call's time, so it belongs on {@code Lane.WORK}.
 */
public final class StateStore implements AutoCloseable {

    private StateStore() {}

    /**
     * Opens or creates the database and brings it to this release's schema.
     *
     * @throws StateException when the file is damaged, or was written by a newer release
     */
    public static StateStore open(Path database) {
        throw new UnsupportedOperationException("not built yet: " + database);
    }

    /** The objects as of the last committed change. */
    public Snapshot snapshot() {
        throw new UnsupportedOperationException("not built yet");
    }

    /**
     * Makes one change and waits until it is committed; then it is in {@link #snapshot} and its events are published.
     * Changes are made one after the other. If {@code change} throws, nothing happens and the exception comes out here.
     *
     * @throws StateException when the database cannot be written; nothing happened then either
     */
    public <R> R write(Durability durability, Function<Transaction, R> change) {
        throw new UnsupportedOperationException("not built yet: " + durability + change);
    }

    @Override
    public void close() {}
}
