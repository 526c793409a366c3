package jdocker.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import jdocker.daemon.config.DaemonConfig.CgroupDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CgroupChoiceTest {
    @ParameterizedTest(name = "{0} with parent {1} on v2 {2} with systemd {3} and D-Bus {4} is {5} in {6}")
    @CsvSource({
        ", '', true, true, true, SYSTEMD, system.slice",
        ", '', true, true, false, CGROUPFS, /jdocker",
        ", '', true, false, true, CGROUPFS, /jdocker",
        ", '', false, true, true, CGROUPFS, /jdocker",
        ", /own, true, true, true, CGROUPFS, /own",
        ", own.slice, true, true, true, SYSTEMD, own.slice",
        "CGROUPFS, '', true, true, true, CGROUPFS, /jdocker",
        "SYSTEMD, a-b.slice, true, true, true, SYSTEMD, a-b.slice"
    })
    void decidesAsDocker(
            CgroupDriver asked,
            String parent,
            boolean unified,
            boolean systemd,
            boolean bus,
            CgroupDriver driver,
            String place) {
        var host = new CgroupChoice.Host(unified, systemd, bus);
        assertThat(CgroupChoice.of(Optional.ofNullable(asked), parent, host))
                .isEqualTo(new CgroupChoice(driver, place));
    }

    @Test
    void refusesWhatDoesNotGoTogether() {
        var systemd = Optional.of(CgroupDriver.SYSTEMD);
        var host = new CgroupChoice.Host(true, true, true);
        assertThatThrownBy(() -> CgroupChoice.of(systemd, "/own", host))
                .hasMessageContaining("should be a valid slice");
        assertThatThrownBy(() -> CgroupChoice.of(Optional.of(CgroupDriver.CGROUPFS), "own.slice", host))
                .hasMessageContaining("native.cgroupdriver=systemd");
    }

    @Test
    void saysWhatTheHostLacks() {
        var systemd = Optional.of(CgroupDriver.SYSTEMD);
        assertThatThrownBy(() -> CgroupChoice.of(systemd, "", new CgroupChoice.Host(false, true, true)))
                .hasMessageContaining("version 1");
        assertThatThrownBy(() -> CgroupChoice.of(systemd, "", new CgroupChoice.Host(true, false, true)))
                .hasMessageContaining("first process");
        assertThatThrownBy(() -> CgroupChoice.of(systemd, "", new CgroupChoice.Host(true, true, false)))
                .hasMessageContaining("there is no /run/dbus/system_bus_socket");
        assertThatThrownBy(
                        () -> CgroupChoice.of(Optional.empty(), "own.slice", new CgroupChoice.Host(false, true, true)))
                .hasMessageContaining("version 1");
    }
}
