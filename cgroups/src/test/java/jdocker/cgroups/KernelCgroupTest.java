package jdocker.cgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import jdocker.kernel.ExitStatus;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.KernelTest;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.SpawnRequest;
import jdocker.oci.LinuxDeviceCgroup;
import jdocker.oci.LinuxHugepageLimit;
import jdocker.oci.LinuxMemory;
import jdocker.oci.LinuxPids;
import jdocker.oci.LinuxResources;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@KernelTest
class KernelCgroupTest extends CgroupSuite {
    private final Kernel kernel = Kernel.load();
    private final ControlFiles files = new KernelControlFiles(kernel);
    private final String parent = "/jdocker-test-" + ProcessHandle.current().pid();
    private Cgroups cgroups;

    @BeforeEach
    void detect() {
        cgroups = Cgroups.detect(kernel);
    }

    @AfterEach
    void removeAll() {
        Cgroup above = cgroups.open("/", parent.substring(1));
        above.kill();
        above.delete();
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
        return parent;
    }

    /** A shell that joins, then runs the script. */
    private Fd start(Cgroup cgroup, boolean unified, String script) {
        String join = cgroup.joinFiles().stream()
                .map(file -> "echo 0 > '" + file + "' && ")
                .collect(Collectors.joining());
        Path procs = cgroup.cloneInto().orElseThrow().resolve("cgroup.procs");
        String all = join + (unified || isUnified() ? "echo 0 > '" + procs + "' && " : "") + script;
        try (Fd nothing = kernel.files().open("/dev/null", OpenFlag.READ_WRITE)) {
            Map<Integer, Fd> descriptors = Map.of(0, nothing, 1, nothing, 2, nothing);
            List<String> arguments = List.of("sh", "-c", all);
            long pid = kernel.processes()
                    .spawn(new SpawnRequest("/bin/sh", arguments, List.of("PATH=/bin:/usr/bin"), descriptors, false));
            return kernel.processes().pidfdOpen(pid);
        }
    }

    private void until(BooleanSupplier condition) {
        Waiting waiting = new Waiting(Duration.ofSeconds(20));
        while (!condition.getAsBoolean()) {
            assertThat(waiting.again()).as("in time").isTrue();
        }
    }

    @Test
    void killsFrozenAndForkingProcesses() {
        for (boolean unified : new boolean[] {true, false}) {
            Cgroup cgroup = cgroups.create(parent, "c");
            try (Fd shell = start(cgroup, unified, "while :; do sleep 100 & sleep 0.01; done")) {
                until(() -> cgroup.processes().size() > 5);
                cgroup.freeze();
                assertThat(cgroup.isFrozen()).isTrue();
                cgroup.kill();
                assertThat(cgroup.processes()).isEmpty();
                assertThat(kernel.processes().waitFor(shell)).isEqualTo(new ExitStatus(0, 9, false));
            }
            cgroup.delete();
        }
    }

    @Test
    void freezesAndThaws() {
        Cgroup cgroup = cgroups.create(parent, "c");
        try (Fd shell = start(cgroup, true, "exec sleep 100")) {
            until(() -> cgroup.processes().size() == 1);
            cgroup.freeze();
            assertThat(cgroup.isFrozen()).isTrue();
            cgroup.thaw();
            assertThat(cgroup.isFrozen()).isFalse();
            cgroup.kill();
            kernel.processes().waitFor(shell);
        }
        cgroup.delete();
    }

    @Test
    void removesCgroupsThatAContainerMadeAndRefusesBusyOnes() {
        Cgroup cgroup = cgroups.create(parent, "c");
        files.makeDirectory(cgroup.directories().get("pids").resolve("inner"));
        try (Fd shell = start(cgroup, false, "exec sleep 100")) {
            until(() -> cgroup.processes().size() == 1);
            assertThatThrownBy(cgroup::delete).hasMessageContaining("EBUSY");
            cgroup.kill();
            kernel.processes().waitFor(shell);
        }
        cgroup.delete();
        assertThat(cgroup.removalOrder()).noneMatch(files::exists);
    }

    @Test
    void tellsAnOomKill() {
        Cgroup cgroup = cgroups.create(parent, "c");
        cgroup.apply(LinuxResources.builder()
                .memory(LinuxMemory.builder().limit(16L << 20).swap(16L << 20).build())
                .build());
        try (Fd shell = start(cgroup, true, "exec tail /dev/zero")) {
            assertThat(kernel.processes().waitFor(shell).signal()).isEqualTo(9);
        }
        assertThat(cgroup.oomKilled()).isTrue();
        CgroupStats.Memory memory = cgroup.stats().memory();
        if (memory.peak() > 0) { // v2 keeps it since Linux 5.19
            assertThat(memory.peak()).isGreaterThan(8L << 20);
        }
        cgroup.delete();
    }

    @Test
    void limitsProcessesAndCountsWork() {
        Cgroup cgroup = cgroups.create(parent, "c");
        cgroup.apply(LinuxResources.builder().pids(new LinuxPids(3, Map.of())).build());
        String script = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done;"
                + " sleep 100 & sleep 100 & (sleep 100 & sleep 100) || exit 9";
        try (Fd shell = start(cgroup, true, script)) {
            assertThat(kernel.processes().waitFor(shell).code()).isNotZero();
        }
        CgroupStats stats = cgroup.stats();
        assertThat(stats.pids().limit()).isEqualTo(3);
        assertThat(stats.cpu().total()).isGreaterThan(1_000_000);
        assertThat(stats.cpu().perCpu().isEmpty()).isEqualTo(isUnified());
        assertThat(stats.memory().stat()).containsKey(isUnified() ? "inactive_file" : "total_inactive_file");
        cgroup.kill();
        cgroup.delete();
    }

    @Test
    void deniesDevices() {
        Cgroup cgroup = cgroups.create(parent, "c");
        cgroup.apply(LinuxResources.builder()
                .devices(List.of(
                        new LinuxDeviceCgroup(false, "a", null, null, "rwm", Map.of()),
                        new LinuxDeviceCgroup(true, "c", 1L, 3L, "rwm", Map.of())))
                .build());
        String script = "(true < /dev/null) || exit 1; (true < /dev/zero) && exit 2; exit 5";
        try (Fd shell = start(cgroup, true, "{ " + script + "; }")) {
            assertThat(kernel.processes().waitFor(shell).code()).isEqualTo(5);
        }
        if (!isUnified()) {
            assertThat(files.read(cgroup.directories().get("devices").resolve("devices.list")))
                    .contains("c 1:3 rwm");
        }
        cgroup.delete();
    }

    @Test
    void limitsHugePages() {
        assumeTrue(cgroups.controllers().contains("hugetlb"), "this kernel has no controller hugetlb");
        Cgroup cgroup = cgroups.create(parent, "c");
        cgroup.apply(LinuxResources.builder()
                .hugepageLimits(List.of(new LinuxHugepageLimit("2MB", 4L << 20)))
                .build());
        Path hugetlb = cgroup.directories().get("hugetlb");
        assertThat(files.read(hugetlb.resolve(isUnified() ? "hugetlb.2MB.max" : "hugetlb.2MB.limit_in_bytes")))
                .map(String::strip)
                .contains("4194304");
        cgroup.delete();
    }

    @Test
    void knowsThisHost() {
        assertThat(cgroups.controllers()).contains("memory", "pids", "cpuset");
        assertThat(cgroups.features().memory()).isTrue();
        assertThat(cgroups.features().pids()).isTrue();
    }
}
