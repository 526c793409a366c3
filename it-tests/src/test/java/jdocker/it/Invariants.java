package jdocker.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What must hold after any crash, whatever the daemon was doing. */
final class Invariants {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> STATES = Set.of("created", "running", "paused", "exited");

    private final Engine engine;

    Invariants(Engine engine) {
        this.engine = engine;
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }

    /** Waits for what a daemon finishes right after its start, then checks everything. */
    void check() {
        AssertionError[] last = new AssertionError[1];
        try {
            Engine.eventually("all is in order", Duration.ofSeconds(10), () -> {
                try {
                    checkOnce();
                    return true;
                } catch (AssertionError e) {
                    last[0] = e;
                    return false;
                }
            });
        } catch (AssertionError late) {
            throw last[0] == null ? late : last[0];
        }
    }

    private void checkOnce() {
        var existing = new HashSet<String>();
        var running = new HashSet<String>();
        for (JsonNode summary :
                json(engine.http().get("/containers/json?all=1").is(200).body())) {
            String id = summary.get("Id").asText();
            JsonNode state = json(engine.http()
                            .get("/containers/" + id + "/json")
                            .is(200)
                            .body())
                    .get("State");
            existing.add(id);
            assertThat(STATES).as("state of " + id).contains(state.get("Status").asText());
            long pid = state.get("Pid").asLong();
            if (state.get("Running").asBoolean()) {
                running.add(id);
                assertThat(Files.exists(Path.of("/proc/" + pid)))
                        .as("process " + pid + " of " + id)
                        .isTrue();
            } else {
                assertThat(pid).as("pid of " + id + ", which does not run").isZero();
            }
        }
        Traces traces = Traces.of(engine);
        assertThat(names(Traces.entries(engine.dataRoot().resolve("containers"))))
                .as("directories of containers")
                .isEqualTo(existing);
        assertThat(names(traces.cgroups())).as("cgroups").isSubsetOf(running).containsAll(running);
        assertThat(traces.shims()).as("shims").hasSize(running.size());
        assertThat(names(Traces.entries(engine.execRoot().resolve("shim"))))
                .as("run directories")
                .isEqualTo(running);
        assertThat(traces.containerMounts().stream()
                        .filter(mount -> mount.endsWith("/merged"))
                        .toList())
                .as("mounted roots")
                .hasSize(running.size());
        assertThat(Traces.entries(engine.dataRoot().resolve("tmp")))
                .as("temporary files")
                .isEmpty();
        checkDatabase();
        checkImages();
    }

    private static Set<String> names(List<Path> paths) {
        var names = new HashSet<String>();
        paths.forEach(path -> names.add(path.getFileName().toString()));
        return names;
    }

    private void checkDatabase() {
        String script =
                "import sqlite3,sys; print(sqlite3.connect('file:'+sys.argv[1]+'?mode=ro', uri=True).execute('pragma integrity_check').fetchone()[0])";
        assertThat(Command.run(
                                "python3",
                                "-c",
                                script,
                                engine.dataRoot().resolve("state.db").toString())
                        .ok()
                        .text())
                .isEqualTo("ok");
    }

    /** Every listed image can be inspected and each of its layers is on the disk. */
    private void checkImages() {
        for (JsonNode image :
                json(engine.http().get("/images/json?all=1").is(200).body())) {
            JsonNode inspect = json(engine.http()
                    .get("/images/" + image.get("Id").asText() + "/json")
                    .is(200)
                    .body());
            var directories = new ArrayList<String>();
            inspect.path("GraphDriver").path("Data").properties().forEach(entry -> {
                if (entry.getKey().equals("UpperDir") || entry.getKey().equals("LowerDir")) {
                    directories.addAll(List.of(entry.getValue().asText().split(":")));
                }
            });
            assertThat(directories)
                    .as("layers of " + image)
                    .isNotEmpty()
                    .allSatisfy(dir -> assertThat(Path.of(dir)).isDirectory());
        }
    }
}
