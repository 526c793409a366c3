package jdocker.daemon.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import jdocker.daemon.state.Durability;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What starts again by itself, when, and what stays as it is. */
@Timeout(60)
class RestartPolicyTest {
    @TempDir
    Path directory;

    private ContainerHarness api;

    @BeforeEach
    void open() throws Exception {
        api = new ContainerHarness(directory);
        api.recover();
    }

    @AfterEach
    void close() throws Exception {
        api.close();
    }

    private static String body(String policy, int most) {
        return "{'Image':'busybox','HostConfig':{'NetworkMode':'none','RestartPolicy':{'Name':'" + policy
                + "','MaximumRetryCount':" + most + "}}}";
    }

    private Container container(String id) {
        return api.store().snapshot().get(Container.ALL, id).orElseThrow();
    }

    private void awaitStatus(String id, String status) {
        ConsoleTest.await(() -> container(id).state().status().equals(status));
    }

    private void put(String id, ContainerState state, boolean stoppedByHand) {
        api.store().write(Durability.NORMAL, tx -> {
            tx.put(Container.ALL, id, container(id).with(state).stopped(stoppedByHand));
            return null;
        });
    }

    /** Ends the process of the run at hand and waits for the next one. */
    private void endAndAwaitNext(String id, int code) {
        long before = api.runtime.process(id).pid();
        api.runtime.process(id).end(code);
        ConsoleTest.await(
                () -> api.runtime.process(id).pid() != before && container(id).isRunning());
    }

    private static ContainerState.Exited exited(int code) {
        return new ContainerState.Exited(code, false, "", Instant.now(), Instant.now());
    }

    @ParameterizedTest
    @CsvSource({"always, 0", "always, 3", "unless-stopped, 0", "on-failure, 3"})
    void whatThePolicyWantsRunsAgainAndIsCounted(String policy, int code) throws Exception {
        String id = api.run("", body(policy, 0));
        endAndAwaitNext(id, code);
        endAndAwaitNext(id, code);

        assertThat(api.json("/containers/" + id + "/json").path("RestartCount").asInt())
                .isEqualTo(2);
        assertThat(api.events()).containsExactly("create", "start", "die", "start", "die", "start");
    }

    @ParameterizedTest
    @CsvSource({"no, 3", "on-failure, 0"})
    void otherEndsAreFinal(String policy, int code) throws Exception {
        String id = api.run("", body(policy, 0));
        api.runtime.process(id).end(code);

        awaitStatus(id, "exited");
        assertThat(container(id).restartCount()).isZero();
    }

    @Test
    void failuresAreTriedAsOftenAsWasSaid() throws Exception {
        String id = api.run("", body("on-failure", 1));
        endAndAwaitNext(id, 4);
        api.runtime.process(id).end(5);

        awaitStatus(id, "exited");
        assertThat(container(id).state().exitCode()).isEqualTo(5);
        assertThat(container(id).restartCount()).isEqualTo(1);

        assertThat(api.call("POST", "/containers/" + id + "/start").status()).isEqualTo(204);
        assertThat(container(id).restartCount()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"stop?t=1, 204", "kill, 204"})
    void whatAClientEndsStaysEnded(String call, int status) throws Exception {
        String id = api.run("", body("always", 0));
        assertThat(api.call("POST", "/containers/" + id + "/" + call).status()).isEqualTo(status);

        awaitStatus(id, "exited");
        assertThat(container(id).stoppedByHand()).isTrue();
    }

    @Test
    void aSignalThatDoesNotAskForTheEndDoesNotStopThePolicy() throws Exception {
        String id = api.run("", body("always", 0));
        long before = api.runtime.process(id).pid();
        api.call("POST", "/containers/" + id + "/kill?signal=HUP");

        ConsoleTest.await(
                () -> api.runtime.process(id).pid() != before && container(id).isRunning());
    }

