package jdocker.daemon.state;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import jdocker.daemon.state.StateStore.Retention;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig.SynchronousMode;

/** Keeps the write-ahead log and the table of events from growing for ever. */
final class Housekeeping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final int LOOK_EVERY = 32;
    private static final long CHECKPOINT_AT = 4 << 20;
    /** Only when the background does not keep up does a writer wait for a checkpoint. */
    private static final long CHECKPOINT_NOW_AT = 32 << 20;

    private static final int DROP_AT_ONCE = 1000;
    private static final long DROP_EVERY = 1000;

    private final Database database;
    private final Writer writer;
    private final Retention retention;
    private final Connection checkpoints;
    private final Semaphore due = new Semaphore(0);
    private final Thread thread;
    private int batches;
    private long droppedAt;
    private Instant nextDrop = Instant.EPOCH;
    private volatile boolean closed;

    Housekeeping(Database database, Writer writer, Retention retention) throws SQLException {
        this.database = database;
        this.writer = writer;
        this.retention = retention;
        checkpoints = database.writing(SynchronousMode.NORMAL);
        thread = Thread.ofPlatform().name("state-checkpoint").daemon().start(this::checkpoint);
    }

    /** On the writer's thread. */
    void afterBatch(long sequence, boolean idle) throws SQLException {
        if (++batches % LOOK_EVERY == 0) {
            long bytes = database.walBytes();
            if (bytes > CHECKPOINT_NOW_AT) {
                writer.checkpoint();
            } else if (bytes > CHECKPOINT_AT && due.availablePermits() == 0) {
                due.release();
            }
        }
        Instant now = Instant.now();
        if (sequence - droppedAt >= DROP_EVERY || (idle && now.isAfter(nextDrop))) {
            boolean more = writer.dropEvents(sequence - retention.count(), now.minus(retention.age()), DROP_AT_ONCE);
            if (!more) {
                droppedAt = sequence;
                nextDrop = now.plusSeconds(3600);
            }
        }
    }

    private void checkpoint() {
        while (!closed) {
            try {
                due.acquire();
                if (!closed) {
                    Database.checkpoint(checkpoints, "PASSIVE");
                }
            } catch (InterruptedException e) {
                return;
            } catch (SQLException e) {
                LOG.error("checkpoint of {}: {}", database.file(), e.getMessage());
            }
        }
    }

    @Override
    public void close() throws SQLException {
        closed = true;
        due.release();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        checkpoints.close(); // the last connection to close folds the log into the file
    }
}
