package jdocker.runtime;

/**
 * One of the 64 registers that hold results of steps; a new process inherits their values.
 *
 * @param number its place; {@link PlanWriter#register()} hands them out
 */
record Register(int number) {
    static final int COUNT = 64;

    /** Preset with the socket over which a new process reports failures and hands over descriptors. */
    static final Register STATUS = new Register(0);

    Register {
        if (number < 0 || number >= COUNT) {
            throw new IllegalArgumentException("no register " + number + ", a plan has " + COUNT);
        }
    }
}
