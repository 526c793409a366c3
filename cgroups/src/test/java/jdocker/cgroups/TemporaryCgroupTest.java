package jdocker.cgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.kernel.Kernel;
import jdocker.oci.LinuxDeviceCgroup;
import jdocker.oci.LinuxMemory;
import jdocker.oci.LinuxPids;
import jdocker.oci.LinuxResources;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryCgroupTest extends CgroupSuite {
    @TempDir
    Path temp;

    private TemporaryControlFiles files;
    private Cgroups cgroups;

    @BeforeEach
    void mount() throws IOException {
        files = new TemporaryControlFiles(temp);
        files.mount();
        cgroups = on(TemporaryControlFiles.hierarchies(temp));
    }

    private Cgroups on(Hierarchies hierarchies) {
        return new Cgroups(new V1Layout(hierarchies, files, Kernel.load().processes()), files, Optional.empty());
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

    private static LinuxDeviceCgroup rule(boolean allow, String type, Long major, Long minor, String access) {
        return new LinuxDeviceCgroup(allow, type, major, minor, access, Map.of());
    }

    @Test
    void writesNothingForASecondCgroupWithoutLimits() {
        cgroups.create("/jdocker", "first");
        assertThat(files.written).contains("cpuset.cpus=0-3", "cpuset.mems=0", "cgroup.clone_children=1");
        files.written.clear();
        cgroups.create("/jdocker", "second").apply(LinuxResources.builder().build());
        assertThat(files.written).isEmpty();
    }

    @Test
    void limitsMemoryBeforeSwapWhenNew() {
        Cgroup cgroup = cgroups.create("/jdocker", "c");
        files.written.clear();
        cgroup.apply(LinuxResources.builder()
                .memory(LinuxMemory.builder().limit(100L).swap(200L).build())
                .build());
        assertThat(files.written).containsExactly("memory.limit_in_bytes=100", "memory.memsw.limit_in_bytes=200");
    }

    @Test
    void saysThatSwapIsNotCounted() throws IOException {
        Cgroup cgroup = cgroups.create("/jdocker", "c");
        Files.delete(cgroup.directories().get("memory").resolve("memory.memsw.limit_in_bytes"));
        LinuxResources wanted = LinuxResources.builder()
                .memory(LinuxMemory.builder().limit(100L).swap(200L).build())
                .build();
        assertThatThrownBy(() -> cgroup.apply(wanted))
                .hasMessage("cannot limit memory and swap to 200 bytes: the kernel does not count swap"
                        + " (boot it with swapaccount=1)");
    }

    @Test
    void saysThatAControllerIsMissing() {
        Map<String, Path> memoryOnly = Map.of("memory", temp.resolve("memory"));
        Cgroups poor = on(new Hierarchies(memoryOnly, Optional.empty()));
        assertThat(poor.version()).isEqualTo(CgroupVersion.V1);
        Cgroup cgroup = poor.create("/jdocker", "c");
        assertThat(cgroup.cloneInto()).isEmpty();
        LinuxResources wanted =
                LinuxResources.builder().pids(new LinuxPids(5, Map.of())).build();
        assertThatThrownBy(() -> cgroup.apply(wanted))
                .hasMessage("cannot limit processes: the host has no controller pids");
    }

    @Test
    void writesDeviceRulesInTheirOrderFromTheLastForAll() {
        Cgroup cgroup = cgroups.create("/jdocker", "c");
        files.written.clear();
        cgroup.apply(LinuxResources.builder()
                .devices(List.of(
                        rule(true, "c", 9L, 9L, "r"),
                        rule(false, "a", null, null, "rwm"),
                        rule(true, "c", 1L, 3L, "rwm"),
                        rule(true, "b", null, -1L, "m"),
                        rule(false, "c", 10L, 200L, null)))
                .build());
        assertThat(files.written)
                .containsExactly(
                        "devices.deny=a",
                        "devices.allow=c 1:3 rwm",
                        "devices.allow=b *:* m",
                        "devices.deny=c 10:200 rwm");
    }

    @Test
    void refusesDeviceRulesThatWouldOnlyAdd() {
        Cgroup cgroup = cgroups.create("/jdocker", "c");
        LinuxResources open = LinuxResources.builder()
                .devices(List.of(rule(true, "c", 1L, 3L, "rwm")))
                .build();
        LinuxResources odd = LinuxResources.builder()
                .devices(List.of(rule(false, "a", null, null, "rwm"), rule(true, "c\nx", 1L, 3L, "rwm")))
                .build();
        assertThatThrownBy(() -> cgroup.apply(open)).hasMessageContaining("must be one for all");
        assertThatThrownBy(() -> cgroup.apply(odd)).hasMessageContaining("not a rule for devices");
    }

    @Test
    void refusesFilesOfVersionTwo() {
        Cgroup cgroup = cgroups.create("/jdocker", "c");
        LinuxResources wanted =
                LinuxResources.builder().unified(Map.of("memory.high", "1")).build();
        assertThatThrownBy(() -> cgroup.apply(wanted)).hasMessageContaining("files of cgroup v2");
    }

    @Test
    void readsWhatWasUsed() throws IOException {
        Cgroup cgroup = cgroups.create("/jdocker", "c");
        Files.writeString(cgroup.oomFile().orElseThrow(), "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
        assertThat(cgroup.oomKilled()).isTrue();
        assertThat(cgroup.stats())
                .isEqualTo(new CgroupStats(
                        new CgroupStats.Cpu(123456789, 70_000_000, 30_000_000, List.of(100L, 23L), 5, 2, 777),
                        new CgroupStats.Memory(
                                4096, 8192, 9223372036854771712L, 3, Map.of("cache", 100L, "total_inactive_file", 40L)),
                        new CgroupStats.Pids(0, 0),
                        new CgroupStats.BlockIo(
                                List.of(
                                        new CgroupStats.BlockIo.Entry(8, 0, "Read", 4096),
                                        new CgroupStats.BlockIo.Entry(8, 0, "Total", 4096)),
                                List.of()),
                        Map.of()));
    }

    @Test
    void listsProcessesOfCgroupsBeneath() throws IOException {
        Cgroup cgroup = cgroups.create("/jdocker", "c");
        Path pids = cgroup.directories().get("pids");
        Files.writeString(pids.resolve("cgroup.procs"), "12\n7\n0\n");
        files.makeDirectory(pids.resolve("nested"));
        Files.writeString(pids.resolve("nested/cgroup.procs"), "99\n");
        assertThat(cgroup.processes()).containsExactly(7L, 12L, 99L);
        assertThatThrownBy(() -> cgroups.create("/jdocker", "c")).hasMessageContaining("has processes already");
    }
}
