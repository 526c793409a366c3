package jdocker.daemon.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log of several files, {@code <log>.2, <log>.1, <log>} from old to new, while the shim writes and rotates
 * them. Files that a slow reader has not come to yet are opened as soon as they appear, so that rotation cannot take
 * them away; a reader that is slower than that by far loses the oldest of them.
 */
final class LogReader implements AutoCloseable {
    private static final int MOST_OPEN = 64;
    private static final int MOST_FILES = 10_000;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final Path log;
    private final Deque<LogFile> files = new ArrayDeque<>();
    private boolean changed;

    LogReader(Path log) {
        this.log = log;
    }

    /** What takes the records. Its exceptions end the reading. */
    interface Sink {
        void record(LogRecord record) throws IOException, InterruptedException;

        /** Everything that is there has been handed over for now. */
        void pause() throws IOException;
    }

    /** Reads what is there; what a busy writer adds meanwhile is no part of it. */
    void read(LogQuery query, Sink sink) throws IOException, InterruptedException {
        open();
        endHere();
        seek(query.tail());
        readOpen(query, sink);
        sink.pause();
    }

    /**
     * Reads what is there and what comes, until the writer has ended.
     *
     * @param ended whether nothing more will be written; {@link #wake} must be called when it turns true
     */
    void follow(LogQuery query, LogWatch watch, BooleanSupplier ended, Sink sink)
            throws IOException, InterruptedException {
        Path directory = parent();
        try (LogWatch.Registration _ = watch.watch(directory, this::noticed)) {
            open();
            seek(query.tail());
            while (true) {
                boolean last = ended.getAsBoolean(); // asked before reading: what came before the end is then read
                if (!readOpen(query, sink)) {
                    return;
                }
                // Asked both: the watch may have opened the next file since the last one was read.
                if (successors() || superseded()) {
                    continue;
                }
                sink.pause();
                if (last || Instant.now().isAfter(query.until())) {
                    return;
                }
                await(query.until());
            }
        }
    }

    /** Makes a follower look again: it waits for the file system or for this. */
    void wake() {
        synchronized (this) {
            changed = true;
            notifyAll();
        }
    }

    // On the watch's thread: holds on to what rotation has made before it can be rotated away.
    private void noticed() {
        try {
            successors();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            wake();
        }
    }

    private synchronized void await(Instant until) throws InterruptedException {
        long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
        while (!changed) {
            long left = deadline - System.nanoTime();
            if (until.isBefore(Instant.MAX)) {
                left = Math.min(
                        left, Math.max(0, Duration.between(Instant.now(), until).toNanos()) + 1_000_000);
            }
            if (left <= 0 || Instant.now().isAfter(until)) {
                break;
            }
            wait(left / 1_000_000 + 1);
        }
        changed = false;
    }

    private Path parent() {
        Path directory = log.getParent();
        if (directory == null) {
            throw new IllegalArgumentException("a log without a directory: " + log);
        }
        return directory;
    }

    private Path rotated(int number) {
        return number == 0 ? log : Path.of(log + "." + number);
    }

    /** All files from old to new. Tried again when a rotation has come in between. */
    private synchronized void open() throws IOException {
        while (true) {
            var found = new ArrayDeque<LogFile>();
            for (int i = 0; i < MOST_FILES; i++) {
                Optional<LogFile> file = LogFile.open(rotated(i));
                if (file.isPresent()) {
                    found.addFirst(file.get());
                } else if (i > 0) { // the first is missing between a rotation and the next line
                    break;
                }
            }
            boolean whole = found.stream().map(LogFile::identity).distinct().count() == found.size()
                    && (found.isEmpty() || unmoved(found.getLast()));
            if (whole) {
                files.addAll(found);
                return;
            }
            for (LogFile file : found) {
                file.close();
            }
        }
    }

    // Still the newest, or the newest but for one that has not been made yet.
    private boolean unmoved(LogFile newest) throws IOException {
        Optional<Object> current = LogFile.identity(log);
        Optional<Object> newestIdentity = Optional.of(newest.identity());
        return current.equals(newestIdentity)
                || current.isEmpty() && LogFile.identity(rotated(1)).equals(newestIdentity);
    }

    private synchronized void endHere() throws IOException {
        LogFile newest = files.peekLast();
        if (newest != null) {
            newest.endHere();
        }
    }

    private synchronized void seek(long tail) throws IOException {
        if (tail < 0) {
            return;
        }
        long missing = tail;
        var needed = new ArrayDeque<LogFile>();
        while (!files.isEmpty() && (missing > 0 || needed.isEmpty())) {
            LogFile file = files.removeLast();
            missing = file.seekTail(missing);
            needed.addFirst(file);
        }
        for (LogFile older : files) {
            older.close();
        }
        files.clear();
        files.addAll(needed);
    }

    /** Opens the files that are newer than the newest open one; whether there were any. */
    private synchronized boolean successors() throws IOException {
        LogFile newest = files.peekLast();
        if (newest != null && LogFile.identity(log).equals(Optional.of(newest.identity()))
                || files.size() >= MOST_OPEN) {
            return false;
        }
        var found = new ArrayList<LogFile>();
        for (int i = 0; i < MOST_FILES; i++) {
            Optional<LogFile> file = LogFile.open(rotated(i));
            if (file.isEmpty()) {
                if (i > 0) {
                    break;
                }
                continue;
            }
            if (newest != null && file.get().identity().equals(newest.identity())) {
                file.get().close();
                break;
            }
            if (found.stream().anyMatch(f -> f.identity().equals(file.get().identity()))) {
                file.get().close(); // rotated while we looked: the same file under its next name
                continue;
            }
            found.add(file.get());
        }
        found.reversed().forEach(files::addLast);
        return !found.isEmpty();
    }

    /** Reads all open files to their ends and lets go of all but the newest; false when the reader has had enough. */
    private boolean readOpen(LogQuery query, Sink sink) throws IOException, InterruptedException {
        while (true) {
            LogFile file = oldest();
            if (file == null) {
                return true;
            }
            boolean superseded = superseded();
            boolean more = file.readLines((line, length) -> {
                Optional<LogRecord> record = LogRecord.parse(line, 0, length);
                if (record.isPresent()) {
                    if (record.get().time().isAfter(query.until())) {
                        return false;
                    }
                    if (query.wants(record.get())) {
                        sink.record(record.get());
                    }
                }
                return true;
            });
            if (!more) {
                return false;
            }
            if (!superseded) {
                return true;
            }
            discardOldest(); // its successor was there before this was read to the end: nothing more comes
        }
    }

    private synchronized @Nullable LogFile oldest() {
        return files.peekFirst();
    }

    private synchronized boolean superseded() {
        return files.size() > 1;
    }

    private synchronized void discardOldest() throws IOException {
        files.removeFirst().close();
    }

    @Override
    public synchronized void close() throws IOException {
        for (LogFile file : List.copyOf(files)) {
            file.close();
        }
        files.clear();
    }
}
