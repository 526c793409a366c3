package jdocker.runtime;

/** How a step behaves beyond its operation. */
enum StepFlag {
    SKIP_ON_TOLERATED(1),
    RETRY_BUSY(2),
    SKIP_IF_EQUAL(4),
    SKIP_IF_NOT_EQUAL(8);

    private final int bit;

    StepFlag(int bit) {
        this.bit = bit;
    }

    int bit() {
        return bit;
    }
}
