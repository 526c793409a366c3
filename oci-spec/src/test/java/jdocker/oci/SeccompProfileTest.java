package jdocker.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeccompProfileTest {
    private static final HostFacts HOST =
            new HostFacts("amd64", KernelVersion.parse("6.18"), EnumSet.allOf(Capability.class), List.of());

    @Test
    void theDefaultAllowsWhatDockersDoes() {
        var names = SeccompProfile.dockerDefault().syscalls().stream()
                .filter(rule -> rule.action().equals("SCMP_ACT_ALLOW"))
                .flatMap(rule -> rule.names().stream())
                .collect(Collectors.toSet());

        assertThat(names).hasSize(426);
        assertThat(SeccompProfile.dockerDefault().syscalls().getFirst().names()).hasSize(361);
    }

    @ParameterizedTest(name = "{0} is never allowed")
    @ValueSource(
            strings = {
                "keyctl",
                "add_key",
                "request_key",
                "io_uring_setup",
                "io_uring_enter",
                "io_uring_register",
                "userfaultfd",
                "pivot_root",
                "kexec_load",
                "kexec_file_load",
                "swapon",
                "swapoff",
                "move_pages",
                "migrate_pages",
                "uselib",
                "ustat",
                "sysfs",
                "_sysctl",
                "nfsservctl"
            })
    void someCallsAreNeverAllowed(String name) {
        assertThat(rulesFor(name, EnumSet.allOf(Capability.class))).isEmpty();
    }

    @Test
    void thirtyTwoBitProgramsAreFilteredToo() {
        assertThat(resolved(Capability.DEFAULT).architectures())
                .containsExactly("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32");
    }

    @Test
    void cloneThreeIsUnknownUnlessTheContainerMayMakeNamespaces() {
        assertThat(rulesFor("clone3", Capability.DEFAULT))
                .singleElement()
                .satisfies(rule -> assertThat(rule.errnoRet()).isEqualTo(38));
        assertThat(rulesFor("clone3", EnumSet.of(Capability.SYS_ADMIN)))
                .singleElement()
                .satisfies(rule -> assertThat(rule.action()).isEqualTo("SCMP_ACT_ALLOW"));
    }

    @Test
    void socketsOfTwoFamiliesAreDenied() {
        assertThat(rulesFor("socket", Capability.DEFAULT))
                .flatExtracting(LinuxSyscall::args)
                .extracting(arg -> arg.op() + " " + arg.value())
                .containsExactlyInAnyOrder("SCMP_CMP_LT 38", "SCMP_CMP_EQ 39", "SCMP_CMP_GT 40");
    }

    @Test
    void rulesFollowTheCapabilities() {
        assertThat(rulesFor("mount", Capability.DEFAULT)).isEmpty();
        assertThat(rulesFor("mount", EnumSet.of(Capability.SYS_ADMIN))).isNotEmpty();
        assertThat(rulesFor("chroot", Capability.DEFAULT)).isNotEmpty();
    }

    @Test
    void ptraceNeedsAKernelWithoutItsHole() {
        HostFacts old = new HostFacts("amd64", KernelVersion.parse("4.7"), Set.of(), List.of());

        assertThat(rulesFor("ptrace", Capability.DEFAULT)).isNotEmpty();
        assertThat(SeccompProfile.dockerDefault()
                        .resolve(old, Capability.DEFAULT)
                        .syscalls())
                .noneMatch(rule -> rule.names().contains("ptrace"));
    }

    @Test
    void contradictoryProfilesAreRefused() {
        SeccompProfile both = Json.read(
                bytes("{\"architectures\":[\"SCMP_ARCH_X86\"],\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86_64\"}]}"),
                SeccompProfile.class);
        SeccompProfile names =
                Json.read(bytes("{\"syscalls\":[{\"name\":\"a\",\"names\":[\"b\"]}]}"), SeccompProfile.class);

        assertThatThrownBy(() -> both.resolve(HOST, List.of())).hasMessageContaining("'architectures' and 'archMap'");
        assertThatThrownBy(() -> names.resolve(HOST, List.of())).hasMessageContaining("'name' and 'names'");
    }

    private static List<LinuxSyscall> rulesFor(String name, Collection<Capability> capabilities) {
        var rules = new ArrayList<>(resolved(capabilities).syscalls());
        rules.removeIf(rule -> !rule.names().contains(name));
        return rules;
    }

    private static LinuxSeccomp resolved(Collection<Capability> capabilities) {
        return SeccompProfile.dockerDefault().resolve(HOST, capabilities);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
