package jdocker.oci;

import static jdocker.oci.Capability.CHOWN;
import static jdocker.oci.Capability.KILL;
import static jdocker.oci.Capability.NET_ADMIN;
import static jdocker.oci.Capability.SYS_PTRACE;
import static jdocker.oci.Capability.SYS_RESOURCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CapabilityChoiceTest {
    private static final Set<Capability> MINE = EnumSet.complementOf(EnumSet.of(SYS_RESOURCE));

    @Test
    void numbersAreThoseOfTheKernel() {
        assertThat(SYS_PTRACE.number()).isEqualTo(19);
        assertThat(Capability.CHECKPOINT_RESTORE.number()).isEqualTo(40);
    }

    @Test
    void addsAndDropsFromTheDefault() {
        assertThat(choose(List.of("net_admin"), List.of("CAP_KILL")))
                .contains(NET_ADMIN, CHOWN)
                .doesNotContain(KILL)
                .hasSize(14);
    }

    @Test
    void dropAllLeavesTheAdded() {
        assertThat(choose(List.of("SYS_PTRACE"), List.of("all"))).containsExactly(SYS_PTRACE);
        assertThat(choose(List.of(), List.of("ALL"))).isEmpty();
    }

    @Test
    void addAllIsWhatTheDaemonHas() {
        assertThat(choose(List.of("ALL"), List.of("KILL"))).hasSize(39).doesNotContain(KILL, SYS_RESOURCE);
        assertThat(new CapabilityChoice(List.of(), List.of("KILL"), true).resolve(MINE))
                .hasSize(40);
    }

    @Test
    void namesThatCannotBeGivenAreRefusedAsDockerDoes() {
        assertThatThrownBy(() -> choose(List.of("foo"), List.of())).hasMessage("unknown capability: \"CAP_FOO\"");
        assertThatThrownBy(() -> choose(List.of("SYS_RESOURCE"), List.of()))
                .hasMessage("capability not supported by your kernel or not available in the current environment:"
                        + " \"CAP_SYS_RESOURCE\"");
    }

    private static List<Capability> choose(List<String> add, List<String> drop) {
        return new CapabilityChoice(add, drop, false).resolve(MINE);
    }
}
