package jdocker.daemon.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** The file: opens connections to it, and keeps its write-ahead log short. */
final class Database {
    private final Path file;

    Database(Path file) {
        this.file = file;
    }

    Path file() {
        return file;
    }

    /** Makes the file where there is none: for root's eyes only, since it holds environments and credentials. */
    void create() {
        try {
            if (Files.notExists(file)) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
        } catch (IOException e) {
            throw new StateException("cannot make the state database " + file + ": " + e.getMessage(), e);
        }
    }

    Connection writing(SQLiteConfig.SynchronousMode synchronous) throws SQLException {
        SQLiteConfig config = common();
        config.setSynchronous(synchronous);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        Connection connection = open(config);
        try (Statement statement = connection.createStatement()) {
            // Checkpoints sync the whole file; a thread of its own does them.
            statement.execute("PRAGMA wal_autocheckpoint = 0");
            statement.execute("PRAGMA journal_size_limit = " + (8 << 20));
        }
        return connection;
    }

    Connection reading() throws SQLException {
        SQLiteConfig config = common();
        config.setReadOnly(true);
        return open(config);
    }

    private static SQLiteConfig common() {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(10_000);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setGetGeneratedKeys(false); // a query after each insert, for numbers that nobody asks for
        return config;
    }

    private Connection open(SQLiteConfig config) throws SQLException {
        Properties properties = config.toProperties();
        return JDBC.createConnection("jdbc:sqlite:" + file, properties);
    }

    long walBytes() {
        try {
            return Files.size(Path.of(file + "-wal"));
        } catch (IOException e) {
            return 0;
        }
    }

    /**
     * @param mode {@code PASSIVE} disturbs nobody; {@code TRUNCATE} waits for everybody
     * @return whether nobody was in the way until the end
     */
    static boolean checkpoint(Connection connection, String mode) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(" + mode + ")")) {
            return row.next() && row.getInt(1) == 0;
        }
    }

    StateException failure(String doing, SQLException e) {
        boolean damaged = e instanceof SQLiteException sqlite
                && (primary(sqlite) == SQLiteErrorCode.SQLITE_CORRUPT.code
                        || primary(sqlite) == SQLiteErrorCode.SQLITE_NOTADB.code);
        return new StateException(
                "cannot " + doing + " the state database " + file + ": " + e.getMessage()
                        + (damaged
                                ? "; the file is damaged: restore it from a backup, or move it away to begin anew"
                                : ""),
                e);
    }

    private static int primary(SQLiteException e) {
        return e.getResultCode().code & 0xff;
    }
}
