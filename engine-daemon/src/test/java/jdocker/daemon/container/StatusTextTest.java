package jdocker.daemon.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import jdocker.api.WireTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTextTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @ParameterizedTest(name = "{0} is \"{1}\"")
    @CsvSource({
        "PT0.5S, Less than a second",
        "PT1S, 1 second",
        "PT59S, 59 seconds",
        "PT60S, About a minute",
        "PT2M, 2 minutes",
        "PT59M, 59 minutes",
        "PT60M, About an hour",
        "PT89M, About an hour",
        "PT90M, 2 hours",
        "PT47H, 47 hours",
        "PT48H, 2 days",
        "P13D, 13 days",
        "P14D, 2 weeks",
        "P60D, 2 months",
        "P730D, 2 years",
        "PT-5S, Less than a second"
    })
    void roundsDurationsAsDockerDoes(Duration duration, String text) {
        assertThat(StatusText.human(duration)).isEqualTo(text);
    }

    @Test
    void namesEachState() {
        var running = new ContainerState.Running(1, 2, "boot", NOW.minusSeconds(3));
        var exited = new ContainerState.Exited(137, true, "", NOW.minusSeconds(300), NOW.minusSeconds(120));

        assertThat(StatusText.of(ContainerState.Created.FRESH, NOW)).isEqualTo("Created");
        assertThat(StatusText.of(running, NOW)).isEqualTo("Up 3 seconds");
        assertThat(StatusText.of(new ContainerState.Paused(running), NOW)).isEqualTo("Up 3 seconds (Paused)");
        assertThat(StatusText.of(exited, NOW)).isEqualTo("Exited (137) 2 minutes ago");
        assertThat(StatusText.of(new ContainerState.Restarting(exited), NOW))
                .isEqualTo("Restarting (137) 2 minutes ago");
        assertThat(StatusText.of(new ContainerState.Removing(exited, false), NOW))
                .isEqualTo("Removal In Progress");
        assertThat(StatusText.of(new ContainerState.Dead(exited), NOW)).isEqualTo("Dead");
    }

    @Test
    void aFailedStartLeavesWhatNeverRanCreated() {
        ContainerState state = ContainerState.Created.FRESH.failedToStart(127, "no such file");

        assertThat(StatusText.of(state, NOW)).isEqualTo("Created");
        assertThat(state.exitCode()).isEqualTo(127);
        assertThat(state.error()).isEqualTo("no such file");
        assertThat(state.startedAt()).isEqualTo(WireTime.NEVER);
    }
}
