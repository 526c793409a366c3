package jdocker.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Three hundred starts leave the daemon and the host as they were. */
class LeakTest {

    private record Footprint(int threads, int descriptors, long mounts, long shims, long cgroups, long namespaces) {}

    @Test
    void threeHundredStartsLeaveNothingBehind() {
        try (Engine engine = Engine.withBusybox()) {
            rounds(engine, 40);
            Footprint before = settled(engine);
            rounds(engine, 300);
            Footprint after = settled(engine);
            assertThat(after.mounts()).isEqualTo(before.mounts());
            assertThat(after.shims()).isEqualTo(before.shims()).isZero();
            assertThat(after.cgroups()).isEqualTo(before.cgroups()).isZero();
            // A few network namespaces are made ahead.
            assertThat(after.namespaces()).isLessThanOrEqualTo(before.namespaces() + 4);
            // A pool may hold a thread or an idle connection more; a leak would be counted in hundreds.
            assertThat(after.threads()).isLessThanOrEqualTo(before.threads() + 10);
            assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors() + 10);
        }
    }

    private static void rounds(Engine engine, int count) {
        Http http = engine.http();
        IntStream.range(0, count).parallel().forEach(i -> {
            String id = Invariants.json(http.post(
                                    "/containers/create",
                                    "{\"Image\":\"busybox\",\"Cmd\":[\"true\"],\"HostConfig\":{\"NetworkMode\":\"none\"}}")
                            .is(201)
                            .body())
                    .get("Id")
                    .asText();
            http.post("/containers/" + id + "/start", "").is(204);
            assertThat(http.post("/containers/" + id + "/wait", "").is(200).body())
                    .contains("\"StatusCode\":0");
            http.delete("/containers/" + id).is(204);
        });
    }

    private static Footprint settled(Engine engine) {
        Engine.sleep(java.time.Duration.ofSeconds(2));
        Path proc = Path.of("/proc/" + engine.pid());
        Traces traces = Traces.of(engine);
        return new Footprint(
                Traces.entries(proc.resolve("task")).size(),
                Traces.entries(proc.resolve("fd")).size(),
                traces.containerMounts().size(),
                traces.shims().size(),
                traces.cgroups().size(),
                traces.namespaces());
    }
}
