package jdocker.daemon;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import jdocker.daemon.config.DaemonConfig.CgroupDriver;

/**
 * Who makes the containers' cgroups, and beneath which: decided as Docker does, by systemd where it runs on cgroup v2. A
 * parent that only one of them can have decides, too.
 *
 * @param parent an absolute path, or a slice of systemd's
 */
record CgroupChoice(CgroupDriver driver, String parent) {
    private static final String OWN = "/jdocker";
    private static final String SYSTEM_SLICE = "system.slice";

    /**
     * What decides on a host.
     *
     * @param unified whether it has cgroup v2 alone
     * @param systemd whether systemd is its first process
     * @param bus whether there is a D-Bus to talk to systemd
     */
    record Host(boolean unified, boolean systemd, boolean bus) {
        /** There exactly where systemd is the first process: sd_booted(3). */
        private static final Path SYSTEMD = Path.of("/run/systemd/system");

        private static final Path BUS = Path.of("/run/dbus/system_bus_socket");

        /** This one. */
        static Host detect(boolean unified) {
            return new Host(unified, Files.isDirectory(SYSTEMD), Files.exists(BUS));
        }

        boolean makesScopes() {
            return unified && systemd && bus;
        }

        private String lacks() {
            return (unified ? "" : ", and this one has version 1")
                    + (systemd ? "" : ", systemd as its first process")
                    + (bus ? "" : ", and D-Bus: there is no " + BUS);
        }
    }

    /**
     * @param parent as given; empty for the driver's default
     * @throws StartFailure when what was asked for does not go together, or not on this host
     */
    static CgroupChoice of(Optional<CgroupDriver> asked, String parent, Host host) {
        boolean slice = parent.endsWith(".slice");
        CgroupDriver driver = asked.orElse(
                slice || parent.isEmpty() && host.makesScopes() ? CgroupDriver.SYSTEMD : CgroupDriver.CGROUPFS);
        return switch (driver) {
            case CGROUPFS -> {
                if (slice) {
                    throw new StartFailure("the cgroup-parent " + parent
                            + " is a slice: that needs exec-opt native.cgroupdriver=systemd");
                }
                yield new CgroupChoice(driver, parent.isEmpty() ? OWN : parent);
            }
            case SYSTEMD -> {
                if (!host.makesScopes()) {
                    throw new StartFailure(
                            "native.cgroupdriver=systemd needs a host with cgroup v2 alone" + host.lacks());
                }
                if (!slice && !parent.isEmpty()) {
                    throw new StartFailure("cgroup-parent for systemd cgroup should be a valid slice named as"
                            + " \"xxx.slice\", not " + parent);
                }
                yield new CgroupChoice(driver, parent.isEmpty() ? SYSTEM_SLICE : parent);
            }
        };
    }
}
