package jdocker.storage;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that staged layers take: directories without an entry of their own are remembered until the layer has its
 * place. An image of many layers with many of them each must not fill the heap.
 */
final class WaitingDirectories {
    private static final long MOST = 64L << 20;
    private static final int EACH = 128; // besides its path

    private final long most;
    private final AtomicLong taken = new AtomicLong();

    WaitingDirectories() {
        this(MOST);
    }

    WaitingDirectories(long most) {
        this.most = most;
    }

    /** What one layer takes; closing it twice is harmless. */
    interface Place extends AutoCloseable {
        @Override
        void close();
    }

    /** @throws RefusedArchive when these are too many */
    Place take(List<byte[]> paths) {
        long bytes = paths.stream().mapToLong(path -> path.length + EACH).sum();
        if (taken.addAndGet(bytes) > most) {
            taken.addAndGet(-bytes);
            throw new RefusedArchive("too many directories that have no entry of their own, in all layers that wait");
        }
        var closed = new AtomicBoolean();
        return () -> {
            if (!closed.getAndSet(true)) {
                taken.addAndGet(-bytes);
            }
        };
    }
}
