package jdocker.daemon.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jdocker.api.ExecConfig;
import jdocker.daemon.container.ProcessRuntime.Found;
import jdocker.daemon.container.ProcessRuntime.ProcessEnd;
import jdocker.daemon.state.Durability;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a daemon makes of what the one before it has left. */
@Timeout(60)
class RecoveryTest {
    private static final String PLAIN = "{'Image':'busybox','HostConfig':{'NetworkMode':'none'}}";
    private static final String REMOVED = "{'Image':'busybox','HostConfig':{'AutoRemove':true,'NetworkMode':'none'}}";

    @TempDir
    Path directory;

    private ContainerHarness api;

    @BeforeEach
    void open() throws Exception {
        api = new ContainerHarness(directory);
    }

    @AfterEach
    void close() throws Exception {
        api.close();
    }

    private void put(String id, ContainerState state) {
        api.store().write(Durability.NORMAL, tx -> {
            tx.put(Container.ALL, id, tx.get(Container.ALL, id).orElseThrow().with(state));
            return null;
        });
    }

    private FakeRuntime.FakeProcess alive(String id) {
        FakeRuntime.FakeProcess process = api.runtime.make(false);
        api.runtime.found.put(id, new Found.Alive(process));
        api.runtime.leftovers.add(id);
        return process;
    }

    private static ContainerState.Running running(FakeRuntime.FakeProcess process, String boot) {
        return new ContainerState.Running(process.pid(), process.startTime(), boot, Instant.now());
    }

    @Test
    void whatRunsIsTakenOver() throws Exception {
        String id = api.create("", PLAIN);
        FakeRuntime.FakeProcess process = alive(id);
        put(id, running(process, "this-boot"));
        api.recover();
        assertThat(api.status(id)).isEqualTo("running");

        process.end(6);
        ConsoleTest.await(() -> api.store()
                        .snapshot()
                        .get(Container.ALL, id)
                        .orElseThrow()
                        .state()
                        .exitCode()
                == 6);
    }

    @Test
    void whatCouldNotBeTakenOverIsTriedAgain() throws Exception {
        String id = api.create("", PLAIN);
        FakeRuntime.FakeProcess process = alive(id);
        put(id, running(process, "this-boot"));
        api.runtime.silent.add(id);
        api.recover();
        assertThat(api.status(id)).isEqualTo("running");

        api.runtime.silent.clear();
        process.end(6);
        ConsoleTest.await(() ->
                !api.store().snapshot().get(Container.ALL, id).orElseThrow().isRunning());
        assertThat(api.status(id)).isEqualTo("exited");
    }

    @Test
    void aStartThatNobodyCouldSaveIsFoundLater() throws Exception {
        String id = api.create("", PLAIN);
        alive(id);
        api.runtime.silent.add(id);
        api.recover();
        assertThat(api.status(id)).isEqualTo("created");

        api.runtime.silent.clear();
        ConsoleTest.await(() ->
                api.store().snapshot().get(Container.ALL, id).orElseThrow().isRunning());
    }

    @Test
    void whatFailsOnceTheShimIsConnectedLosesNoEnd() throws Exception {
        String id = api.create("", PLAIN);
        FakeRuntime.FakeProcess process = alive(id);
        put(id, running(process, "this-boot"));
        api.runtime.thawFailure = Optional.of(new IllegalStateException("no freezer"));
        api.recover();
        assertThat(api.status(id)).isEqualTo("running");
        process.end(6);
        ConsoleTest.await(() ->
                !api.store().snapshot().get(Container.ALL, id).orElseThrow().isRunning());
    }

    @Test
    void anotherProcessUnderTheSameNumberIsNotJoined() throws Exception {
        String id = api.run("", PLAIN);
        String body = "{'Image':'busybox','HostConfig':{'NetworkMode':'container:" + id + "'}}";
        api.run("joined", body);

        ContainerState.Running process = api.store()
                .snapshot()
                .get(Container.ALL, id)
                .flatMap(c -> c.state().process())
                .orElseThrow();
        put(id, new ContainerState.Running(process.pid(), process.startTime() + 1, "this-boot", Instant.now()));
        String joining = api.create("", body);
        var refused = api.call("POST", "/containers/" + joining + "/start");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(ContainerHarness.message(refused))
                .contains("cannot join network namespace of a non running container: container " + id);
        put(id, process);
    }

