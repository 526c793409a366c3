package jdocker.daemon.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.api.ContainerStats;
import jdocker.cgroups.CgroupStats;
import jdocker.daemon.http.TestClient.Reply;
import jdocker.oci.LinuxResources;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class StatsRoutesTest {
    private static final String PLAIN = "{'Image':'busybox','HostConfig':{'NetworkMode':'none'}}";
    private static final String LIMITED =
            "{'Image':'busybox','HostConfig':{'NetworkMode':'none','Memory':67108864,'NanoCpus':500000000}}";

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

    private static CgroupStats used(long cpu) {
        var stall = new CgroupStats.Stall(1.5, 0.5, 0, 42);
        return new CgroupStats(
                new CgroupStats.Cpu(cpu, 60, 40, List.of(), 5, 2, 777),
                new CgroupStats.Memory(4096, 0, Long.MAX_VALUE, 3, Map.of("inactive_file", 40L)),
                new CgroupStats.Pids(7, 0),
                new CgroupStats.BlockIo(List.of(new CgroupStats.BlockIo.Entry(8, 0, "read", 512)), List.of()),
                Map.of("cpu", new CgroupStats.Pressure(stall, stall)));
    }

    @Test
    void oneShotAnswersInDockersShape() throws Exception {
        String id = api.run("web", PLAIN);
        api.runtime.stats.put(id, used(100));
        JsonNode stats = api.json("/v1.41/containers/web/stats?stream=false&one-shot=true");

        assertThat(stats.get("name").asText()).isEqualTo("/web");
        assertThat(stats.get("id").asText()).isEqualTo(id);
        assertThat(stats.get("preread").asText()).isEqualTo("0001-01-01T00:00:00Z");
        assertThat(stats.at("/pids_stats/current").asLong()).isEqualTo(7);
        assertThat(stats.at("/pids_stats/limit").asText()).isEqualTo("18446744073709551615");
        assertThat(stats.at("/cpu_stats/cpu_usage").toString())
                .isEqualTo("{\"total_usage\":100,\"usage_in_kernelmode\":40,\"usage_in_usermode\":60}");
        assertThat(stats.at("/cpu_stats/throttling_data/throttled_time").asLong())
                .isEqualTo(777);
        assertThat(stats.at("/cpu_stats/system_cpu_usage").asLong()).isPositive();
        assertThat(stats.at("/cpu_stats/online_cpus").asInt()).isPositive();
        assertThat(stats.at("/cpu_stats/psi/some/avg10").asDouble()).isEqualTo(1.5);
        assertThat(stats.at("/precpu_stats/cpu_usage/total_usage").asLong()).isZero();
        assertThat(stats.at("/memory_stats/usage").asLong()).isEqualTo(4096);
        assertThat(stats.at("/memory_stats/failcnt").asLong()).isEqualTo(3);
        assertThat(stats.at("/memory_stats/stats/inactive_file").asLong()).isEqualTo(40);
        assertThat(stats.at("/memory_stats/limit").asLong())
                .as("that of the machine")
                .isBetween(1L << 20, 1L << 50);
        assertThat(stats.at("/memory_stats").has("psi")).isFalse();
        assertThat(stats.at("/blkio_stats/io_service_bytes_recursive/0").toString())
                .isEqualTo("{\"major\":8,\"minor\":0,\"op\":\"read\",\"value\":512}");
        assertThat(stats.at("/blkio_stats/io_serviced_recursive").isNull()).isTrue();
        assertThat(stats.at("/storage_stats").isObject()).isTrue();
    }

    @Test
    void withoutStreamTheSampleBeforeIsInTheAnswer() throws Exception {
        String id = api.run("web", PLAIN);
        api.runtime.stats.put(id, used(100));
        JsonNode stats = api.json("/containers/web/stats?stream=0");

        assertThat(stats.at("/precpu_stats/cpu_usage/total_usage").asLong()).isEqualTo(100);
        assertThat(stats.get("preread").asText()).startsWith("2");
        assertThat(stats.get("preread").asText()).isNotEqualTo(stats.get("read").asText());
    }

    @Test
    void aContainerThatDoesNotRunHasNothing() throws Exception {
        String id = api.create("web", PLAIN);
        JsonNode stats = api.json("/containers/web/stats?stream=0");

        assertThat(stats.get("id").asText()).isEqualTo(id);
        assertThat(stats.get("read").asText()).isEqualTo("0001-01-01T00:00:00Z");
        assertThat(stats.get("pids_stats").isEmpty()).isTrue();
        assertThat(stats.get("memory_stats").isEmpty()).isTrue();
    }

    @Test
    void aStreamOfOneShotsIsRefused() throws Exception {
        api.create("web", PLAIN);
        Reply reply = api.call("GET", "/containers/web/stats?one-shot=1");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(ContainerHarness.message(reply)).isEqualTo("cannot have stream=true and one-shot=true");
        assertThat(api.call("GET", "/containers/nobody/stats").status()).isEqualTo(404);
    }

    @Test
    void readsInterfacesAndProcessorsOfTheHost() throws Exception {
        Files.createDirectories(directory.resolve("proc/7/net"));
        Files.writeString(directory.resolve("proc/7/net/dev"), """
                Inter-|   Receive                                                |  Transmit
                 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                    lo:     100       1    0    0    0     0          0         0      100       1    0    0    0     0       0          0
                  eth0:    4711      12    1    2    0     0          0         0      815       9    3    4    0     0       0          0
                """);
        Files.writeString(
                directory.resolve("proc/stat"),
                "cpu  1 2 3 4 5 6 7 8 9 10\ncpu0 1 1 1 1 1 1 1 1 1 1\ncpu1 1 1 1 1 1 1 1 1 1 1\nintr 5\n");
        Files.writeString(directory.resolve("proc/meminfo"), "MemTotal:  1024 kB\nMemFree: 1 kB\n");
        var host = new HostUsage(directory.resolve("proc"));

        assertThat(host.networks(7))
                .isEqualTo(Map.of("eth0", new ContainerStats.Network(4711, 12, 1, 2, 815, 9, 3, 4)));
        assertThat(host.networks(8)).isEmpty();
        assertThat(host.cpu()).isEqualTo(new HostUsage.Cpu(280_000_000, 2));
        assertThat(host.memory()).isEqualTo(1 << 20);
    }

    @Test
    void updateChangesLimitsOfARunningContainerAndKeepsThem() throws Exception {
        String id = api.run("web", LIMITED);
        Reply reply = api.call(
                "POST",
                "/containers/web/update",
                "{'Memory':33554432,'MemorySwap':33554432,'PidsLimit':-1,'CpuShares':512,"
                        + "'RestartPolicy':{'Name':'always'}}");

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.text()).isEqualTo("{\"Warnings\":[]}\n");
        LinuxResources limits = api.runtime.limited.getFirst();
        assertThat(limits.devices()).as("devices stay as they are").isEmpty();
        assertThat(limits.memory().limit()).isEqualTo(33554432);
        assertThat(limits.memory().swap()).isEqualTo(33554432);
        assertThat(limits.memory().checkBeforeUpdate()).isTrue();
        assertThat(limits.pids().limit()).isEqualTo(-1);
        assertThat(limits.cpu().shares()).isEqualTo(512);
        assertThat(limits.cpu().quota()).as("what was set before").isEqualTo(50_000);
        JsonNode config = api.json("/containers/" + id + "/json").get("HostConfig");
        assertThat(config.get("Memory").asLong()).isEqualTo(33554432);
        assertThat(config.at("/RestartPolicy/Name").asText()).isEqualTo("always");
        assertThat(api.events()).endsWith("update");
    }

    @Test
    void updateOfAStoppedContainerCountsFromItsNextStart() throws Exception {
        api.create("web", LIMITED);
        assertThat(api.call("POST", "/containers/web/update", "{'Memory':134217728}")
                        .status())
                .isEqualTo(200);
        assertThat(api.runtime.limited).isEmpty();
        assertThat(api.json("/containers/web/json").at("/HostConfig/Memory").asLong())
                .isEqualTo(134217728);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    {'Memory':268435456} | 409 | Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time
                    {'CpuQuota':5000} | 409 | Conflicting options: CPU Quota cannot be updated as NanoCPUs has already been set
                    {'CpuPeriod':5000} | 409 | Conflicting options: CPU Period cannot be updated as NanoCPUs has already been set
                    {'Memory':1000} | 400 | Minimum memory limit allowed is 6MB
                    {'Memory':-5} | 400 | Minimum memory limit allowed is 6MB
                    {'CpusetCpus':'0-4294967295'} | 400 | Invalid value 0-4294967295 for cpuset cpus
                    {'RestartPolicy':{'Name':'sometimes'}} | 400 | invalid restart policy""")
    void updateRefuses(String body, int status, String message) throws Exception {
        api.run("web", LIMITED);
        JsonNode before = api.json("/containers/web/json").get("HostConfig");
        Reply reply = api.call("POST", "/containers/web/update", body);

        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        assertThat(ContainerHarness.message(reply)).contains(message);
        assertThat(api.runtime.limited).isEmpty();
        assertThat(api.json("/containers/web/json").get("HostConfig")).isEqualTo(before);
    }

    @Test
    void anUpdateThatTheKernelRefusesChangesNothing() throws Exception {
        String id = api.run("web", LIMITED);
        api.runtime.limitFailure = Optional.of("in use are 9 bytes");
        Reply reply = api.call("POST", "/containers/web/update", "{'Memory':33554432}");

        assertThat(reply.status()).isEqualTo(409);
        assertThat(ContainerHarness.message(reply)).isEqualTo("Cannot update container " + id + ": in use are 9 bytes");
        assertThat(api.json("/containers/web/json").at("/HostConfig/Memory").asLong())
                .isEqualTo(67108864);
    }
}
