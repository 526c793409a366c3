package jdocker.kernel;

/**
 * Waits for many descriptors at once, epoll(7). Each is known by a number that its owner chooses and that comes back with
 * the event. One thread waits; others may add, change, remove and wake.
 */
public final class Epoll implements AutoCloseable {
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int EPOLL_CTL_MOD = 3;
    private static final int MOST_AT_ONCE = 128;
    private static final long WAKE = -1;

    /** struct epoll_event is packed on x86-64 alone. */
    private static final int EVENT = Architecture.CURRENT.choose(12, 16);

    private static final int TOKEN = Architecture.CURRENT.choose(4, 8);

    private final Calls calls;
    private final Fd epoll;
    private final Fd wake;

    Epoll(Calls calls) {
        this.calls = calls;
        this.epoll = opened(SyscallNumber.EPOLL_CREATE1, calls.call(SyscallNumber.EPOLL_CREATE1, closeOnExec()));
        int flags = closeOnExec() | OpenFlag.NON_BLOCK.bits();
        this.wake = opened(SyscallNumber.EVENTFD2, calls.call(SyscallNumber.EVENTFD2, 0, flags));
        control(EPOLL_CTL_ADD, wake, PollEvent.IN, WAKE);
    }

    /** What to do with an event: the number and the {@link PollEvent} bits. */
    @FunctionalInterface
    public interface Handler {
        void ready(long token, int events);
    }

    /** {@code token} is not negative. */
    public void add(Fd fd, int events, long token) {
        control(EPOLL_CTL_ADD, fd, events, notNegative(token));
    }

    public void modify(Fd fd, int events, long token) {
        control(EPOLL_CTL_MOD, fd, events, notNegative(token));
    }

    /** Closing the last descriptor of an open file does it too. */
    public void remove(Fd fd) {
        control(EPOLL_CTL_DEL, fd, 0, 0);
    }

    /**
     * Waits for the first events and hands them out; how many there were, 0 when the time ran out or {@link #wakeUp} was
     * called. A negative timeout waits for ever. Only on a platform thread.
     */
    public int await(int timeoutMillis, Handler handler) {
        long[] tokens = new long[MOST_AT_ONCE];
        int[] events = new int[MOST_AT_ONCE];
        int count = collect(timeoutMillis, tokens, events);
        for (int i = 0; i < count; i++) {
            handler.ready(tokens[i], events[i]);
        }
        return count;
    }

    private int collect(int timeoutMillis, long[] tokens, int[] events) {
        try (Scratch s = calls.scratch()) {
            int array = s.room(EVENT * MOST_AT_ONCE);
            long rc = calls.once(
                    SyscallNumber.EPOLL_PWAIT, epoll.number(), s.address(array), MOST_AT_ONCE, timeoutMillis, 0);
            if (rc < 0 && rc != -Errno.EINTR.number()) {
                throw SyscallException.of(SyscallNumber.EPOLL_PWAIT, rc, "fd " + epoll);
            }
            int count = 0;
            for (int i = 0; i < rc; i++) {
                long token = s.getLong(array + i * EVENT + TOKEN);
                if (token == WAKE) {
                    int drain = s.room(8);
                    calls.call(SyscallNumber.READ, wake.number(), s.address(drain), 8);
                } else {
                    tokens[count] = token;
                    events[count++] = s.getInt(array + i * EVENT);
                }
            }
            return count;
        }
    }

    /** Ends a wait now or the next one at once. */
    public void wakeUp() {
        try (Scratch s = calls.scratch()) {
            int one = s.room(8);
            s.putLong(one, 1);
            calls.call(SyscallNumber.WRITE, wake.number(), s.address(one), 8);
        }
    }

    private void control(int operation, Fd fd, int events, long token) {
        try (Scratch s = calls.scratch()) {
            int event = s.struct(16);
            s.putInt(event, events).putLong(event + TOKEN, token);
            long rc = calls.call(SyscallNumber.EPOLL_CTL, epoll.number(), operation, fd.number(), s.address(event));
            if (rc < 0) {
                throw SyscallException.of(SyscallNumber.EPOLL_CTL, rc, "operation " + operation + ", fd " + fd);
            }
        }
    }

    @Override
    public void close() {
        epoll.close();
        wake.close();
    }

    private static int closeOnExec() {
        return OpenFlag.CLOSE_ON_EXEC.bits();
    }

    private static long notNegative(long token) {
        if (token < 0) {
            throw new IllegalArgumentException("negative token " + token);
        }
        return token;
    }

    private static Fd opened(SyscallNumber call, long fd) {
        if (fd < 0) {
            throw SyscallException.of(call, fd, "");
        }
        return new Fd((int) fd);
    }
}
