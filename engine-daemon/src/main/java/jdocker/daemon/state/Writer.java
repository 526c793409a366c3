package jdocker.daemon.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import jdocker.daemon.event.Event;
import org.sqlite.SQLiteConfig.SynchronousMode;

/**
 * The one connection that writes; not thread safe. One for both kinds of durability: the pages that it remembers stay good
 * as long as nobody else writes.
 */
final class Writer implements AutoCloseable {
    private final Connection connection;
    private SynchronousMode synchronous = SynchronousMode.FULL;
    private final PreparedStatement put;
    private final PreparedStatement remove;
    private final PreparedStatement append;

    /** @param connection syncs what it commits, and is the new object's own */
    Writer(Connection connection) throws SQLException {
        this.connection = connection;
        connection.setAutoCommit(false);
        put = connection.prepareStatement("INSERT INTO object (collection, id, document) VALUES (?, ?, ?)"
                + " ON CONFLICT (collection, id) DO UPDATE SET document = excluded.document");
        remove = connection.prepareStatement("DELETE FROM object WHERE collection = ? AND id = ?");
        append = connection.prepareStatement(
                "INSERT INTO event (sequence, time, type, action, actor, attributes) VALUES (?, ?, ?, ?, ?, ?)");
    }

    /** All of it in one transaction, or nothing. */
    void commit(List<Change> changes, Durability durability) throws SQLException {
        synchronise(durability == Durability.FULL ? SynchronousMode.FULL : SynchronousMode.NORMAL);
        try {
            for (Change change : changes) {
                switch (change) {
                    case Change.Put p -> put(p);
                    case Change.Remove r -> remove(r);
                    case Change.Append a -> append(a.event());
                }
            }
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        }
    }

    // Between transactions: within one, SQLite refuses it.
    private void synchronise(SynchronousMode wanted) throws SQLException {
        if (wanted == synchronous) {
            return;
        }
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA synchronous = " + wanted.getValue());
            synchronous = wanted;
        } finally {
            connection.setAutoCommit(false);
        }
    }

    private void put(Change.Put change) throws SQLException {
        put.setString(1, change.collection());
        put.setString(2, change.id());
        put.setBytes(3, change.json());
        put.executeUpdate();
    }

    private void remove(Change.Remove change) throws SQLException {
        remove.setString(1, change.collection());
        remove.setString(2, change.id());
        remove.executeUpdate();
    }

    private void append(Event event) throws SQLException {
        append.setLong(1, event.sequence());
        append.setLong(2, nanos(event.time()));
        append.setString(3, event.type());
        append.setString(4, event.action());
        append.setString(5, event.actorId());
        append.setBytes(6, StateJson.write(event.attributes()));
        append.executeUpdate();
    }

    /** Drops the oldest events, a bounded number at once so that nobody waits long for it. True when there may be more. */
    boolean dropEvents(long upTo, Instant before, int limit) throws SQLException {
        try (PreparedStatement drop = connection.prepareStatement("DELETE FROM event WHERE sequence IN"
                + " (SELECT sequence FROM event WHERE sequence <= ? OR time < ? ORDER BY sequence LIMIT ?)")) {
            drop.setLong(1, upTo);
            drop.setLong(2, nanos(before));
            drop.setInt(3, limit);
            int dropped = drop.executeUpdate();
            connection.commit();
            return dropped == limit;
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        }
    }

    /** Folds the log into the file and begins it anew; waits for readers. */
    void checkpoint() throws SQLException {
        connection.setAutoCommit(true);
        try {
            Database.checkpoint(connection, "RESTART");
        } finally {
            connection.setAutoCommit(false);
        }
    }

    static long nanos(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
