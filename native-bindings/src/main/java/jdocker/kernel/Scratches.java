package jdocker.kernel;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Native memory for call arguments, used again and again. A pool and not thread-locals: throw-away threads and virtual
 * threads come by the thousand and would each leave a buffer behind; the pool never holds more than were in use at once.
 */
final class Scratches {
    /** Room for two paths or a page of mount options many times over, and a good size for reading directories. */
    static final int SIZE = 64 * 1024;

    private final Libc libc;
    private final ConcurrentLinkedQueue<Scratch> free = new ConcurrentLinkedQueue<>();

    Scratches(Libc libc) {
        this.libc = libc;
    }

    Scratch take() {
        Scratch scratch = free.poll();
        return scratch == null ? allocate(SIZE) : scratch;
    }

    /** Larger ones are the caller's alone and left to the garbage collector. */
    Scratch take(long atLeast) {
        return atLeast <= SIZE ? take() : allocate(Math.toIntExact(atLeast));
    }

    void giveBack(Scratch scratch) {
        if (scratch.capacity() == SIZE) {
            free.offer(scratch);
        }
    }

    private Scratch allocate(int size) {
        ByteBuffer memory = ByteBuffer.allocateDirect(size);
        return new Scratch(this, memory, libc.address(memory));
    }
}
