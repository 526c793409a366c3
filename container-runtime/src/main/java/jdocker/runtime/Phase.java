package jdocker.runtime;

/** The parts of a plan, in the order of their numbers on the wire. */
enum Phase {
    /** By the shim itself, in the host's namespaces. */
    PREPARE,
    /** By the new process: PID 1, or the joiner of an exec. */
    PROCESS,
    /** By the child of the joiner or of the reaper; empty for a container without {@code --init}. */
    CHILD,
    /** By the shim when the process has ended, whether or not a daemon runs. */
    END
}