    /** A container that waits for its next start for longer than the test takes. */
    private String waiting() throws Exception {
        String id = api.create("", body("always", 0));
        put(id, new ContainerState.Restarting(exited(6)), false);
        return id;
    }

    @Test
    void whatWaitsIsRestartingAndCountsAsRunning() throws Exception {
        String id = waiting();

        var state = api.json("/containers/" + id + "/json").path("State");
        assertThat(state.path("Status").asText()).isEqualTo("restarting");
        assertThat(state.path("Running").asBoolean()).isTrue();
        assertThat(state.path("Restarting").asBoolean()).isTrue();
        assertThat(state.path("Pid").asInt()).isZero();
        assertThat(api.call("POST", "/containers/" + id + "/start").status()).isEqualTo(304);
        assertThat(api.call("POST", "/containers/" + id + "/pause").status()).isEqualTo(409);
        assertThat(api.call("POST", "/containers/" + id + "/kill?signal=HUP").status())
                .isEqualTo(409);
        assertThat(api.call("DELETE", "/containers/" + id).status()).isEqualTo(409);
    }

    @ParameterizedTest
    @CsvSource({"stop", "kill"})
    void aStartThatWaitsCanBeCalledOff(String call) throws Exception {
        String id = waiting();
        assertThat(api.call("POST", "/containers/" + id + "/" + call).status()).isEqualTo(204);

        assertThat(container(id).state()).isInstanceOf(ContainerState.Exited.class);
        assertThat(container(id).state().exitCode()).isEqualTo(6);
    }

    @Test
    void whatWaitsIsRemovedByForce() throws Exception {
        String id = waiting();
        assertThat(api.call("DELETE", "/containers/" + id + "?force=1").status())
                .isEqualTo(204);
        assertThat(api.call("GET", "/containers/" + id + "/json").status()).isEqualTo(404);
    }

    @Test
    void aRestartThatFailsEndsIt() throws Exception {
        String id = api.run("", body("always", 0));
        api.runtime.fail(127, "exec: no such file");
        api.runtime.process(id).end(0);

        awaitStatus(id, "exited");
        assertThat(container(id).state().exitCode()).isEqualTo(127);
        assertThat(container(id).state().error()).contains("no such file");
    }

    @ParameterizedTest(name = "{0}, ended with {1}, by hand: {2}: runs again: {3}")
    @CsvSource({
        "always, 0, false, true",
        "always, 0, true, true",
        "unless-stopped, 0, false, true",
        "unless-stopped, 0, true, false",
        "on-failure, 255, false, true",
        "on-failure, 0, false, false",
        "on-failure, 137, true, false",
        "no, 1, false, false"
    })
    void aNewDaemonStartsWhatItsPolicySays(String policy, int code, boolean byHand, boolean runs) throws Exception {
        String id = api.create("", body(policy, 0));
        String never = api.create("", body(policy, 0));
        put(id, exited(code), byHand);
        api.recover();

        if (runs) {
            awaitStatus(id, "running");
        } else {
            assertThat(api.status(id)).isEqualTo("exited");
        }
        assertThat(api.status(never)).isEqualTo("created");
    }

    @Test
    void afterARebootWhatRanRunsAgain() throws Exception {
        String id = api.create("", body("unless-stopped", 0));
        put(id, new ContainerState.Running(77, 770, "another-boot", Instant.now()), false);
        api.recover();

        awaitStatus(id, "running");
        assertThat(api.events()).containsExactly("create", "die", "start");
    }

    @Test
    void whatEndsWithItsDaemonIsStartedByTheNextOne() throws Exception {
        String id = api.run("", body("unless-stopped", 0));
        api.stopAll();

        assertThat(api.status(id)).isEqualTo("exited");
        assertThat(container(id).stoppedByHand()).isFalse();
    }

    @Test
    void whatWaitedIsStartedByTheNextDaemon() throws Exception {
        String id = waiting();
        api.recover();
        awaitStatus(id, "running");
    }
}
