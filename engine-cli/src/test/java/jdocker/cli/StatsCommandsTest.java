package jdocker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class StatsCommandsTest {
    private static final String ID = "4a1f0b1c2d3e4f5061728394a5b6c7d8e9f00112233445566778899aabbccdd0";
    private static final String STATS = """
        {"name":"/web","id":"%s","read":"2026-01-02T03:04:05Z","preread":"2026-01-02T03:04:04Z",
         "pids_stats":{"current":3,"limit":18446744073709551615},
         "blkio_stats":{"io_service_bytes_recursive":[{"major":8,"minor":0,"op":"read","value":147000},
           {"major":8,"minor":0,"op":"write","value":0},{"major":8,"minor":1,"op":"Read","value":1000}]},
         "cpu_stats":{"cpu_usage":{"total_usage":600},"system_cpu_usage":3000,"online_cpus":4,"throttling_data":{}},
         "precpu_stats":{"cpu_usage":{"total_usage":100},"system_cpu_usage":1000,"online_cpus":4},
         "memory_stats":{"usage":6291456,"limit":1073741824,"stats":{"inactive_file":1048576}},
         "networks":{"eth0":{"rx_bytes":916,"tx_bytes":0},"eth1":{"rx_bytes":84,"tx_bytes":2000}}}
        """.formatted(ID);

    private FakeDaemon daemon;

    @BeforeEach
    void start() throws IOException {
        daemon = new FakeDaemon()
                .on("GET", "/containers/json", 200, "[{\"Id\":\"" + ID + "\"}]")
                .on("GET", "/containers/" + ID + "/stats", 200, STATS)
                .on("GET", "/containers/web/stats", 200, STATS)
                .on("GET", "/containers/nobody/stats", 404, "{\"message\":\"No such container: nobody\"}")
                .on("POST", "/containers/web/update", 200, "{\"Warnings\":[\"no swap here\"]}");
    }

    @AfterEach
    void stop() throws IOException {
        daemon.close();
    }

    @Test
    void printsWhatContainersUseInDockersColumns() {
        assertThat(Run.against(daemon, "stats", "--no-stream").result().out()).isEqualTo("""
            CONTAINER ID   NAME      CPU %     MEM USAGE / LIMIT   MEM %     NET I/O     BLOCK I/O    PIDS
            4a1f0b1c2d3e   web       100.00%   5MiB / 1GiB         0.49%     1kB / 2kB   148kB / 0B   3
            """);
        assertThat(daemon.asked())
                .containsExactly("GET /v1.51/containers/json", "GET /v1.51/containers/" + ID + "/stats?stream=0");
    }

    @Test
    void printsThemAsATemplateSays() {
        assertThat(Run.against(
                                daemon,
                                "stats",
                                "--no-stream",
                                "--no-trunc",
                                "--format",
                                "{{.Container}} {{.ID}} {{.PIDs}}",
                                "web")
                        .result()
                        .out())
                .isEqualTo("web " + ID + " 3\n");
        assertThat(Run.against(daemon, "stats", "--no-stream", "--format", "json", "web")
                        .result()
                        .out())
                .isEqualTo("{\"BlockIO\":\"148kB / 0B\",\"CPUPerc\":\"100.00%\",\"Container\":\"web\","
                        + "\"ID\":\"4a1f0b1c2d3e\",\"MemPerc\":\"0.49%\",\"MemUsage\":\"5MiB / 1GiB\",\"Name\":\"web\","
                        + "\"NetIO\":\"1kB / 2kB\",\"PIDs\":\"3\"}\n");
    }

    @Test
    void tellsThatThereIsNoSuchContainer() {
        Run.Result result =
                Run.against(daemon, "stats", "--no-stream", "nobody").result();
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).contains("No such container: nobody");
    }

    @Test
    void updatesLimits() {
        Run.Result result = Run.against(
                        daemon,
                        "update",
                        "-m",
                        "64m",
                        "--cpus",
                        "0.5",
                        "--pids-limit",
                        "-1",
                        "--restart",
                        "on-failure:3",
                        "web")
                .result();
        assertThat(result.out()).isEqualTo("web\n");
        assertThat(result.err()).isEqualTo("no swap here\n");
        JsonObject body = Json.object(daemon.last("/update").body().getBytes(StandardCharsets.UTF_8));
        assertThat(body.number("Memory")).isEqualTo(64 << 20);
        assertThat(body.number("NanoCpus")).isEqualTo(500_000_000);
        assertThat(body.number("PidsLimit")).isEqualTo(-1);
        assertThat(body.object("RestartPolicy").text("Name")).isEqualTo("on-failure");
        assertThat(body.object("RestartPolicy").number("MaximumRetryCount")).isEqualTo(3);
    }

    @Test
    void wantsSomethingToUpdate() {
        Run.Result result = Run.against(daemon, "update", "web").result();
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).contains("you must provide one or more flags");
        assertThat(daemon.asked()).isEmpty();
    }
}
