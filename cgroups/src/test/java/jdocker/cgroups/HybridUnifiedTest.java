package jdocker.cgroups;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.KernelTest;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.SpawnRequest;
import jdocker.oci.LinuxDeviceCgroup;
import jdocker.oci.LinuxResources;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What version 2 can do without controllers, on any host that has it mounted: also on a hybrid one. */
@KernelTest
class HybridUnifiedTest {
    private static final LinuxDeviceCgroup NONE = new LinuxDeviceCgroup(false, "a", null, null, "rwm");
    private static final LinuxDeviceCgroup ALL = new LinuxDeviceCgroup(true, "a", null, null, "rwm");

    private final Kernel kernel = Kernel.load();
    private final String parent = "/jdocker-unified-" + ProcessHandle.current().pid();
    private Cgroups cgroups;
    private Cgroup cgroup;

    @BeforeEach
    void make() throws java.io.IOException {
        var mount = Hierarchies.parse(Files.readString(Path.of("/proc/self/mountinfo")))
                .unified();
        Assumptions.assumeTrue(mount.isPresent(), "cgroup v2 is mounted nowhere");
        cgroups = Cgroups.unified(kernel, mount.get());
        cgroup = cgroups.create(parent, "c");
    }

    @AfterEach
    void remove() {
        if (cgroups != null) {
            Cgroup above = cgroups.open("/", parent.substring(1));
            above.kill();
            above.delete();
        }
    }

    private static LinuxDeviceCgroup allow(long major, long minor) {
        return new LinuxDeviceCgroup(true, "c", major, minor, "rwm");
    }

    private void restrict(LinuxDeviceCgroup... rules) {
        cgroup.apply(LinuxResources.builder().devices(List.of(rules)).build());
    }

    /** The exit code of a shell that lives in the cgroup. */
    private int run(String script) {
        Path procs = cgroup.cloneInto().orElseThrow().resolve("cgroup.procs");
        try (Fd nothing = kernel.files().open("/dev/null", OpenFlag.READ_WRITE)) {
            long pid = kernel.processes()
                    .spawn(new SpawnRequest(
                            "/bin/sh",
                            List.of("sh", "-c", "echo 0 > '" + procs + "' && { " + script + "; }"),
                            List.of("PATH=/bin:/usr/bin"),
                            Map.of(0, nothing, 1, nothing, 2, nothing),
                            false));
            try (Fd shell = kernel.processes().pidfdOpen(pid)) {
                return kernel.processes().waitFor(shell).code();
            }
        }
    }

    private int programs() {
        try (Fd directory = kernel.files()
                .open(cgroup.cloneInto().orElseThrow().toString(), OpenFlag.READ_ONLY, OpenFlag.DIRECTORY)) {
            return kernel.cgroupPrograms().attached(directory).size();
        }
    }

    @Test
    void deniesAndAllowsDevicesByOneProgramThatIsReplaced() {
        String both = "(true < /dev/zero) || exit 1; (true < /dev/full) || exit 2; exit 5";
        assertThat(programs()).isZero();
        assertThat(run(both)).isEqualTo(5);
        restrict(NONE, allow(1, 5));
        assertThat(run(both)).isEqualTo(2);
        restrict(NONE, allow(1, 7));
        assertThat(run(both)).isEqualTo(1);
        assertThat(programs()).isEqualTo(1);
        restrict(NONE, allow(1, 5), allow(1, 7));
        assertThat(run(both)).isEqualTo(5);
        assertThat(programs()).isEqualTo(1);
        restrict(ALL);
        assertThat(programs()).isZero();
        assertThat(run(both)).isEqualTo(5);
    }

    @Test
    void takesProgramsOfManyRules() {
        var rules = new LinuxDeviceCgroup[500];
        rules[0] = NONE;
        for (int i = 1; i < rules.length; i++) {
            rules[i] =
                    new LinuxDeviceCgroup(i % 3 != 0, i % 2 == 0 ? "c" : "a", (long) i, i % 5 == 0 ? null : 1L, "rw");
        }
        restrict(rules);
        assertThat(programs()).isEqualTo(1);
    }

    @Test
    void distinguishesReadingFromWriting() {
        restrict(NONE, new LinuxDeviceCgroup(true, "c", 1L, 7L, "r"));
        assertThat(run("(true < /dev/full) || exit 1; (true 2>/dev/zero >> /dev/full) && exit 2; exit 5"))
                .isEqualTo(5);
    }

    @Test
    void keepsTheProgramForThoseWhoFindTheCgroupLater() {
        restrict(NONE);
        cgroup = cgroups.open(parent, "c");
        assertThat(run("true < /dev/zero")).isNotZero();
        restrict(NONE, allow(1, 5));
        assertThat(run("true < /dev/zero")).isZero();
        assertThat(programs()).isEqualTo(1);
    }
}
