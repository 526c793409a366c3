package jdocker.daemon.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import jdocker.daemon.event.Event;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteErrorCode;

/**
 * The one connection that writes; not thread safe. One for both kinds of durability: the pages that it remembers stay good
 * as long as nobody else writes.
 */
final class Writer implements AutoCloseable {
    /** The part of an error code that is not its details. */
    private static final int PRIMARY = 0xff;

    private final Connection connection;
    private SynchronousMode synchronous = SynchronousMode.FULL;
    private final Statement control;
    private Prepared prepared;
    private boolean doubtful;

    private record Prepared(PreparedStatement put, PreparedStatement remove, PreparedStatement append) {
        static Prepared on(Connection connection) throws SQLException {
            return new Prepared(
                    connection.prepareStatement("INSERT INTO object (collection, id, document) VALUES (?, ?, ?)"
                            + " ON CONFLICT (collection, id) DO UPDATE SET document = excluded.document"),
                    connection.prepareStatement("DELETE FROM object WHERE collection = ? AND id = ?"),
                    connection.prepareStatement("INSERT INTO event (sequence, time, type, action, actor, attributes)"
                            + " VALUES (?, ?, ?, ?, ?, ?)"));
        }
    }

    /** @param connection syncs what it commits, and is the new object's own */
    Writer(Connection connection) throws SQLException {
        this.connection = connection;
        control = connection.createStatement();
        prepared = Prepared.on(connection);
    }

    /** All of it in one transaction, or nothing; after a failure the next one is as good as the first. */
    void commit(List<Change> changes, Durability durability) throws SQLException {
        if (doubtful) {
            // Of a log that could not be synced the kernel may have dropped what was not, and says so only once. What
            // it
            // has in memory is whole: it goes into the file, and the log begins anew.
            doubtful = !Database.checkpoint(connection, "TRUNCATE");
        }
        synchronise(durability == Durability.FULL ? SynchronousMode.FULL : SynchronousMode.NORMAL);
        // In so many words: JDBC's own transactions begin the next one with the end of the last, which a full disk
        // prevents.
        control.execute("BEGIN IMMEDIATE");
        try {
            for (Change change : changes) {
                switch (change) {
                    case Change.Put p -> put(p);
                    case Change.Remove r -> remove(r);
                    case Change.Append a -> append(a.event());
                }
            }
            control.execute("COMMIT");
        } catch (SQLException e) {
            doubtful |= (e.getErrorCode() & PRIMARY) == SQLiteErrorCode.SQLITE_IOERR.code;
            beginAnew(e);
            throw e;
        }
    }

    private void beginAnew(SQLException failure) {
        try {
            control.execute("ROLLBACK");
        } catch (SQLException e) {
            failure.addSuppressed(e); // most often SQLite has done it by itself
        }
        try {
            prepared = Prepared.on(connection); // JDBC has closed the statement that failed
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    // Between transactions: within one, SQLite refuses it.
    private void synchronise(SynchronousMode wanted) throws SQLException {
        if (wanted != synchronous) {
            control.execute("PRAGMA synchronous = " + wanted.getValue());
            synchronous = wanted;
        }
    }

    private void put(Change.Put change) throws SQLException {
        prepared.put.setString(1, change.collection());
        prepared.put.setString(2, change.id());
        prepared.put.setBytes(3, change.json());
        prepared.put.executeUpdate();
    }

    private void remove(Change.Remove change) throws SQLException {
        prepared.remove.setString(1, change.collection());
        prepared.remove.setString(2, change.id());
        prepared.remove.executeUpdate();
    }

    private void append(Event event) throws SQLException {
        prepared.append.setLong(1, event.sequence());
        prepared.append.setLong(2, nanos(event.time()));
        prepared.append.setString(3, event.type());
        prepared.append.setString(4, event.action());
        prepared.append.setString(5, event.actorId());
        prepared.append.setBytes(6, StateJson.write(event.attributes()));
        prepared.append.executeUpdate();
    }

    /** Drops the oldest events, a bounded number at once so that nobody waits long for it. True when there may be more. */
    boolean dropEvents(long upTo, Instant before, int limit) throws SQLException {
        try (PreparedStatement drop = connection.prepareStatement("DELETE FROM event WHERE sequence IN"
                + " (SELECT sequence FROM event WHERE sequence <= ? OR time < ? ORDER BY sequence LIMIT ?)")) {
            drop.setLong(1, upTo);
            drop.setLong(2, nanos(before));
            drop.setInt(3, limit);
            return drop.executeUpdate() == limit;
        }
    }

    /** Folds the log into the file and begins it anew; waits for readers. */
    void checkpoint() throws SQLException {
        Database.checkpoint(connection, "RESTART");
    }

    static long nanos(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
