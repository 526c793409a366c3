package jdocker.cgroups;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class HierarchiesTest {
    @Test
    void findsControllersWhereverTheyAreMounted() {
        Hierarchies hierarchies = Hierarchies.parse("""
                25 30 0:22 / /sys/fs/cgroup ro,nosuid - tmpfs tmpfs ro,mode=755
                26 25 0:23 / /sys/fs/cgroup/unified rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate
                27 25 0:24 / /sys/fs/cgroup/systemd rw shared:5 - cgroup cgroup rw,xattr,name=systemd
                28 25 0:25 / /sys/fs/cgroup/cpu,cpuacct rw shared:6 - cgroup cgroup rw,cpu,cpuacct
                29 25 0:26 / /odd\\040place rw - cgroup memory rw,memory
                31 25 0:26 / /second/mount rw - cgroup memory rw,memory
                nonsense
                """);
        assertThat(hierarchies.controllers())
                .containsEntry("cpu", Path.of("/sys/fs/cgroup/cpu,cpuacct"))
                .containsEntry("cpuacct", Path.of("/sys/fs/cgroup/cpu,cpuacct"))
                .containsEntry("memory", Path.of("/odd place"))
                .containsEntry("name=systemd", Path.of("/sys/fs/cgroup/systemd"))
                .hasSize(4);
        assertThat(hierarchies.unified()).contains(Path.of("/sys/fs/cgroup/unified"));
        assertThat(hierarchies.version()).isEqualTo(CgroupVersion.HYBRID);
        assertThat(hierarchies.names()).containsExactlyInAnyOrder("cpu", "cpuacct", "memory");
        assertThat(hierarchies.mounts()).hasSize(3);
    }

    @Test
    void knowsVersionTwoAlone() {
        Hierarchies hierarchies = Hierarchies.parse("26 25 0:23 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
        assertThat(hierarchies.version()).isEqualTo(CgroupVersion.UNIFIED);
        assertThat(hierarchies.names()).isEmpty();
    }
}
