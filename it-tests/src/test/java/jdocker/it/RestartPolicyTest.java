package jdocker.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Restart policies with real processes, with and without a daemon to watch them. */
class RestartPolicyTest {
    private Engine engine;

    @BeforeEach
    void startEngine() {
        engine = Engine.withBusybox();
    }

    @AfterEach
    void stopEngine() {
        engine.close();
    }

    private void run(String name, String policy, String script) {
        engine.docker(
                        "run",
                        "-d",
                        "--name",
                        name,
                        "--network",
                        "none",
                        "--restart",
                        policy,
                        "busybox",
                        "sh",
                        "-c",
                        script)
                .ok();
    }

    private JsonNode inspect(String name) {
        return Invariants.json(
                engine.http().get("/containers/" + name + "/json").is(200).body());
    }

    private void await(String what, String name, Predicate<JsonNode> condition) {
        Engine.eventually(
                what + ": " + inspect(name).get("State"), Duration.ofSeconds(20), () -> condition.test(inspect(name)));
    }

    private static String status(JsonNode container) {
        return container.at("/State/Status").asText();
    }

    @Test
    void onFailureTriesAsOftenAsAskedAndKeepsEachRunsOutput() {
        run("fails", "on-failure:2", "echo run; exit 3");
        await("it gives up", "fails", c -> status(c).equals("exited"));

        assertThat(inspect("fails").get("RestartCount").asInt()).isEqualTo(2);
        assertThat(inspect("fails").at("/State/ExitCode").asInt()).isEqualTo(3);
        assertThat(engine.docker("logs", "fails").ok().out()).isEqualTo("run\nrun\nrun\n");
    }

    @Test
    void whatEndsWhileNoDaemonRunsIsStartedByTheNextOne() {
        run("always", "always", "while [ ! -e /end ]; do usleep 10000; done; rm /end; exit 5");
        long pid = inspect("always").at("/State/Pid").asLong();
        engine.kill9();
        Command.run("touch", "/proc/" + pid + "/root/end").ok();
        Engine.eventually(
                "the container ends",
                Duration.ofSeconds(10),
                () -> ProcessHandle.of(pid).isEmpty());
        engine.start();

        await("it runs again", "always", c -> status(c).equals("running"));
        assertThat(inspect("always").get("RestartCount").asInt()).isEqualTo(1);
    }

    @Test
    void stopIsFinalUntilTheNextDaemonForAlwaysAndBeyondForUnlessStopped() {
        run("always", "always", "exec sleep 1000");
        run("unless", "unless-stopped", "exec sleep 1000");
        engine.docker("stop", "-t", "0", "always", "unless").ok();
        assertThat(status(inspect("always"))).isEqualTo("exited");
        engine.kill9();
        engine.start();

        await("always is started", "always", c -> status(c).equals("running"));
        assertThat(status(inspect("unless"))).isEqualTo("exited");
    }

    @Test
    void aContainerThatFailsAgainAndAgainCanBeStoppedAndRemoved() {
        run("loops", "always", "exit 1");
        await("it waits for longer", "loops", c -> c.get("RestartCount").asInt() >= 4);

        engine.docker("stop", "loops").ok();
        assertThat(status(inspect("loops"))).isEqualTo("exited");
        engine.docker("start", "loops").ok();
        engine.docker("rm", "-f", "loops").ok();
        assertThat(engine.http().get("/containers/loops/json").status()).isEqualTo(404);
    }

    @Test
    void updateChangesThePolicy() {
        run("changes", "no", "while [ ! -e /end ]; do usleep 10000; done; rm /end");
        engine.docker("update", "--restart", "always", "changes").ok();
        engine.docker("exec", "changes", "touch", "/end").ok();

        await(
                "it runs again",
                "changes",
                c -> c.get("RestartCount").asInt() == 1 && status(c).equals("running"));
        engine.docker("update", "--restart", "no", "changes").ok();
        engine.docker("exec", "changes", "touch", "/end").ok();
        await("it stays ended", "changes", c -> status(c).equals("exited"));
    }
}
