package jdocker.cgroups;

import java.time.Duration;

/** Tries again after growing pauses, 0.1 to 10 ms, until a deadline. */
final class Waiting {
    private static final long FIRST = 100_000;
    private static final long LONGEST = 10_000_000;

    private final long deadline;
    private long pause = FIRST;

    Waiting(Duration patience) {
        this.deadline = System.nanoTime() + patience.toNanos();
    }

    /** Pauses, or says that the time is up. An interrupt is kept and ends the wait too. */
    boolean again() {
        if (System.nanoTime() - deadline > 0) {
            return false;
        }
        try {
            Thread.sleep(Duration.ofNanos(pause));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        pause = Math.min(LONGEST, pause * 2);
        return true;
    }
}
