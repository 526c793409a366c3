package jdocker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import jdocker.kernel.ResourceLimit;
import jdocker.oci.Rlimit;
import org.junit.jupiter.api.Test;

class RlimitsTest {
    @Test
    void whatTheDaemonMayNotRaiseIsLowered() {
        Rlimits limits = Rlimits.clamp(
                List.of(new Rlimit("RLIMIT_NOFILE", 524_288, 30_000), new Rlimit("RLIMIT_CORE", -1, 0)),
                _ -> new ResourceLimit.Range(1024, 20_000));

        assertThat(limits.limits())
                .containsExactly(new Rlimit("RLIMIT_NOFILE", 20_000, 20_000), new Rlimit("RLIMIT_CORE", 20_000, 0));
        assertThat(limits.warnings())
                .first()
                .isEqualTo("RLIMIT_NOFILE is 20000, not 524288: the daemon lacks CAP_SYS_RESOURCE");
        assertThat(limits.warnings()).hasSize(2);
    }

    @Test
    void smallerLimitsStayAsTheyAre() {
        List<Rlimit> wanted = List.of(new Rlimit("RLIMIT_NOFILE", 2048, 1024));

        Rlimits limits = Rlimits.clamp(wanted, _ -> new ResourceLimit.Range(1024, ResourceLimit.UNLIMITED));

        assertThat(limits.limits()).isEqualTo(wanted);
        assertThat(limits.warnings()).isEmpty();
    }
}
