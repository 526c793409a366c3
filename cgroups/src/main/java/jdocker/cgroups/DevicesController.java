package jdocker.cgroups;

import java.util.ArrayList;
import java.util.List;

/** {@code devices}: Documentation/admin-guide/cgroup-v1/devices.rst. A list of what is allowed, read in order. */
final class DevicesController {
    private static final String ALLOW = "devices.allow";
    private static final String DENY = "devices.deny";

    private DevicesController() {}

    static void apply(Controller devices, DeviceRules wanted) {
        devices.write(wanted.allowedAtFirst() ? ALLOW : DENY, "a");
        List<DeviceRules.Rule> rules = wanted.rules();
        int at = 0;
        while (at < rules.size()) {
            boolean allow = rules.get(at).allow();
            List<String> lines = new ArrayList<>();
            while (at < rules.size() && rules.get(at).allow() == allow) {
                lines.add(rules.get(at++).line());
            }
            devices.writeEach(allow ? ALLOW : DENY, lines);
        }
    }
}
