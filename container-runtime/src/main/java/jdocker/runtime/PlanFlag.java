package jdocker.runtime;

/** What the shim does around the steps. */
enum PlanFlag {
    /** The process has a terminal: its master arrives by {@link Step#sendFd}, and output is one stream. */
    TTY(1),
    /** Standard input stays open for what the daemon sends. */
    OPEN_STDIN(2),
    /** Join a container instead of making one: the process is a joiner whose child is the one to keep. */
    EXEC(4),
    /** PID 1 stays as a reaper; its child carries out {@link Phase#CHILD}. */
    INIT(8),
    /** Forward output from the first byte. */
    SUBSCRIBED(16);

    private final int bit;

    PlanFlag(int bit) {
        this.bit = bit;
    }

    int bit() {
        return bit;
    }
}
