package jdocker.kernel;

import java.nio.ByteBuffer;

/**
 * The C library as far as every call needs it. Pointers are longs. A system call is made by number, so that one prototype
 * serves a hundred calls: jnr-ffi writes an implementation of each prototype at start, which is most of what it costs.
 */
interface Libc {
    /** {@code syscall(2)}: -1 on failure, then {@link #errno()}. Five arguments are the most that any call here takes. */
    long syscall(long number, long a, long b, long c, long d, long e);

    /** The error of this thread's last failed {@link #syscall}; saved with the call, so the JVM can't overwrite it. */
    int errno();

    /** The address of a direct buffer's first byte. */
    long address(ByteBuffer direct);
}
