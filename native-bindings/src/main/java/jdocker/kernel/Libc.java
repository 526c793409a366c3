package jdocker.kernel;

import java.nio.ByteBuffer;

/**
 * Raw C signatures. Pointers and integers alike are longs, so that every function has the one shape for which jffi needs
 * no generated code. A system call is made by number: one address to resolve instead of a hundred.
 */
interface Libc {
    /** {@code syscall(2)}: -1 on failure, then {@link #errno()}. Five arguments are the most that any call here takes. */
    long syscall(long number, long a, long b, long c, long d, long e);

    /** The error of this thread's last failed {@link #syscall}; saved with the call, so the JVM can't overwrite it. */
    int errno();

    /** Any other function by its address, up to six arguments; the result as it came, 64 bits wide. */
    long call(long function, long a, long b, long c, long d, long e, long f);

    /** The address of a function of the C library. */
    long address(String function);

    /** The address of a direct buffer's first byte. */
    long address(ByteBuffer direct);
}
