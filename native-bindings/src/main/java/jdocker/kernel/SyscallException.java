package jdocker.kernel;

/**
 * A system call that failed, with the arguments that matter and what the error means:
 * {@code mount(overlay on /x): EINVAL, invalid argument}.
 */
public final class SyscallException extends RuntimeException {
    private final String call;
    private final Errno errno;

    public SyscallException(String call, String arguments, Errno errno) {
        this(call, arguments, errno, errno.name());
    }

    private SyscallException(String call, String arguments, Errno errno, String errnoName) {
        super(call + "(" + arguments + "): " + errnoName + ", " + errno.meaning());
        this.call = call;
        this.errno = errno;
    }

    /** From the kernel's answer: {@code result} is the negative error number. */
    static SyscallException of(SyscallNumber call, long result, String arguments) {
        return of(call.callName(), result, arguments);
    }

    static SyscallException of(String call, long result, String arguments) {
        int number = (int) -result;
        Errno errno = Errno.of(number);
        return new SyscallException(call, arguments, errno, errno == Errno.EUNKNOWN ? "errno " + number : errno.name());
    }

    /** The call's name as in its manual page. */
    public String call() {
        return call;
    }

    public Errno errno() {
        return errno;
    }

    /** Whether the call failed with this error. */
    public boolean is(Errno other) {
        return errno == other;
    }
}
