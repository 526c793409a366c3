package jdocker.cgroups;

import java.time.Duration;

/** {@code freezer}: Documentation/admin-guide/cgroup-v1/freezer-subsystem.rst. */
final class FreezerController {
    private static final String STATE = "freezer.state";
    private static final String FROZEN = "FROZEN";
    private static final String THAWED = "THAWED";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int TRIES_BETWEEN_THAWS = 50;

    private FreezerController() {}

    /**
     * The kernel says FREEZING while some thread still runs, and for ever when one was being made at the wrong moment:
     * then a short thaw lets it get there.
     */
    static void freeze(Controller freezer) {
        Waiting waiting = new Waiting(PATIENCE);
        int tries = 0;
        while (true) {
            freezer.write(STATE, FROZEN);
            if (isFrozen(freezer)) {
                return;
            }
            if (!waiting.again()) {
                freezer.write(STATE, THAWED);
                throw new CgroupException("cannot freeze " + freezer.directory() + " within " + PATIENCE);
            }
            if (++tries % TRIES_BETWEEN_THAWS == 0) {
                freezer.write(STATE, THAWED);
            }
        }
    }

    static void thaw(Controller freezer) {
        freezer.write(STATE, THAWED);
    }

    static boolean isFrozen(Controller freezer) {
        return freezer.read(STATE).filter(FROZEN::equals).isPresent();
    }
}
