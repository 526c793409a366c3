package jdocker.kernel;

import java.nio.ByteBuffer;

/**
 * System calls as the kernel answers them: the result, or the negative error number. The one place that retries a call
 * that a signal interrupted.
 */
final class Calls {
    private final Libc libc;
    private final Scratches scratches;

    Calls(Libc libc) {
        this.libc = libc;
        this.scratches = new Scratches(libc);
    }

    /** The running system's. */
    static Calls system() {
        return Running.CALLS;
    }

    long call(SyscallNumber call) {
        return call(call, 0, 0, 0, 0, 0);
    }

    long call(SyscallNumber call, long a) {
        return call(call, a, 0, 0, 0, 0);
    }

    long call(SyscallNumber call, long a, long b) {
        return call(call, a, b, 0, 0, 0);
    }

    long call(SyscallNumber call, long a, long b, long c) {
        return call(call, a, b, c, 0, 0);
    }

    long call(SyscallNumber call, long a, long b, long c, long d) {
        return call(call, a, b, c, d, 0);
    }

    long call(SyscallNumber call, long a, long b, long c, long d, long e) {
        long result;
        do {
            result = once(call, a, b, c, d, e);
        } while (result == -Errno.EINTR.number());
        return result;
    }

    /** Without the retry: for close, whose descriptor is gone all the same, and for waits that count their time. */
    long once(SyscallNumber call, long a, long b, long c, long d, long e) {
        long result = libc.syscall(call.number(), a, b, c, d, e);
        return result == -1 ? -libc.errno() : result;
    }

    /** Native memory for the arguments of one call; close it after the call. */
    Scratch scratch() {
        return scratches.take();
    }

    /** The same, with room for at least so many bytes. */
    Scratch scratch(long atLeast) {
        return scratches.take(atLeast);
    }

    long address(ByteBuffer direct) {
        return libc.address(direct);
    }

    /** Loads jnr-ffi at the first call and not before: the command line seldom needs the kernel. */
    private static final class Running {
        private static final Calls CALLS = new Calls(JnrLibc.INSTANCE);
    }
}
