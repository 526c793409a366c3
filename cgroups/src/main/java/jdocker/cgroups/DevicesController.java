package jdocker.cgroups;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import jdocker.oci.LinuxDeviceCgroup;
import org.jspecify.annotations.Nullable;

/** {@code devices}: Documentation/admin-guide/cgroup-v1/devices.rst. A list of what is allowed, read in order. */
final class DevicesController {
    private static final String ALLOW = "devices.allow";
    private static final String DENY = "devices.deny";

    private DevicesController() {}

    /**
     * A rule for all devices replaces whatever was before, hence the last such rule is where writing begins. Without one
     * the rules would only add to what the parent allows, which is everything: that is refused.
     */
    static void apply(Controller devices, List<LinuxDeviceCgroup> rules) {
        int first = -1;
        for (int i = 0; i < rules.size(); i++) {
            if (isEverything(rules.get(i))) {
                first = i;
            }
        }
        if (first == -1) {
            throw new CgroupException("the first rule for devices must be one for all of them");
        }
        devices.write(rules.get(first).allow() ? ALLOW : DENY, "a");
        List<LinuxDeviceCgroup> rest = rules.subList(first + 1, rules.size());
        int at = 0;
        while (at < rest.size()) {
            boolean allow = rest.get(at).allow();
            List<String> lines = new ArrayList<>();
            while (at < rest.size() && rest.get(at).allow() == allow) {
                lines.add(line(rest.get(at++)));
            }
            devices.writeEach(allow ? ALLOW : DENY, lines);
        }
    }

    private static boolean isEverything(LinuxDeviceCgroup rule) {
        return type(rule).equals("a")
                && isAny(rule.major())
                && isAny(rule.minor())
                && access(rule).equals("rwm");
    }

    private static String line(LinuxDeviceCgroup rule) {
        String type = type(rule);
        if (!List.of("a", "b", "c").contains(type) || !access(rule).matches("[rwm]{1,3}")) {
            throw new CgroupException("not a rule for devices: " + rule);
        }
        return type + " " + number(rule.major()) + ":" + number(rule.minor()) + " " + access(rule);
    }

    private static String type(LinuxDeviceCgroup rule) {
        String type = Objects.requireNonNullElse(rule.type(), "a");
        return type.isEmpty() ? "a" : type.equals("u") ? "c" : type;
    }

    private static String access(LinuxDeviceCgroup rule) {
        String access = Objects.requireNonNullElse(rule.access(), "");
        return access.isEmpty() ? "rwm" : access;
    }

    private static String number(@Nullable Long number) {
        return isAny(number) ? "*" : String.valueOf(number);
    }

    private static boolean isAny(@Nullable Long number) {
        return number == null || number == -1;
    }
}
