package jdocker.runtime;

/** What became of a process that an earlier daemon started. */
sealed interface Adoption {

    /** It runs, and its shim is connected again. */
    record Running(Launched process) implements Adoption {}

    /** It ended while no daemon ran. */
    record Ended(ProcessExit exit) implements Adoption {}

    /**
     * Its shim is gone without a word: killed, or the host was restarted. The process may still be there.
     *
     * @param pid of the process, which counts only with the start time that the daemon knows; 0 if it never was made
     */
    record Lost(long pid) implements Adoption {}
}
