package jdocker.daemon.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import jdocker.daemon.error.EngineException.Conflict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ContainerStateTest {
    private static final Instant THEN = Instant.parse("2026-11-22T11:00:00.123456789Z");
    private static final ContainerState.Running RUNNING = new ContainerState.Running(41, 99, "boot", THEN);
    private static final ContainerState.Exited EXITED =
            new ContainerState.Exited(3, false, "", THEN, THEN.plusSeconds(1));

    static Stream<ContainerState> states() {
        return Stream.of(
                ContainerState.Created.FRESH,
                new ContainerState.Created(127, "why"),
                RUNNING,
                new ContainerState.Paused(RUNNING),
                new ContainerState.Restarting(EXITED),
                EXITED,
                new ContainerState.Removing(EXITED, false),
                new ContainerState.Dead(new ContainerState.Removing(EXITED, false)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("states")
    void isReadAsItWasStored(ContainerState state) throws Exception {
        var json = new ObjectMapper();

        assertThat(json.readValue(json.writeValueAsString(state), ContainerState.class))
                .isEqualTo(state);
    }

    @Test
    void pausesOnlyWhatRuns() {
        assertThat(RUNNING.pause("x")).isEqualTo(new ContainerState.Paused(RUNNING));
        assertThat(new ContainerState.Paused(RUNNING).resume("x")).isEqualTo(RUNNING);
        assertThatThrownBy(() -> new ContainerState.Paused(RUNNING).pause("x"))
                .isInstanceOf(Conflict.class)
                .hasMessage("container x is already paused");
        assertThatThrownBy(() -> EXITED.pause("x")).isInstanceOf(Conflict.class);
        assertThatThrownBy(() -> RUNNING.resume("x")).hasMessage("container x is not paused");
    }

    @Test
    void startsWhatDoesNotRun() {
        assertThat(ContainerState.Created.FRESH.startable()).isTrue();
        assertThat(EXITED.startable()).isTrue();
        assertThat(RUNNING.startable()).isFalse();
        assertThatThrownBy(() -> new ContainerState.Paused(RUNNING).startable())
                .hasMessage("cannot start a paused container, try unpause instead");
        assertThatThrownBy(() -> new ContainerState.Removing(EXITED, false).startable())
                .isInstanceOf(Conflict.class);
    }

    @Test
    void keepsWhenItRan() {
        ContainerState.Exited ended = RUNNING.exited(7, true, THEN.plusSeconds(5));

        assertThat(ended.startedAt()).isEqualTo(THEN);
        assertThat(ended.exitCode()).isEqualTo(7);
        assertThat(ended.failedToStart(126, "denied").startedAt()).isEqualTo(THEN);
        assertThat(List.of(
                        new ContainerState.Removing(ended, false).exitCode(),
                        new ContainerState.Dead(ended).exitCode()))
                .containsExactly(7, 7);
    }
}
