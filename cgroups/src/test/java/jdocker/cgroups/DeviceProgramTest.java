package jdocker.cgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import jdocker.oci.LinuxDeviceCgroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceProgramTest {
    private static final int BLOCK = 1;
    private static final int CHARACTER = 2;
    private static final int MKNOD = 1;
    private static final int READ = 2;
    private static final int WRITE = 4;

    private static LinuxDeviceCgroup rule(boolean allow, String type, Long major, Long minor, String access) {
        return new LinuxDeviceCgroup(allow, type, major, minor, access);
    }

    private static byte[] program(LinuxDeviceCgroup... rules) {
        return DeviceProgram.of(DeviceRules.of(List.of(rules)));
    }

    @Test
    void isTheseBytes() {
        byte[] program = program(
                rule(false, "a", null, null, "rwm"),
                rule(true, "c", 1L, 3L, "rwm"),
                rule(true, "b", null, null, "m"),
                rule(false, "a", 7L, null, "rw"));
        assertThat(HexFormat.ofDelimiter("\n").formatHex(program).replaceAll("((?:..\n){8})", "$1"))
                .isEqualTo(HexFormat.ofDelimiter("\n").formatHex(HexFormat.of().parseHex("""
                        6112000000000000
                        bc23000000000000
                        54020000ffff0000
                        7403000010000000
                        6114040000000000
                        6115080000000000
                        5504050007000000
                        bc31000000000000
                        5401000006000000
                        1501020000000000
                        b700000000000000
                        9500000000000000
                        5502040001000000
                        54030000feffffff
                        5503020000000000
                        b700000001000000
                        9500000000000000
                        5502040002000000
                        5504030001000000
                        5505020003000000
                        b700000001000000
                        9500000000000000
                        b700000000000000
                        9500000000000000
                        """.replace("\n", ""))));
    }

    @Test
    void letsTheLastRuleAboutAnAccessDecide() {
        var machine = new DeviceMachine(program(
                rule(true, "c", 9L, 9L, "rwm"), // before the rule for all: of no effect
                rule(false, "a", null, null, "rwm"),
                rule(true, "c", 1L, 3L, "r"),
                rule(true, "c", 1L, 3L, "w"),
                rule(true, "c", null, null, "m"),
                rule(false, "c", 10L, 229L, "rwm")));
        assertThat(machine.allows(CHARACTER, 1, 3, READ | WRITE)).isTrue();
        assertThat(machine.allows(CHARACTER, 1, 3, READ | WRITE | MKNOD)).isTrue();
        assertThat(machine.allows(CHARACTER, 1, 5, READ)).isFalse();
        assertThat(machine.allows(CHARACTER, 1, 5, MKNOD)).isTrue();
        assertThat(machine.allows(BLOCK, 1, 3, READ)).isFalse();
        assertThat(machine.allows(CHARACTER, 10, 229, MKNOD)).isFalse();
        assertThat(machine.allows(CHARACTER, 9, 9, READ)).isFalse();
    }

    /** The rules' meaning said once more, without a program. */
    private static boolean expected(List<LinuxDeviceCgroup> rules, int kind, int major, int minor, int access) {
        for (int bit : new int[] {MKNOD, READ, WRITE}) {
            if ((access & bit) != 0 && !expectedOne(rules, kind, major, minor, "?mr?w".charAt(bit))) {
                return false;
            }
        }
        return true;
    }

    private static boolean expectedOne(List<LinuxDeviceCgroup> rules, int kind, int major, int minor, char access) {
        boolean allowed = false;
        for (LinuxDeviceCgroup rule : rules) {
            boolean concerned = (rule.type().equals("a") || rule.type().equals(kind == BLOCK ? "b" : "c"))
                    && (rule.major() == null || rule.major() == major)
                    && (rule.minor() == null || rule.minor() == minor)
                    && rule.access().indexOf(access) >= 0;
            allowed = concerned ? rule.allow() : allowed;
        }
        return allowed;
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void decidesAsTheRulesSay(long seed) {
        var random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            var rules = new ArrayList<LinuxDeviceCgroup>();
            rules.add(rule(random.nextBoolean(), "a", null, null, "rwm"));
            for (int i = random.nextInt(12); i > 0; i--) {
                rules.add(rule(
                        random.nextBoolean(),
                        List.of("a", "b", "c").get(random.nextInt(3)),
                        random.nextInt(3) == 0 ? null : Long.valueOf(random.nextInt(3)),
                        random.nextInt(3) == 0 ? null : Long.valueOf(random.nextInt(3)),
                        List.of("r", "w", "m", "rw", "rm", "wm", "rwm").get(random.nextInt(7))));
            }
            var machine = new DeviceMachine(DeviceProgram.of(DeviceRules.of(rules)));
            for (int access = 1; access < 8; access++) {
                for (int number = 0; number < 18; number++) {
                    int kind = number % 2 + 1;
                    int major = number / 2 % 3;
                    int minor = number / 6;
                    assertThat(machine.allows(kind, major, minor, access))
                            .as("%s: %d %d:%d %d", rules, kind, major, minor, access)
                            .isEqualTo(expected(rules, kind, major, minor, access));
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}:{1}")
    @ValueSource(longs = {-2, 0x100000, Long.MAX_VALUE, Long.MIN_VALUE})
    void refusesNumbersThatNoDeviceHas(long number) {
        assertThatThrownBy(() -> program(rule(false, "a", null, null, "rwm"), rule(true, "c", number, 1L, "r")))
                .hasMessageContaining("not a rule for devices");
        assertThatThrownBy(() -> program(rule(false, "a", null, null, "rwm"), rule(true, "c", 1L, number, "r")))
                .hasMessageContaining("not a rule for devices");
    }

    @ParameterizedTest(name = "''{0}''")
    @ValueSource(strings = {"x", "rwmr", "r w", "RWM"})
    void refusesAccessesThatDoNotExist(String access) {
        assertThatThrownBy(() -> program(rule(false, "a", null, null, "rwm"), rule(true, "c", 1L, 1L, access)))
                .hasMessageContaining("not a rule for devices");
    }
}
