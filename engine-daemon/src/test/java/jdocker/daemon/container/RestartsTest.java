package jdocker.daemon.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class RestartsTest {
    private static final Duration SHORT = Duration.ofMillis(20);

    @Test
    void theWaitDoublesUpToAMinute() {
        try (var restarts = new Restarts(Runnable::run)) {
            var waits = new ArrayList<Long>();
            for (int i = 0; i < 12; i++) {
                waits.add(restarts.delayAfter("a", SHORT).toMillis());
            }
            assertThat(waits)
                    .containsExactly(
                            100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 12_800L, 25_600L, 51_200L, 60_000L, 60_000L);
            assertThat(restarts.delayAfter("b", SHORT)).isEqualTo(Restarts.FIRST);
        }
    }

    @Test
    void aRunOfTenSecondsBeginsAnew() {
        try (var restarts = new Restarts(Runnable::run)) {
            restarts.delayAfter("a", SHORT);
            restarts.delayAfter("a", SHORT);
            assertThat(restarts.delayAfter("a", Duration.ofSeconds(10))).isEqualTo(Restarts.FIRST);
        }
    }

    @Test
    void aClockThatWasSetBackIsNoLongRun() {
        try (var restarts = new Restarts(Runnable::run)) {
            restarts.delayAfter("a", SHORT);
            assertThat(restarts.delayAfter("a", Duration.ofSeconds(-100))).isEqualTo(Duration.ofMillis(200));
        }
    }

    @Test
    void nothingStartsOnceForgottenOrClosed() {
        var started = new ArrayList<String>();
        var restarts = new Restarts(Runnable::run);
        restarts.open();
        restarts.schedule("a", Duration.ofDays(1), () -> started.add("a"));
        restarts.forget("a");
        restarts.close();
        restarts.schedule("b", Duration.ZERO, () -> started.add("b"));
        assertThat(started).isEmpty();
    }
}
