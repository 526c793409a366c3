package jdocker.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Power cuts on a data root of its own: what was acknowledged is there afterwards, and nothing is half there. */
class PowerCutTest {
    private static final int CUTS = 20;
    private static final long DISK = 1L << 30;

    private Engine engine;
    private PowerDisk disk;

    @BeforeEach
    void startOnADiskOfItsOwn() {
        engine = Engine.create();
        disk = PowerDisk.make(engine.root().resolve("disk.img"), engine.dataRoot(), DISK);
        engine.start();
        engine.importBusybox();
    }

    @AfterEach
    void stopEngine() {
        engine.close();
    }

    /** Everything that runs dies with the power; /run is empty when it comes back. */
    private void cutPower() {
        disk.cut();
        engine.kill9();
        Traces.of(engine).sweep();
        disk.awaitGone();
        Command.run("rm", "-rf", "--one-file-system", engine.execRoot().toString());
        disk.mount();
    }

    @Test
    void whatWasNotSyncedIsLostElseThisTestShowsNothing() throws IOException {
        Path synced = engine.dataRoot().resolve("synced");
        Path unsynced = engine.dataRoot().resolve("unsynced");
        Files.writeString(synced, "kept");
        Command.run("sync", "-f", synced.toString()).ok();
        Files.writeString(unsynced, "lost");
        cutPower();

        assertThat(synced).content().isEqualTo("kept");
        assertThat(Files.exists(unsynced) && Files.size(unsynced) > 0)
                .as("unsynced data outlived the cut")
                .isFalse();
        engine.start();
    }

    @Test
    void twentyPowerCutsLoseNothingThatWasAcknowledged() {
        long seed = Long.getLong("jdocker.it.seed", System.nanoTime());
        var random = new Random(seed);
        engine.docker("run", "-d", "--name", "phoenix", "--restart", "always", "busybox", "sleep", "100000")
                .ok();
        var load = new PowerCutLoad(engine);
        try (LocalRegistry _ = LocalRegistry.plain(engine, PowerCutLoad.REGISTRY_PORT)) {
            load.prepare();
            cut(load, random, seed);
        }
    }

    private void cut(PowerCutLoad load, Random random, long seed) {
        for (int cut = 1; cut <= CUTS; cut++) {
            load.start(random.nextLong());
            Engine.sleep(Duration.ofMillis(30 + random.nextInt(1500)));
            load.powerGoes();
            cutPower();
            load.stop();
            engine.start();
            String when = "power cut " + cut + " of " + CUTS + ", -Djdocker.it.seed=" + seed;
            awaitPhoenix(when);
            Set<String> containers = checkContainers(load.containers(), when);
            Set<String> images = checkImages(load.images(), when);
            new Invariants(engine).check();
            load.removeAll(containers, images);
        }
    }

    /** A container whose policy is always comes back with the power. */
    private void awaitPhoenix(String when) {
        Engine.eventually(
                "the container with a restart policy runs again after " + when,
                Duration.ofSeconds(20),
                () -> Invariants.json(engine.http()
                                .get("/containers/phoenix/json")
                                .is(200)
                                .body())
                        .at("/State/Running")
                        .asBoolean());
    }

    private Set<String> checkContainers(Map<String, PowerCutLoad.Expected> expected, String when) {
        Set<String> there = new HashSet<>();
        for (JsonNode container : Invariants.json(
                engine.http().get("/containers/json?all=1").is(200).body())) {
            there.add(container.at("/Names/0").asText().substring(1));
        }
        there.remove("phoenix");
        there.remove(PowerCutLoad.SOURCE);
        compare("containers", there, expected, when);
        there.stream().filter(name -> !name.startsWith("short")).forEach(name -> runs(name, when));
        return there;
    }

    /** A container that is listed is one that runs, with its files. */
    private void runs(String name, String when) {
        Http.Answer started = engine.http().post("/containers/" + name + "/start", "");
        assertThat(started.status())
                .as("the start of " + name + " after " + when + ": " + started.body())
                .isEqualTo(204);
        String ended =
                engine.http().post("/containers/" + name + "/wait", "").is(200).body();
        assertThat(Invariants.json(ended).path("StatusCode").asInt(-1))
                .as("what " + name + " has ended with after " + when)
                .isZero();
    }

    private Set<String> checkImages(Map<String, PowerCutLoad.Expected> expected, String when) {
        Map<String, String> tags = new HashMap<>();
        for (JsonNode image :
                Invariants.json(engine.http().get("/images/json").is(200).body())) {
            image.path("RepoTags")
                    .forEach(tag -> tags.put(tag.asText(), image.path("Id").asText()));
        }
        tags.remove(Engine.BUSYBOX);
        compare("images", tags.keySet(), expected, when);
        tags.forEach((tag, id) -> checkLayer(tag, id, when));
        return tags.keySet();
    }

    /** The layer has the one file that the image was made of, with each of its bytes. */
    private void checkLayer(String tag, String id, String when) {
        String layer = Invariants.json(
                        engine.http().get("/images/" + id + "/json").is(200).body())
                .at("/GraphDriver/Data/UpperDir")
                .asText();
        try {
            assertThat(Files.readString(Path.of(layer, "marker"), StandardCharsets.ISO_8859_1))
                    .as("the content of " + tag + " after " + when)
                    .isEqualTo(PowerCutLoad.content(tag));
        } catch (IOException e) {
            throw new AssertionError("the image " + tag + " is listed without its layer after " + when, e);
        }
    }

    private static void compare(
            String what, Set<String> there, Map<String, PowerCutLoad.Expected> expected, String when) {
        List<String> lost = expected.entrySet().stream()
                .filter(e -> e.getValue() == PowerCutLoad.Expected.PRESENT)
                .map(Map.Entry::getKey)
                .filter(name -> !there.contains(name))
                .toList();
        List<String> back = there.stream()
                .filter(name ->
                        expected.getOrDefault(name, PowerCutLoad.Expected.ABSENT) == PowerCutLoad.Expected.ABSENT)
                .toList();
        assertThat(lost).as("acknowledged " + what + " lost by " + when).isEmpty();
        assertThat(back)
                .as(what + " that were removed, or never asked for, after " + when)
                .isEmpty();
    }
}
