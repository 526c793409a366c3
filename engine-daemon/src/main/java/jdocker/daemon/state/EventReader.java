package jdocker.daemon.state;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import jdocker.daemon.event.Event;
import jdocker.daemon.event.EventHistory;

/** Reads past events on a thread of its own, because a native call would hold a virtual thread's carrier. */
final class EventReader implements EventHistory, AutoCloseable {
    private static final TypeReference<Map<String, String>> ATTRIBUTES = new TypeReference<>() {};

    private final Database database;
    private final Connection connection;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("state-reader").daemon().factory());

    EventReader(Database database) throws SQLException {
        this.database = database;
        this.connection = database.reading();
    }

    @Override
    public List<Event> after(long after, int limit) {
        return onThread(() -> {
            try (PreparedStatement select = connection.prepareStatement("SELECT sequence, time, type, action, actor,"
                    + " attributes FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?")) {
                select.setLong(1, after);
                select.setInt(2, limit);
                var events = new ArrayList<Event>();
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        events.add(event(row));
                    }
                }
                return events;
            }
        });
    }

    private static Event event(ResultSet row) throws SQLException, IOException {
        long nanos = row.getLong(2);
        Instant time =
                Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
        return new Event(
                row.getString(3),
                row.getString(4),
                row.getString(5),
                StateJson.read(row.getBytes(6), ATTRIBUTES),
                time,
                row.getLong(1));
    }

    @Override
    public long oldest() {
        return onThread(() -> number("SELECT coalesce((SELECT min(sequence) FROM event), ? + 1)", newest()));
    }

    @Override
    public long before(Instant time) {
        return onThread(() -> {
            long first = number("SELECT coalesce((SELECT min(sequence) FROM event WHERE time >= ?), 0)", nanos(time));
            return first == 0 ? newest() : first - 1;
        });
    }

    /** The newest sequence number; 0 when there is none. */
    long last() {
        return onThread(this::newest);
    }

    private long newest() throws SQLException {
        return number("SELECT coalesce(max(sequence), 0) + 0 * ? FROM event", 0);
    }

    private static long nanos(Instant time) {
        try {
            return Writer.nanos(time);
        } catch (ArithmeticException e) {
            return time.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    private long number(String sql, long parameter) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, parameter);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    private <T> T onThread(Callable<T> task) {
        try {
            return thread.submit(task).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StateException("interrupted while reading events", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException sql) {
                throw database.failure("read", sql);
            }
            throw new StateException("cannot read events: " + e.getCause(), e.getCause());
        }
    }

    @Override
    public void close() throws SQLException {
        thread.shutdown();
        connection.close();
    }
}
