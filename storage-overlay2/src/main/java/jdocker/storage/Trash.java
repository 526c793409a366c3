package jdocker.storage;

import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import jdocker.kernel.DirEntry;
import jdocker.kernel.Errno;
import jdocker.kernel.FileCalls;
import jdocker.kernel.SyscallException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes folders: out of the store by one rename, which a crash cannot halve, and then file by file. What is small goes
 * at once, what is large in the background; what a crash leaves goes at the next start.
 */
final class Trash implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Trash.class);
    private static final long AT_ONCE = 256;

    private final StoreFolders folders;
    private final FileCalls files;
    private final ExecutorService background = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("layer-removal").daemon().factory());

    Trash(StoreFolders folders) {
        this.folders = folders;
        this.files = folders.kernel().files();
    }

    /** Takes a folder out of the store; small ones are gone when this returns. */
    void discard(String id) {
        takeOut(id).ifPresent(this::remove);
    }

    /** Takes a folder out of the store, and removes it in the background. */
    void discardLater(String id) {
        takeOut(id).ifPresent(name -> background.execute(() -> removeAll(StoreFolders.bytes(name))));
    }

    private Optional<String> takeOut(String id) {
        String name =
                "removed-" + Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), 36);
        try {
            files.rename(folders.plainOverlay(), StoreFolders.bytes(id), folders.temporary(), StoreFolders.bytes(name));
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
        return Optional.of(name);
    }

    /** Removes what lies in tmp under this name. */
    void remove(String temporaryName) {
        byte[] name = StoreFolders.bytes(temporaryName);
        try {
            if (!TreeRemoval.removeSome(files, folders.temporary(), name, AT_ONCE)) {
                background.execute(() -> removeAll(name));
            }
        } catch (SyscallException e) {
            LOG.warn("cannot remove tmp/{}: {}", temporaryName, e.getMessage());
        }
    }

    /** Removes what a crash has left in tmp, in the background. */
    void empty() {
        for (DirEntry entry : files.list(folders.temporary())) {
            background.execute(() -> removeAll(entry.name()));
        }
    }

    private void removeAll(byte[] name) {
        try {
            TreeRemoval.remove(files, folders.temporary(), name);
        } catch (RuntimeException e) {
            // It lies in tmp, so that the next start tries again.
            LOG.warn("cannot remove tmp/{}: {}", TarText.printable(name), e.getMessage());
        }
    }

    /** Waits for the background; empty when it was done in time. */
    Optional<String> awaitQuiet(long seconds) {
        background.shutdown();
        try {
            return background.awaitTermination(seconds, TimeUnit.SECONDS)
                    ? Optional.empty()
                    : Optional.of("layers are still being removed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    @Override
    public void close() {
        awaitQuiet(5).ifPresent(LOG::info);
    }
}
