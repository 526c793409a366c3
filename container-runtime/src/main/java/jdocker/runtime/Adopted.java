package jdocker.runtime;

/** What became of a process that an earlier daemon started. */
public sealed interface Adopted {

    /** It runs, and its shim is connected again. */
    record Running(ContainerProcess process) implements Adopted {}

    /** It ended while no daemon ran; the shim has cleaned up. */
    record Ended(ProcessExit exit) implements Adopted {}

    /**
     * Its shim is gone without a word: killed, or the host was restarted. Whatever is left is for the caller to end.
     *
     * @param pid of the process, which counts only with the start time that the daemon knows; 0 if there never was one
     */
    record Lost(long pid) implements Adopted {}
}
