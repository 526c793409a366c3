package jdocker.daemon.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

class WriterTest {
    @TempDir
    private Path directory;

    private Connection connection;
    private Writer writer;

    @BeforeEach
    void open() throws SQLException {
        Path file = directory.resolve("state.db");
        var database = new Database(file);
        database.create();
        connection = database.writing(SynchronousMode.FULL);
        Schema.migrate(connection, file);
        writer = new Writer(connection);
    }

    @AfterEach
    void close() throws SQLException {
        writer.close();
    }

    private static List<Change> change(String id, int length) {
        byte[] json = ("\"" + "x".repeat(length) + "\"").getBytes(StandardCharsets.UTF_8);
        return List.of(new Change.Put("things", id, json));
    }

    private int count() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM object")) {
            return row.getInt(1);
        }
    }

    private void roomFor(int pages) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA max_page_count = " + pages);
        }
    }

    @ParameterizedTest
    @EnumSource
    void afterAFullDiskTheNextChangeIsAllOrNothingAgain(Durability durability) throws SQLException {
        writer.commit(change("first", 10), durability);
        roomFor(20);
        List<Change> tooMuch =
                List.of(change("small", 10).getFirst(), change("large", 1 << 20).getFirst());
        for (Durability each : Durability.values()) {
            assertThatThrownBy(() -> writer.commit(tooMuch, each)).isInstanceOf(SQLException.class);
            assertThat(count()).isOne();
        }
        roomFor(10_000);
        writer.commit(change("second", 10), durability);
        assertThat(count()).isEqualTo(2);
        roomFor(20);
        assertThatThrownBy(() -> writer.commit(tooMuch, durability)).isInstanceOf(SQLException.class);
        assertThat(count()).isEqualTo(2);
    }

    @Test
    void howMuchIsSyncedChangesBetweenTransactions() throws SQLException {
        for (Durability durability : List.of(Durability.NORMAL, Durability.FULL, Durability.NORMAL)) {
            writer.commit(change("thing", 10), durability);
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("PRAGMA synchronous")) {
                assertThat(row.getInt(1)).isEqualTo(durability == Durability.FULL ? 2 : 1);
            }
        }
    }

    @Test
    void afterASyncThatFailedTheLogBeginsAnew() throws SQLException, IOException {
        Path log = directory.resolve("state.db-wal");
        var disk = new FailingDisk(connection);
        var onDisk = new Writer(disk.connection());
        onDisk.commit(change("first", 10_000), Durability.NORMAL);
        disk.failing = true;
        assertThatThrownBy(() -> onDisk.commit(change("lost", 10), Durability.FULL))
                .hasMessageContaining("IOERR_FSYNC");
        disk.failing = false;
        long before = Files.size(log);
        onDisk.commit(change("second", 10), Durability.FULL);
        assertThat(Files.size(log)).isLessThan(before);
        assertThat(count()).isEqualTo(2);

        long after = Files.size(log);
        onDisk.commit(change("third", 10), Durability.FULL);
        assertThat(Files.size(log)).isGreaterThan(after);
    }

    /** A connection whose commits fail as they do when the disk cannot sync. */
    private static final class FailingDisk {
        private final Connection connection;
        private boolean failing;

        FailingDisk(Connection connection) {
            this.connection = connection;
        }

        Connection connection() {
            return proxy(Connection.class, (method, arguments) -> {
                Object made = method.invoke(connection, arguments);
                return method.getName().equals("createStatement") ? statement((Statement) made) : made;
            });
        }

        private Statement statement(Statement real) {
            return proxy(Statement.class, (method, arguments) -> {
                if (failing && arguments != null && arguments[0].equals("COMMIT")) {
                    throw new SQLiteException("[SQLITE_IOERR_FSYNC] I/O error", SQLiteErrorCode.SQLITE_IOERR_FSYNC);
                }
                return method.invoke(real, arguments);
            });
        }

        private interface Call {
            @Nullable
            Object make(Method method, Object @Nullable [] arguments) throws Exception;
        }

        private static <T> T proxy(Class<T> type, Call call) {
            return type.cast(Proxy.newProxyInstance(
                    type.getClassLoader(),
                    new Class<?>[] {type},
                    (_, method, arguments) -> call.make(method, arguments)));
        }
    }
}
