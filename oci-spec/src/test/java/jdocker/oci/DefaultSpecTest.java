package jdocker.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefaultSpecTest {
    private static final HostFacts HOST = new HostFacts(
            "amd64",
            KernelVersion.parse("6.1.0-18"),
            EnumSet.allOf(Capability.class),
            List.of("/sys/devices/system/cpu/cpu0/thermal_throttle"));

    private final RuntimeSpec spec = DefaultSpec.of(HOST);
    private final OciProcess process = Objects.requireNonNull(spec.process());
    private final Linux linux = Objects.requireNonNull(spec.linux());

    @Test
    void hasTheFourteenCapabilitiesOfDocker() {
        LinuxCapabilities sets = Objects.requireNonNull(process.capabilities());

        assertThat(Capability.maskOfNames(sets.bounding())).isEqualTo(0xa80425fbL);
        assertThat(sets.effective()).isEqualTo(sets.bounding());
        assertThat(sets.permitted()).isEqualTo(sets.bounding());
        assertThat(sets.inheritable()).isEmpty();
        assertThat(sets.ambient()).isEmpty();
    }

    @Test
    void aUserOtherThanRootHoldsNothing() {
        LinuxCapabilities sets = DefaultSpec.capabilities(Capability.DEFAULT, User.of(1000, 1000));

        assertThat(sets.bounding()).hasSize(14);
        assertThat(sets.effective()).isEmpty();
        assertThat(sets.permitted()).isEmpty();
    }

    @Test
    void masksWhatTellsOfTheHost() {
        assertThat(linux.maskedPaths())
                .hasSize(13)
                .contains("/proc/kcore", "/proc/interrupts", "/sys/firmware", "/sys/devices/virtual/powercap")
                .contains("/sys/devices/system/cpu/cpu0/thermal_throttle");
        assertThat(linux.readonlyPaths())
                .containsExactly("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");
    }

    @Test
    void deniesAllDevicesFirstAndFuseLast() {
        List<LinuxDeviceCgroup> rules =
                Objects.requireNonNull(linux.resources()).devices();

        assertThat(rules.getFirst()).isEqualTo(new LinuxDeviceCgroup(false, null, null, null, "rwm"));
        assertThat(rules.getLast()).isEqualTo(new LinuxDeviceCgroup(false, "c", 10L, 229L, "rwm"));
    }

    @Test
    void mountsInTheOrderOfTheirDepth() {
        assertThat(spec.mounts())
                .extracting(OciMount::destination)
                .containsExactly("/proc", "/dev", "/dev/pts", "/sys", "/sys/fs/cgroup", "/dev/mqueue", "/dev/shm");
    }

    @Test
    void survivesItsOwnJson() {
        assertThat(Json.read(Json.write(spec), RuntimeSpec.class)).isEqualTo(spec);
    }

    @Test
    void privilegedLiftsEverythingButWhatTheDaemonLacks() {
        Set<Capability> mine = EnumSet.complementOf(EnumSet.of(Capability.SYS_RESOURCE));
        RuntimeSpec lifted = DefaultSpec.privileged(spec, new HostFacts("amd64", HOST.kernel(), mine, List.of()));

        Linux after = Objects.requireNonNull(lifted.linux());
        assertThat(after.seccomp()).isNull();
        assertThat(after.maskedPaths()).isEmpty();
        assertThat(after.readonlyPaths()).isEmpty();
        assertThat(lifted.mounts().stream().filter(mount -> mount.destination().startsWith("/sys")))
                .hasSize(2)
                .noneMatch(mount -> mount.options().contains("ro"));
        assertThat(Objects.requireNonNull(
                                Objects.requireNonNull(lifted.process()).capabilities())
                        .effective())
                .hasSize(40)
                .doesNotContain("CAP_SYS_RESOURCE");
    }

    @Test
    void readsTheHost(@TempDir Path dir) throws Exception {
        Path status = Files.writeString(dir.resolve("status"), "Name:\tx\nCapBnd:\t000001fffeffffff\n");
        Files.createDirectories(dir.resolve("cpu/cpu1/thermal_throttle"));
        Files.createDirectories(dir.resolve("cpu/cpufreq"));

        HostFacts host = HostFacts.read(status, dir.resolve("cpu"), "aarch64", "6.18.44-fc");

        assertThat(host.architecture()).isEqualTo("arm64");
        assertThat(host.kernel()).isEqualTo(new KernelVersion(6, 18));
        assertThat(host.raisesLimits()).isFalse();
        assertThat(host.throttled()).containsExactly(dir + "/cpu/cpu1/thermal_throttle");
    }
}
