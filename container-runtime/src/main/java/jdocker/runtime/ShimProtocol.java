package jdocker.runtime;

/**
 * The frames between daemon and shim: a type, three zeros, the length in big-endian, the payload; numbers within a payload
 * are little-endian. {@code docs/shim-protocol.md} tells what each means.
 */
public final class ShimProtocol {
    public static final int HEADER_SIZE = 8;
    public static final int MAX_PAYLOAD = 64 * 1024;
    /** How many bytes of standard input may be on their way without a {@link #CREDIT} for them. */
    public static final int STDIN_WINDOW = 64 * 1024;

    public static final int STDIN = 0;
    public static final int STDOUT = 1;
    public static final int STDERR = 2;
    public static final int STARTED = 16;
    public static final int FAILED = 17;
    public static final int EXITED = 18;
    public static final int CREDIT = 19;
    public static final int CLOSE_STDIN = 32;
    public static final int RESIZE = 33;
    public static final int SUBSCRIBE = 34;
    public static final int UNSUBSCRIBE = 35;
    public static final int HOLD = 36;
    public static final int RELEASE = 37;
    public static final int PLAN = 38;

    /** From which protocol on a shim holds descriptors. */
    public static final int HOLDS = 2;
    /** The numbers that held descriptors have in the shim. */
    public static final int HELD_FIRST = 128;

    public static final int HELD_MOST = 4096;
    /** Descriptors in one message. */
    public static final int CARGO = 64;

    private ShimProtocol() {}
}