    @Test
    void whatWasFrozenOrThawedWithoutARowToTellOfItIsMadeAsTheRowSays() throws Exception {
        String running = api.create("", PLAIN);
        FakeRuntime.FakeProcess first = alive(running);
        put(running, running(first, "this-boot"));
        api.recover();
        assertThat(api.runtime.calls).contains("thaw").doesNotContain("freeze");

        put(running, new ContainerState.Paused(running(first, "this-boot")));
        api.recover();
        assertThat(api.runtime.calls).contains("freeze");
    }

    @Test
    void anotherProcessUnderTheSameNumberIsNotTheContainer() throws Exception {
        String id = api.create("", PLAIN);
        FakeRuntime.FakeProcess process = alive(id);
        put(id, new ContainerState.Running(process.pid(), 5, "this-boot", Instant.now()));
        api.recover();

        assertThat(api.status(id)).isEqualTo("exited");
    }

    @Test
    void whatHasEndedMeanwhileHasItsCode() throws Exception {
        String id = api.create("", PLAIN);
        put(id, new ContainerState.Running(77, 770, "this-boot", Instant.now()));
        api.runtime.found.put(id, new Found.Ended(new ProcessEnd(9, true, Instant.now(), false)));
        api.recover();

        assertThat(api.json("/containers/" + id + "/json").at("/State/ExitCode").asInt())
                .isEqualTo(9);
        assertThat(api.events()).containsExactly("create", "oom", "die");
    }

    @Test
    void whatRemovesItselfIsRemoved() throws Exception {
        String id = api.create("", REMOVED);
        put(id, new ContainerState.Running(77, 770, "this-boot", Instant.now()));
        api.runtime.found.put(id, new Found.Ended(new ProcessEnd(0, false, Instant.now(), false)));
        api.recover();

        assertThat(api.call("GET", "/containers/" + id + "/json").status()).isEqualTo(404);
        assertThat(api.roots.ids()).isEmpty();
    }

    @Test
    void aContainerWithoutItsShimIsKilled() throws Exception {
        String id = api.create("", PLAIN);
        put(id, new ContainerState.Running(77, 770, "this-boot", Instant.now()));
        api.recover();

        assertThat(api.json("/containers/" + id + "/json").at("/State/ExitCode").asInt())
                .isEqualTo(137);
        assertThat(api.runtime.calls).contains("killAll " + id);
    }

    @Test
    void afterARebootEverythingHasExited() throws Exception {
        String id = api.create("", PLAIN);
        put(id, new ContainerState.Running(77, 770, "another-boot", Instant.now()));
        api.recover();

        assertThat(api.json("/containers/" + id + "/json").at("/State/ExitCode").asInt())
                .isEqualTo(255);
    }

    @Test
    void aStartThatWasNotAcknowledgedIsTakenOver() throws Exception {
        String id = api.create("", PLAIN);
        alive(id);
        api.recover();

        assertThat(api.status(id)).isEqualTo("running");
        assertThat(api.events()).containsExactly("create", "start");
    }

    @Test
    void tracesOfAnExitThatIsKnownAreClearedAway() throws Exception {
        Instant then = Instant.parse("2026-11-22T10:00:00.123456789Z");
        String id = api.create("", PLAIN);
        put(id, new ContainerState.Exited(4, false, "", then.minusSeconds(1), then));
        api.runtime.found.put(id, new Found.Ended(new ProcessEnd(4, false, then, false)));
        api.runtime.leftovers.add(id);
        api.recover();

        assertThat(api.events()).containsExactly("create");
        assertThat(api.runtime.calls).contains("cleanUp " + id);
    }

    @Test
    void aRemovalIsFinished() throws Exception {
        String id = api.create("", PLAIN);
        put(id, new ContainerState.Removing(ContainerState.Created.FRESH, false));
        api.recover();

        assertThat(api.call("GET", "/containers/" + id + "/json").status()).isEqualTo(404);
    }

