package jdocker.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

@KernelTest
class ProcessControlTest {
    private final ProcessControl control = Kernel.load().control();

    @Test
    void hidesAndShowsTheProcess() {
        boolean before = control.isDumpable();
        control.dumpable(false);
        assertThat(control.isDumpable()).isFalse();
        control.dumpable(before);
        assertThat(control.isDumpable()).isEqualTo(before);
    }

    @Test
    void adoptsOrphansWhenAsked() {
        boolean before = control.isChildSubreaper();
        control.childSubreaper(true);
        assertThat(control.isChildSubreaper()).isTrue();
        control.childSubreaper(before);
    }

    @Test
    void knowsTheLastCapability() {
        assertThat(control.lastCapability()).isBetween(36, 63);
    }
}
