package jdocker.daemon.state;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import jdocker.daemon.event.Event;
import jdocker.daemon.event.EventLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig.SynchronousMode;

/**
 * Every object and event of the daemon, in one SQLite database. One thread writes, several changes to one commit where
 * they come together; readers see immutable snapshots and never wait.
 */
public final class StateStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateStore.class);
    private static final int MAX_BATCH = 256;

    /**
     * How long events are kept.
     *
     * @param age the older ones go
     * @param count the newest so many stay
     */
    public record Retention(Duration age, long count) {
        public static final Retention DEFAULT = new Retention(Duration.ofDays(7), 100_000);
    }

    private final Database database;
    private final Writer writer;
    private final EventReader reader;
    private final EventLog events;
    private final Housekeeping housekeeping;
    private final BlockingQueue<Task<?>> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile StoredObjects snapshot;
    private volatile boolean closed;
    private long sequence;

    private StateStore(Database database, StoredObjects objects, Retention retention) throws SQLException {
        this.database = database;
        snapshot = objects;
        writer = new Writer(database.writing(SynchronousMode.FULL));
        reader = new EventReader(database);
        sequence = reader.last();
        events = new EventLog(reader, sequence);
        housekeeping = new Housekeeping(database, writer, retention);
        thread = Thread.ofPlatform().name("state-writer").daemon().unstarted(this::writeAll);
    }

    /**
     * Opens or creates the database and brings it to this release's schema.
     *
     * @throws StateException when the file is damaged, or was written by a newer release
     */
    public static StateStore open(Path file) {
        return open(file, Retention.DEFAULT);
    }

    public static StateStore open(Path file, Retention retention) {
        Database database = new Database(file);
        database.create();
        try {
            StoredObjects objects;
            try (Connection connection = database.writing(SynchronousMode.FULL)) {
                Schema.migrate(connection, file);
                objects = load(connection);
            }
            StateStore store = new StateStore(database, objects, retention);
            store.thread.start();
            return store;
        } catch (SQLException e) {
            throw database.failure("open", e);
        }
    }

    private static StoredObjects load(Connection connection) throws SQLException {
        StoredObjects objects = StoredObjects.none();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT collection, id, document FROM object")) {
            while (row.next()) {
                objects = objects.plus(row.getString(1), row.getString(2), Document.stored(row.getBytes(3)));
            }
        }
        return objects;
    }

    /** The objects as of the last committed change. */
    public Snapshot snapshot() {
        return snapshot;
    }

    /** The events of all time, as far as they are kept. */
    public EventLog events() {
        return events;
    }

    /**
     * Makes one change and waits until it is committed; then it is in {@link #snapshot} and its events are published.
     * Changes are made one after the other. If {@code change} throws, nothing happens and the exception comes out here.
     * Any thread, virtual ones too.
     *
     * @throws StateException when the database cannot be written; nothing happened then either
     */
    public <R> R write(Durability durability, Function<Transaction, R> change) {
        Task<R> task = new Task<>(durability, change);
        queue.add(task);
        if (closed) {
            task.done.completeExceptionally(new StateException("the state database is closed", null));
        }
        try {
            return task.done.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private void writeAll() {
        var batch = new ArrayList<Task<?>>();
        while (!closed || !queue.isEmpty()) {
            try {
                Task<?> first = queue.poll(1, TimeUnit.HOURS);
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch, MAX_BATCH - 1);
                    write(batch);
                }
                housekeeping.afterBatch(sequence, queue.isEmpty());
            } catch (InterruptedException e) {
                closed = true;
            } catch (SQLException | RuntimeException e) {
                LOG.error("the state database {}", database.file(), e);
            }
            batch.clear();
        }
    }

    private void write(List<Task<?>> batch) {
        StoredObjects objects = snapshot;
        long last = sequence;
        boolean durable = false;
        var changes = new ArrayList<Change>();
        for (Task<?> task : batch) {
            var transaction = new OpenTransaction(objects, last);
            if (task.run(transaction)) {
                objects = transaction.objects();
                last = transaction.sequence();
                changes.addAll(transaction.changes());
                durable |= task.durability == Durability.FULL
                        && !transaction.changes().isEmpty();
            }
        }
        try {
            if (!changes.isEmpty()) {
                writer.commit(changes, durable ? Durability.FULL : Durability.NORMAL);
            }
        } catch (SQLException e) {
            StateException failure = database.failure("write", e);
            LOG.error(failure.getMessage());
            batch.forEach(task -> task.fail(failure));
            return;
        }
        sequence = last;
        snapshot = objects;
        publish(changes);
        batch.forEach(Task::succeed);
    }

    private void publish(List<Change> changes) {
        List<Event> appended = changes.stream()
                .flatMap(change -> change instanceof Change.Append(Event event)
                        ? java.util.stream.Stream.of(event)
                        : java.util.stream.Stream.empty())
                .toList();
        if (!appended.isEmpty()) {
            events.publish(appended);
        }
    }

    /** Finishes what was asked for, then closes the file. */
    @Override
    public void close() {
        events.close();
        closed = true;
        queue.add(new Task<>(Durability.NORMAL, _ -> true)); // wakes the thread
        try {
            thread.join(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            housekeeping.close();
            reader.close();
            writer.close();
        } catch (SQLException e) {
            LOG.warn("closing the state database {}: {}", database.file(), e.getMessage());
        }
    }

    /** A change that waits for its commit. */
    private static final class Task<R> {
        private final Durability durability;
        private final Function<Transaction, R> change;
        private final CompletableFuture<R> done = new CompletableFuture<>();
        private @Nullable R result;

        Task(Durability durability, Function<Transaction, R> change) {
            this.durability = durability;
            this.change = change;
        }

        boolean run(OpenTransaction transaction) {
            try {
                result = change.apply(transaction);
                return true;
            } catch (Throwable thrown) {
                fail(thrown);
                return false;
            }
        }

        void fail(Throwable cause) {
            done.completeExceptionally(cause);
        }

        void succeed() {
            done.complete(result); // in vain when the change itself has failed
        }
    }
}