    @Test
    void aRemovalWithVolumesIsFinishedWithThem() throws Exception {
        String id = api.create("", "{'Image':'busybox','Volumes':{'/data':{}},'HostConfig':{'NetworkMode':'none'}}");
        Path volume = Path.of(
                api.json("/containers/" + id + "/json").at("/Mounts/0/Source").asText());
        assertThat(volume).exists();
        put(id, new ContainerState.Removing(ContainerState.Created.FRESH, true));
        api.recover();

        assertThat(volume).doesNotExist();
    }

    @Test
    void nothingOfAContainerGoesBeforeTheRowSaysThatItIsRemoved() throws Exception {
        String id = api.create("", PLAIN);
        var before = new ArrayList<ContainerState>();
        api.roots.beforeRemoval = () -> before.add(
                api.store().snapshot().get(Container.ALL, id).orElseThrow().state());
        assertThat(api.call("DELETE", "/containers/" + id + "?v=1").status()).isEqualTo(204);

        assertThat(before).containsExactly(new ContainerState.Removing(ContainerState.Created.FRESH, true));
    }

    @Test
    void whatAPowerCutHasEmptiedOfAnAcknowledgedCreateIsMadeAgain() throws Exception {
        String created = api.create("", PLAIN);
        String runs = api.create("", "{'Image':'busybox','HostConfig':{'RestartPolicy':{'Name':'always'}}}");
        put(runs, new ContainerState.Running(77, 770, "another-boot", Instant.now()));
        for (String id : List.of(created, runs)) {
            api.roots.torn.add(id);
            for (String file : List.of("hostname", "hosts", "resolv.conf")) {
                Files.write(directory.resolve("containers").resolve(id).resolve(file), new byte[0]);
            }
        }
        api.recover();

        ConsoleTest.await(() ->
                api.store().snapshot().get(Container.ALL, runs).orElseThrow().state()
                        instanceof ContainerState.Running);
        assertThat(api.call("POST", "/containers/" + created + "/start").status())
                .isEqualTo(204);
        for (String id : List.of(created, runs)) {
            assertThat(directory.resolve("containers").resolve(id).resolve("hostname"))
                    .hasContent(id.substring(0, 12) + "\n");
        }
    }

    @Test
    void aLostLayerOfAContainerThatHasRunIsNotReplacedByAnEmptyOne() throws Exception {
        String id = api.create("", PLAIN);
        put(id, new ContainerState.Exited(0, false, "", Instant.now(), Instant.now()));
        api.roots.ids.clear();
        api.recover();

        assertThat(api.roots.ids()).isEmpty();
        assertThat(ContainerHarness.message(api.call("POST", "/containers/" + id + "/start")))
                .contains("is not prepared");
    }

    @Test
    void whatBelongsToNobodyIsFreed() throws Exception {
        Files.createDirectories(directory.resolve("containers").resolve("orphan"));
        api.roots.ids.add("orphan");
        api.roots.mounted.add("orphan");
        api.runtime.leftovers.add("orphan");
        api.recover();

        assertThat(api.roots.ids()).isEmpty();
        assertThat(api.roots.mounted).isEmpty();
        assertThat(directory.resolve("containers").resolve("orphan")).doesNotExist();
        assertThat(api.runtime.calls).contains("killAll orphan", "cleanUp orphan");
    }

    @Test
    void execsThatRanAreEnded() throws Exception {
        String id = api.create("", PLAIN);
        FakeRuntime.FakeProcess process = alive(id);
        put(id, running(process, "this-boot"));
        api.store().write(Durability.NORMAL, tx -> {
            tx.put(
                    Exec.ALL,
                    "e1",
                    new Exec(
                            "e1",
                            id,
                            ExecConfig.empty().toBuilder().cmd(List.of("ls")).build(),
                            Instant.now(),
                            new Exec.Running(5, 50)));
            return null;
        });
        api.runtime.found.put("e1", new Found.Ended(new ProcessEnd(3, false, Instant.now(), false)));
        api.recover();

        assertThat(api.json("/exec/e1/json").get("ExitCode").asInt()).isEqualTo(3);
    }
}
