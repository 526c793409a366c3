package jdocker.daemon.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells followers that something in a log's directory has changed, by inotify: a follower costs nothing while nothing
 * is written. One thread for all, made when the first follower comes.
 */
final class LogWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogWatch.class);

    private final Map<Path, Watched> directories = new HashMap<>();
    private @Nullable WatchService service;

    private record Watched(WatchKey key, List<Runnable> listeners) {}

    /** A listener's place; closing ends it. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /** Calls after each change, on the watch's thread: must be quick. */
    synchronized Registration watch(Path directory, Runnable listener) {
        try {
            WatchService running = start();
            Watched watched = directories.get(directory);
            if (watched == null) {
                WatchKey key = directory.register(
                        running, StandardWatchEventKinds.ENTRY_MODIFY, StandardWatchEventKinds.ENTRY_CREATE);
                watched = new Watched(key, new CopyOnWriteArrayList<>());
                directories.put(directory, watched);
            }
            watched.listeners.add(listener);
            return () -> unwatch(directory, listener);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot watch " + directory, e);
        }
    }

    private synchronized void unwatch(Path directory, Runnable listener) {
        Watched watched = directories.get(directory);
        if (watched != null) {
            watched.listeners.remove(listener);
            if (watched.listeners.isEmpty()) {
                watched.key.cancel();
                directories.remove(directory);
            }
        }
    }

    private WatchService start() throws IOException {
        WatchService running = service;
        if (running == null) {
            running = FileSystems.getDefault().newWatchService();
            service = running;
            WatchService watched = running;
            Thread.ofVirtual().name("log-watch").start(() -> run(watched));
        }
        return running;
    }

    private void run(WatchService running) {
        try {
            while (true) {
                WatchKey key = running.take();
                key.pollEvents(); // which file it was does not matter, nor how often
                key.reset();
                listeners((Path) key.watchable()).forEach(LogWatch::call);
            }
        } catch (ClosedWatchServiceException | InterruptedException e) {
            // the end of the daemon
        }
    }

    private synchronized List<Runnable> listeners(Path directory) {
        Watched watched = directories.get(directory);
        return watched == null ? List.of() : watched.listeners;
    }

    private static void call(Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException e) {
            LOG.warn("a log follower failed", e);
        }
    }

    @Override
    public synchronized void close() {
        WatchService running = service;
        if (running != null) {
            try {
                running.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
