package jdocker.daemon.state;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The database's schema through the releases. Forward only: entry n takes version n to version n + 1. */
final class Schema {
    /** "jdoc", so that {@code file} and we know our own. */
    private static final int APPLICATION_ID = 0x6a646f63;

    private static final List<List<String>> MIGRATIONS = List.of(List.of(
            "CREATE TABLE object (collection TEXT NOT NULL, id TEXT NOT NULL, document BLOB NOT NULL,"
                    + " PRIMARY KEY (collection, id)) STRICT",
            "CREATE TABLE event (sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, type TEXT NOT NULL,"
                    + " action TEXT NOT NULL, actor TEXT NOT NULL, attributes BLOB NOT NULL) STRICT",
            "CREATE INDEX event_time ON event (time)"));

    private Schema() {}

    /** Brings the database to this release's version. */
    static void migrate(Connection connection, Path file) throws SQLException {
        int owner = pragma(connection, "application_id");
        int version = pragma(connection, "user_version");
        if (owner != APPLICATION_ID && (owner != 0 || version != 0)) {
            throw new StateException(file + " is a database of some other program", null);
        }
        if (version > MIGRATIONS.size()) {
            throw new StateException(
                    "the state database " + file + " was written by a newer jdocker (schema " + version
                            + ", this one knows " + MIGRATIONS.size() + "): use that release or newer",
                    null);
        }
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (int from = version; from < MIGRATIONS.size(); from++) {
                for (String sql : MIGRATIONS.get(from)) {
                    statement.executeUpdate(sql);
                }
                statement.executeUpdate("PRAGMA application_id = " + APPLICATION_ID);
                statement.executeUpdate("PRAGMA user_version = " + (from + 1));
                connection.commit();
            }
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static int pragma(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA " + name)) {
            return row.next() ? row.getInt(1) : 0;
        }
    }
}
