package jdocker.cgroups;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import jdocker.oci.LinuxDeviceCgroup;
import org.jspecify.annotations.Nullable;

/**
 * Who may use which device nodes, checked. Of several rules that concern the same access the last one decides; what none
 * concerns is as {@code allowedAtFirst} says.
 *
 * @param rules in their order, none of which is for everything
 */
record DeviceRules(boolean allowedAtFirst, List<Rule> rules) {
    /** Numbers of the kernel: 12 bits for the major, 20 for the minor one. */
    private static final long LARGEST = 0xfffff;

    DeviceRules {
        rules = List.copyOf(rules);
    }

    /** Which nodes a rule is about. */
    enum Kind {
        ALL("a"),
        BLOCK("b"),
        CHARACTER("c");

        private final String letter;

        Kind(String letter) {
            this.letter = letter;
        }
    }

    /**
     * One rule.
     *
     * @param access of {@code r}, {@code w} and {@code m}
     */
    record Rule(boolean allow, Kind kind, OptionalInt major, OptionalInt minor, String access) {
        /** As the files of cgroup v1 take it: {@code c 1:3 rwm}. */
        String line() {
            return kind.letter + " " + number(major) + ":" + number(minor) + " " + access;
        }

        private static String number(OptionalInt number) {
            return number.isPresent() ? Integer.toString(number.getAsInt()) : "*";
        }

        boolean isEverything() {
            return kind == Kind.ALL
                    && major.isEmpty()
                    && minor.isEmpty()
                    && access.contains("r")
                    && access.contains("w")
                    && access.contains("m");
        }
    }

    /**
     * A rule for all devices replaces whatever was before, hence the last such rule is where the list begins. Without one
     * the rules would only add to what the parent allows, which is everything: that is refused.
     */
    static DeviceRules of(List<LinuxDeviceCgroup> wanted) {
        List<Rule> checked = wanted.stream().map(DeviceRules::rule).toList();
        int first = -1;
        for (int i = 0; i < checked.size(); i++) {
            if (checked.get(i).isEverything()) {
                first = i;
            }
        }
        if (first == -1) {
            throw new CgroupException("the first rule for devices must be one for all of them");
        }
        return new DeviceRules(checked.get(first).allow(), new ArrayList<>(checked.subList(first + 1, checked.size())));
    }

    private static Rule rule(LinuxDeviceCgroup wanted) {
        String access = Objects.requireNonNullElse(wanted.access(), "");
        String whole = access.isEmpty() ? "rwm" : access;
        if (!whole.matches("[rwm]{1,3}")) {
            throw malformed(wanted);
        }
        return new Rule(
                wanted.allow(), kind(wanted), number(wanted.major(), wanted), number(wanted.minor(), wanted), whole);
    }

    private static Kind kind(LinuxDeviceCgroup wanted) {
        return switch (Objects.requireNonNullElse(wanted.type(), "")) {
            case "", "a" -> Kind.ALL;
            case "b" -> Kind.BLOCK;
            case "c", "u" -> Kind.CHARACTER;
            default -> throw malformed(wanted);
        };
    }

    private static OptionalInt number(@Nullable Long number, LinuxDeviceCgroup wanted) {
        if (number == null || number == -1) {
            return OptionalInt.empty();
        }
        if (number < 0 || number > LARGEST) {
            throw malformed(wanted);
        }
        return OptionalInt.of(number.intValue());
    }

    private static CgroupException malformed(LinuxDeviceCgroup wanted) {
        return new CgroupException("not a rule for devices: " + wanted);
    }
}
