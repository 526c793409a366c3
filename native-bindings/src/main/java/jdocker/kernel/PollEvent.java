package jdocker.kernel;

/** {@code POLL*} and {@code EPOLL*} from linux/eventpoll.h: bits, because they are counted by the million. */
public final class PollEvent {
    public static final int IN = 0x01;
    public static final int OUT = 0x04;
    public static final int ERROR = 0x08;
    public static final int HANG_UP = 0x10;
    /** The descriptor is not open; poll only. */
    public static final int INVALID = 0x20;
    /** The other end sends no more. */
    public static final int READ_HANG_UP = 0x2000;
    /** Epoll only: one report, then none until modified. */
    public static final int ONE_SHOT = 1 << 30;
    /** Epoll only: reports changes, not states. */
    public static final int EDGE_TRIGGERED = 1 << 31;

    private PollEvent() {}
}
