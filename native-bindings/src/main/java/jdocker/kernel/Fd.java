package jdocker.kernel;

import java.util.concurrent.atomic.AtomicInteger;

/** An open file descriptor that somebody owns. Closing twice does no harm; using it after that is an error. */
public final class Fd implements AutoCloseable {
    private static final int CLOSED = -1;
    private static final int F_DUPFD_CLOEXEC = 1030;

    private final AtomicInteger number;

    /** Takes over an open descriptor. */
    public Fd(int number) {
        if (number < 0) {
            throw new IllegalArgumentException("not a descriptor: " + number);
        }
        this.number = new AtomicInteger(number);
    }

    /** The descriptor's number, valid until {@link #close}. */
    public int number() {
        int n = number.get();
        if (n == CLOSED) {
            throw new IllegalStateException("descriptor is closed");
        }
        return n;
    }

    /** Another descriptor of the same open file, close-on-exec. */
    public Fd duplicate() {
        return duplicate(3);
    }

    /** The same, numbered {@code least} or above: out of the way of numbers that a child is to get. */
    public Fd duplicate(int least) {
        long copy = Calls.system().call(SyscallNumber.FCNTL, number(), F_DUPFD_CLOEXEC, least);
        if (copy < 0) {
            throw SyscallException.of(SyscallNumber.FCNTL, copy, "F_DUPFD_CLOEXEC of fd " + this);
        }
        return new Fd((int) copy);
    }

    /** Gives the descriptor away: the number, which the caller now has to close. */
    public int release() {
        int n = number.getAndSet(CLOSED);
        if (n == CLOSED) {
            throw new IllegalStateException("descriptor is closed");
        }
        return n;
    }

    public boolean isOpen() {
        return number.get() != CLOSED;
    }

    /** Errors of close(2) are not reported: the descriptor is gone, and what must be on disk is synced before. */
    @Override
    public void close() {
        int n = number.getAndSet(CLOSED);
        if (n != CLOSED) {
            Calls.system().once(SyscallNumber.CLOSE, n, 0, 0, 0, 0);
        }
    }

    @Override
    public String toString() {
        int n = number.get();
        return n == CLOSED ? "closed" : Integer.toString(n);
    }
}
