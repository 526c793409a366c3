package jdocker.cgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jdocker.oci.LinuxBlockIo;
import jdocker.oci.LinuxCpu;
import jdocker.oci.LinuxMemory;
import jdocker.oci.LinuxPids;
import jdocker.oci.LinuxResources;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of cgroups in a temporary directory and of the kernel's. */
abstract class CgroupSuite {
    abstract Cgroups cgroups();

    abstract ControlFiles files();

    /** A parent of this test's own. */
    abstract String parent();

    private String read(Cgroup cgroup, String controller, String file) {
        Path directory = cgroup.directories().get(controller);
        return files().read(directory.resolve(file)).orElseThrow();
    }

    boolean isUnified() {
        return cgroups().version() == CgroupVersion.UNIFIED;
    }

    static LinuxBlockIo weight(int weight) {
        return new LinuxBlockIo(weight, null, List.of(), List.of(), List.of(), List.of(), List.of(), Map.of());
    }

    @Test
    void makesListsAndRemoves() {
        Cgroup one = cgroups().create(parent(), "one");
        Cgroup two = cgroups().create(parent(), "two");
        assertThat(one.path()).isEqualTo(parent() + "/one");
        assertThat(cgroups().children(parent())).containsExactly("one", "two");
        assertThat(one.joinFiles()).allMatch(files()::exists).allMatch(file -> file.endsWith("tasks"));
        assertThat(one.joinFiles().isEmpty()).isEqualTo(isUnified());
        assertThat(one.joinFiles()).doesNotHaveDuplicates();
        assertThat(one.cloneInto().orElseThrow()).isIn(one.removalOrder());

        one.delete();
        assertThat(cgroups().children(parent())).containsExactly("two");
        assertThat(one.removalOrder()).noneMatch(files()::exists);
        one.delete();
        two.delete();
        assertThat(cgroups().children("/no-such-parent")).isEmpty();
    }

    @Test
    void replacesWhatACrashLeft() {
        Cgroup left = cgroups().create(parent(), "c");
        left.apply(LinuxResources.builder().pids(new LinuxPids(5, Map.of())).build());
        Cgroup again = cgroups().create(parent(), "c");
        assertThat(read(again, "pids", "pids.max")).isEqualTo("max");
        again.delete();
    }

    @Test
    void comesBackWhenItsParentWasRemoved() {
        cgroups().create(parent(), "c").delete();
        Cgroup above = cgroups().open("/", parent().substring(1));
        above.delete();
        cgroups().create(parent(), "c").delete();
    }

    @Test
    void readiesTheParentForLimits() {
        Cgroup cgroup = cgroups().create(parent(), "c");
        if (isUnified()) {
            assertThat(read(cgroup, "", "cgroup.controllers")).contains("memory", "pids", "cpu");
        } else {
            Path parent = cgroup.directories().get("cpuset").getParent();
            assertThat(files().read(parent.resolve("cpuset.cpus")))
                    .get()
                    .asString()
                    .isNotEmpty();
        }
        cgroup.delete();
    }

    @Test
    void limits() {
        Cgroup cgroup = cgroups().create(parent(), "c");
        cgroup.apply(LinuxResources.builder()
                .memory(LinuxMemory.builder()
                        .limit(64L << 20)
                        .swap(96L << 20)
                        .reservation(32L << 20)
                        .build())
                .cpu(LinuxCpu.builder()
                        .shares(512L)
                        .quota(25_000L)
                        .period(50_000L)
                        .cpus("0")
                        .mems("0")
                        .build())
                .pids(new LinuxPids(100, Map.of()))
                .build());

        if (isUnified()) {
            assertThat(read(cgroup, "memory", "memory.max")).isEqualTo("67108864");
            assertThat(read(cgroup, "memory", "memory.swap.max")).isEqualTo("33554432");
            assertThat(read(cgroup, "memory", "memory.low")).isEqualTo("33554432");
            assertThat(read(cgroup, "cpu", "cpu.weight")).isEqualTo("59");
            assertThat(read(cgroup, "cpu", "cpu.max")).isEqualTo("25000 50000");
        } else {
            assertThat(read(cgroup, "memory", "memory.limit_in_bytes")).isEqualTo("67108864");
            assertThat(read(cgroup, "memory", "memory.memsw.limit_in_bytes")).isEqualTo("100663296");
            assertThat(read(cgroup, "memory", "memory.soft_limit_in_bytes")).isEqualTo("33554432");
            assertThat(read(cgroup, "cpu", "cpu.shares")).isEqualTo("512");
            assertThat(read(cgroup, "cpu", "cpu.cfs_quota_us")).isEqualTo("25000");
            assertThat(read(cgroup, "cpu", "cpu.cfs_period_us")).isEqualTo("50000");
        }
        assertThat(read(cgroup, "cpuset", "cpuset.cpus")).isEqualTo("0");
        assertThat(read(cgroup, "pids", "pids.max")).isEqualTo("100");
        cgroup.delete();
    }

    @Test
    void weighsBlockIo() {
        Assumptions.assumeTrue(cgroups().features().blkioWeight(), "the kernel has no weights for block I/O");
        Cgroup cgroup = cgroups().create(parent(), "c");
        cgroup.apply(LinuxResources.builder().blockIo(weight(300)).build());
        Path directory = cgroup.directories().get(isUnified() ? "io" : "blkio");
        assertThat(Stream.of("io.bfq.weight", "io.weight", "blkio.bfq.weight", "blkio.weight")
                        .flatMap(file -> files().read(directory.resolve(file)).stream()))
                .anyMatch(text -> text.contains("300") || text.contains("2930"));
        cgroup.delete();
    }

    @Test
    void raisesAndLowersMemoryTogetherWithSwap() {
        Cgroup cgroup = cgroups().create(parent(), "c");
        for (long megabytes : new long[] {64, 512, 32}) {
            cgroup.apply(LinuxResources.builder()
                    .memory(LinuxMemory.builder()
                            .limit(megabytes << 20)
                            .swap(megabytes << 20)
                            .build())
                    .build());
            if (isUnified()) {
                assertThat(read(cgroup, "memory", "memory.max")).isEqualTo("" + (megabytes << 20));
                assertThat(read(cgroup, "memory", "memory.swap.max")).isEqualTo("0");
            } else {
                assertThat(read(cgroup, "memory", "memory.memsw.limit_in_bytes"))
                        .isEqualTo("" + (megabytes << 20));
            }
        }
        cgroup.apply(LinuxResources.builder()
                .memory(LinuxMemory.builder().limit(-1L).build())
                .build());
        cgroup.delete();
    }

    @Test
    void countsOomKillsInTheFileItNames() {
        Cgroup cgroup = cgroups().create(parent(), "c");
        assertThat(cgroup.oomKilled()).isFalse();
        assertThat(files().read(cgroup.oomFile().orElseThrow()).orElseThrow()).contains(cgroup.oomKey() + " 0");
        cgroup.delete();
    }

    @ParameterizedTest(name = "''{0}''")
    @ValueSource(strings = {"..", ".", "", "a/b", "a\nb"})
    void refusesNamesThatLeadElsewhere(String name) {
        assertThatThrownBy(() -> cgroups().create(parent(), name)).isInstanceOf(CgroupException.class);
        assertThatThrownBy(() -> cgroups().create("/jdocker/../" + name, "c")).isInstanceOf(CgroupException.class);
    }
}
