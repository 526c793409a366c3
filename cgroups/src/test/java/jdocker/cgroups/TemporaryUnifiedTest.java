package jdocker.cgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.kernel.Kernel;
import jdocker.oci.LinuxBlockIo;
import jdocker.oci.LinuxCpu;
import jdocker.oci.LinuxDeviceCgroup;
import jdocker.oci.LinuxHugepageLimit;
import jdocker.oci.LinuxMemory;
import jdocker.oci.LinuxPids;
import jdocker.oci.LinuxResources;
import jdocker.oci.LinuxThrottleDevice;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemporaryUnifiedTest extends CgroupSuite {
    @TempDir
    Path temp;

    private final List<String> calls = new ArrayList<>();
    private long holder;
    private final RecordedFilters filters = new RecordedFilters();
    private TemporaryControlFiles files;
    private Cgroups cgroups;

    @BeforeEach
    void mount() throws IOException {
        files = TemporaryControlFiles.unified(temp);
        var unified = new V2.Unified(temp, files, Kernel.load().processes(), filters);
        var layout = new V2Layout(unified);
        cgroups =
                new Cgroups(layout, files, Optional.of(new Cgroups.Systemd(layout, new FakeSystemd(), Kernel.load())));
    }

    @Override
    Cgroups cgroups() {
        return cgroups;
    }

    @Override
    ControlFiles files() {
        return files;
    }

    @Override
    String parent() {
        return "/jdocker";
    }

    private Cgroup fresh() {
        Cgroup cgroup = cgroups.create("/jdocker", "c");
        files.written.clear();
        return cgroup;
    }

    private void apply(LinuxMemory memory) {
        Cgroup cgroup = fresh();
        cgroup.apply(LinuxResources.builder().memory(memory).build());
    }

    @Test
    void handsDownOnlyTheControllersThatAreMissing() {
        cgroups.create("/a/b", "c");
        assertThat(files.written)
                .containsExactly(
                        "cgroup.subtree_control=+cpuset +hugetlb +io +pids",
                        "cgroup.subtree_control=+cpu +cpuset +hugetlb +io +memory +pids",
                        "cgroup.subtree_control=+cpu +cpuset +hugetlb +io +memory +pids");
        files.written.clear();
        cgroups.create("/a/b", "d");
        assertThat(files.written).isEmpty();
    }

    @ParameterizedTest(name = "{0} bytes and {1} with swap are {2}")
    @CsvSource({"100, 100, 0", "100, 250, 150", "100, -1, max", "-1, 0, max", "-1, -1, max", "100, 0, ''", "0, 0, ''"})
    void countsSwapApart(long limit, long total, String swap) {
        assertThat(UnifiedMemory.swap(limit, total)).isEqualTo(swap);
    }

    @ParameterizedTest(name = "{0} bytes and {1} with swap")
    @CsvSource({"0, 100", "-1, 100", "100, 99", "100, -5"})
    void refusesLimitsOfSwapThatMakeNoSense(long limit, long total) {
        assertThatThrownBy(() -> UnifiedMemory.swap(limit, total))
                .isInstanceOf(CgroupException.class)
                .hasMessageContaining("cannot limit memory and swap to " + total);
    }

    @Test
    void limitsSwapBeforeMemory() {
        apply(LinuxMemory.builder().limit(100L).swap(250L).reservation(40L).build());
        assertThat(files.written).containsExactly("memory.swap.max=150", "memory.max=100", "memory.low=40");
    }

    @Test
    void passesOverWhatVersionTwoDoesNotHave() {
        apply(LinuxMemory.builder()
                .swappiness(10L)
                .disableOomKiller(true)
                .kernel(5L)
                .build());
        assertThat(files.written).isEmpty();
    }

    @Test
    void refusesToKillByALowerLimit() {
        Cgroup cgroup = fresh();
        assertThatThrownBy(() -> cgroup.apply(lower(99))).hasMessage("cannot limit memory to 99 bytes: in use are 100");
        assertThat(files.written).isEmpty();

        cgroup.apply(lower(100));
        assertThat(files.written).as("most of 4096 is cache").containsExactly("memory.max=100");
    }

    private static LinuxResources lower(long limit) {
        LinuxMemory wanted =
                LinuxMemory.builder().limit(limit).checkBeforeUpdate(true).build();
        return LinuxResources.builder().memory(wanted).build();
    }

    @Test
    void needsTheSwapFileOnlyForARealLimit() throws IOException {
        Cgroup cgroup = fresh();
        Files.delete(cgroup.cloneInto().orElseThrow().resolve("memory.swap.max"));
        cgroup.apply(LinuxResources.builder()
                .memory(LinuxMemory.builder().limit(100L).swap(100L).build())
                .build());
        assertThatThrownBy(() -> cgroup.apply(LinuxResources.builder()
                        .memory(LinuxMemory.builder().limit(100L).swap(200L).build())
                        .build()))
                .hasMessageContaining("swapaccount=1");
    }

    @ParameterizedTest(name = "{0} shares weigh {1}")
    @CsvSource({"1, 1", "2, 1", "3, 2", "256, 35", "512, 59", "1024, 100", "2048, 174", "262144, 10000", "300000, 10000"
    })
    void convertsShares(long shares, long weight) {
        assertThat(UnifiedCpu.weight(shares)).isEqualTo(weight);
    }

    @Test
    void limitsCpuTime() {
        Cgroup cgroup = fresh();
        cgroup.apply(LinuxResources.builder()
                .cpu(LinuxCpu.builder().quota(50_000L).burst(10_000L).build())
                .build());
        cgroup.apply(LinuxResources.builder()
                .cpu(LinuxCpu.builder().quota(-1L).period(20_000L).build())
                .build());
        cgroup.apply(LinuxResources.builder()
                .cpu(LinuxCpu.builder().shares(2L).idle(1L).build())
                .build());
        assertThat(files.written)
                .containsExactly("cpu.max.burst=10000", "cpu.max=50000 100000", "cpu.max=max 20000", "cpu.idle=1");
    }

    @Test
    void limitsBlockIoPerDevice() {
        Cgroup cgroup = fresh();
        List<LinuxThrottleDevice> fast = List.of(new LinuxThrottleDevice(8, 0, 1_048_576, Map.of()));
        List<LinuxThrottleDevice> unlimited = List.of(new LinuxThrottleDevice(8, 16, 0, Map.of()));
        cgroup.apply(LinuxResources.builder()
                .blockIo(new LinuxBlockIo(10, null, List.of(), fast, unlimited, fast, fast))
                .build());
        assertThat(files.written)
                .containsExactly(
                        "io.weight=1",
                        "io.max=8:0 rbps=1048576",
                        "io.max=8:16 wbps=max",
                        "io.max=8:0 riops=1048576",
                        "io.max=8:0 wiops=1048576");
        assertThat(UnifiedIo.converted(1000)).isEqualTo(10_000);
    }

    @Test
    void limitsHugePagesAlsoReservedOnes() {
        Cgroup cgroup = fresh();
        cgroup.apply(LinuxResources.builder()
                .hugepageLimits(List.of(new LinuxHugepageLimit("2MB", 4096, Map.of())))
                .build());
        assertThat(files.written).containsExactly("hugetlb.2MB.max=4096", "hugetlb.2MB.rsvd.max=4096");
    }

    @Test
    void setsAnyFileOfItsOwnByName() {
        Cgroup cgroup = fresh();
        cgroup.apply(LinuxResources.builder()
                .unified(Map.of("memory.oom.group", "1"))
                .build());
        cgroup.apply(
                LinuxResources.builder().unified(Map.of("memory.high", "99")).build());
        assertThat(files.written).containsExactly("memory.oom.group=1", "memory.high=99");
    }

    @ParameterizedTest(name = "''{0}''")
    @ValueSource(strings = {"../../cgroup.procs", "memory", "a/b.c", "memory.", "..", "memory max", ""})
    void refusesNamesThatAreNoFilesOfIt(String file) {
        Cgroup cgroup = fresh();
        LinuxResources wanted =
                LinuxResources.builder().unified(Map.of(file, "1")).build();
        assertThatThrownBy(() -> cgroup.apply(wanted)).hasMessageContaining("not a file of cgroup v2");
        assertThat(files.written).isEmpty();
    }

    @Test
    void saysWhichControllerIsMissing() throws IOException {
        Cgroup cgroup = fresh();
        Files.writeString(cgroup.cloneInto().orElseThrow().resolve("cgroup.controllers"), "cpu memory");
        LinuxResources wanted =
                LinuxResources.builder().pids(new LinuxPids(5, Map.of())).build();
        assertThatThrownBy(() -> cgroup.apply(wanted))
                .hasMessage(
                        "cannot limit processes: the cgroup /jdocker/c lacks the controller pids (it has: cpu memory);"
                                + " see cgroup.subtree_control of those above");
        LinuxResources odd =
                LinuxResources.builder().unified(Map.of("rdma.max", "5")).build();
        assertThatThrownBy(() -> cgroup.apply(odd)).hasMessageContaining("lacks the controller rdma");
    }

    @Test
    void replacesItsDeviceProgramAndDropsItWhenAllIsAllowed() {
        Cgroup cgroup = fresh();
        LinuxDeviceCgroup none = new LinuxDeviceCgroup(false, "a", null, null, "rwm");
        LinuxDeviceCgroup all = new LinuxDeviceCgroup(true, "a", null, null, "rwm");
        cgroup.apply(LinuxResources.builder().devices(List.of(none)).build());
        assertThat(filters.programs).containsOnlyKeys(cgroup.cloneInto().orElseThrow());
        cgroup.apply(LinuxResources.builder().devices(List.of(none, all)).build());
        assertThat(filters.programs).isEmpty();
    }

    @Test
    void freezesAndThaws() {
        Cgroup cgroup = fresh();
        cgroup.freeze();
        assertThat(cgroup.isFrozen()).isTrue();
        cgroup.thaw();
        assertThat(cgroup.isFrozen()).isFalse();
    }

    @Test
    void readsWhatWasUsed() {
        CgroupStats stats = fresh().stats();
        var none = new CgroupStats.Stall(0, 0, 0, 12);
        assertThat(stats)
                .isEqualTo(new CgroupStats(
                        new CgroupStats.Cpu(123_456_000, 70_000_000, 30_000_000, List.of(), 5, 2, 777_000),
                        new CgroupStats.Memory(
                                4096, 8192, Long.MAX_VALUE, 3, Map.of("anon", 100L, "inactive_file", 40L)),
                        new CgroupStats.Pids(7, 0),
                        new CgroupStats.BlockIo(
                                List.of(
                                        new CgroupStats.BlockIo.Entry(8, 0, "read", 4096),
                                        new CgroupStats.BlockIo.Entry(8, 0, "write", 512)),
                                List.of(
                                        new CgroupStats.BlockIo.Entry(8, 0, "read", 1),
                                        new CgroupStats.BlockIo.Entry(8, 0, "write", 2))),
                        Map.of("cpu", new CgroupStats.Pressure(new CgroupStats.Stall(1.5, 0.25, 0, 4711), none))));
    }

    @Test
    void joinsBesideAProcessThatMovedBeneath() throws IOException {
        Cgroup cgroup = fresh();
        Path directory = cgroup.cloneInto().orElseThrow();
        assertThat(cgroup.cloneInto(1)).contains(directory);
        Files.writeString(directory.resolve("cgroup.subtree_control"), "memory");
        assertThat(cgroup.cloneInto(ProcessHandle.current().pid())).contains(directory);
    }

    /** Makes the directories that systemd would. */
    private final class FakeSystemd implements ScopeManager {
        @Override
        public void connect() {
            calls.add("connect");
        }

        @Override
        public void start(String unit, String slice, String description, long pid) {
            calls.add("start " + unit + " in " + slice);
            if (slice.equals("refused.slice")) {
                throw new CgroupException("systemd does not start the unit " + unit);
            }
            Path directory = temp;
            for (String name : (Slices.path(slice) + "/" + unit).substring(1).split("/")) {
                directory = directory.resolve(name);
                files.makeDirectory(directory);
            }
            try {
                Files.writeString(directory.resolve("cgroup.procs"), pid + "\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            holder = pid;
        }

        @Override
        public void stop(String unit) {
            calls.add("stop " + unit);
        }

        @Override
        public void set(String unit, Map<String, Object> properties) {
            properties.forEach((name, value) ->
                    calls.add(name + "=" + (value instanceof byte[] bits ? Arrays.toString(bits) : value)));
        }
    }

    @Test
    void hasSystemdMakeScopesInSlices() throws IOException {
        Cgroup cgroup = cgroups.create("tenants-blue.slice", "c1");
        assertThat(cgroup.path()).isEqualTo("/tenants.slice/tenants-blue.slice/docker-c1.scope");
        assertThat(calls).containsExactly("start docker-c1.scope in tenants-blue.slice");
        assertThat(ProcessHandle.of(holder)).isPresent();
        Files.writeString(cgroup.cloneInto().orElseThrow().resolve("cgroup.procs"), "");
        cgroup.settled();
        assertThat(ProcessHandle.of(holder)).isEmpty();

        calls.clear();
        cgroup.apply(LinuxResources.builder()
                .memory(LinuxMemory.builder().limit(100L).swap(250L).build())
                .cpu(LinuxCpu.builder()
                        .shares(1024L)
                        .quota(33_333L)
                        .cpus("0-1,9")
                        .build())
                .pids(new LinuxPids(-1, Map.of()))
                .blockIo(new LinuxBlockIo(1000, null, List.of(), List.of(), List.of(), List.of(), List.of()))
                .build());
        assertThat(calls)
                .containsExactly(
                        "MemoryMax=100",
                        "MemorySwapMax=150",
                        "CPUWeight=100",
                        "CPUQuotaPerSecUSec=340000",
                        "AllowedCPUs=[3, 2]",
                        "IOWeight=10000",
                        "TasksMax=-1");
        assertThat(files.written).contains("memory.max=100", "cpu.max=33333 100000");
        assertThat(cgroups.children("tenants-blue.slice")).isEmpty();
        assertThat(cgroups.open("tenants-blue.slice", "c1").path()).isEqualTo(cgroup.path());
    }

    @Test
    void talksToSystemdForSlicesAlone() {
        cgroups.makeReady("/jdocker");
        cgroups.create("/jdocker", "c1").delete();
        assertThat(calls).isEmpty();
        cgroups.makeReady("system.slice");
        assertThat(calls).containsExactly("connect");
    }

    @Test
    void leavesTheRemovalOfScopesToSystemd() {
        Cgroup cgroup = cgroups.create("tenants.slice", "c1");
        assertThat(cgroup.removalOrder()).isEmpty();
        long held = holder;
        calls.clear();
        cgroup.delete();
        assertThat(calls).containsExactly("stop docker-c1.scope");
        assertThat(ProcessHandle.of(held)).isEmpty();
    }

    @Test
    void makesNoScopeWhereProcessesLive() throws IOException {
        Cgroup cgroup = cgroups.create("tenants.slice", "c1");
        calls.clear();
        assertThatThrownBy(() -> cgroups.create("tenants.slice", "c1")).hasMessageContaining("has processes already");
        assertThat(calls).isEmpty();
        cgroup.settled();
        Files.writeString(cgroup.cloneInto().orElseThrow().resolve("cgroup.procs"), "");
        cgroups.create("tenants.slice", "c1").settled();
        assertThat(calls).containsExactly("start docker-c1.scope in tenants.slice");
    }

    @Test
    void leavesNothingWhenSystemdRefuses() {
        assertThatThrownBy(() -> cgroups.create("refused.slice", "c1")).hasMessageContaining("systemd does not start");
        assertThat(cgroups.open("refused.slice", "c1").processes()).isEmpty();
    }

    @ParameterizedTest(name = "''{0}''")
    @ValueSource(strings = {"a--b.slice", "-a.slice", "a-.slice", ".slice", "a b.slice", "..slice-.slice"})
    void refusesNamesThatNoSliceHas(String slice) {
        assertThatThrownBy(() -> cgroups.open(slice, "c")).hasMessageContaining("not the name of a slice");
    }

    @Test
    void knowsWhatCanBeLimited() {
        fresh();
        CgroupFeatures features = cgroups.features();
        assertThat(features.memory() && features.swap() && features.cpuQuota() && features.pids())
                .isTrue();
        assertThat(features.swappiness() || features.oomKillDisable()).isFalse();
        assertThat(cgroups.controllers()).contains("io", "hugetlb");
    }
}
