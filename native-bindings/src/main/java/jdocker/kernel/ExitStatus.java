package jdocker.kernel;

/**
 * How a process ended.
 *
 * @param code of its exit, 0 when a signal ended it
 * @param signal that ended it, 0 when it exited
 */
public record ExitStatus(int code, int signal, boolean coreDumped) {

    /** One number for both, as a shell has it: 128 and the signal. */
    public int shellCode() {
        return signal == 0 ? code : 128 + signal;
    }
}
