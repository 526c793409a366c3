package jdocker.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import jdocker.kernel.SeccompProgram.Abi;
import jdocker.kernel.SeccompProgram.Action;
import jdocker.kernel.SeccompProgram.Comparison;
import jdocker.kernel.SeccompProgram.Kind;
import jdocker.kernel.SeccompProgram.Operator;
import jdocker.kernel.SeccompProgram.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Needs libseccomp but neither root nor a filter in force, except where a thread is sacrificed. */
@EnabledIfSystemProperty(named = "os.arch", matches = "amd64", disabledReason = "numbers are of x86-64")
class SeccompTest {
    private static final int X86_64 = Abi.X86_64.token();
    private static final int X86 = Abi.X86.token();
    private static final int X32_BIT = 0x4000_0000;
    private static final int ALLOW = Action.ALLOW.bits();
    private static final int EPERM = Action.errno(Errno.EPERM).bits();
    private static final int ENOSYS = Action.errno(Errno.ENOSYS).bits();

    private final Seccomp seccomp = new LinuxSeccomp(Calls.system());

    private static Rule allow(String... names) {
        return new Rule(List.of(names), Action.ALLOW, List.of());
    }

    private BpfMachine compile(boolean enosys, List<Abi> abis, Rule... rules) {
        Action refuse = Action.errno(Errno.EPERM);
        return new BpfMachine(seccomp.compile(new SeccompProgram(refuse, abis, List.of(rules), enosys)));
    }

    @Test
    void allowsWhatARuleNames() {
        BpfMachine filter = compile(false, List.of(), allow("read", "no_such_call", "openat2"));
        assertThat(filter.judge(X86_64, 0)).isEqualTo(ALLOW);
        assertThat(filter.judge(X86_64, 437)).isEqualTo(ALLOW);
        assertThat(filter.judge(X86_64, 1)).isEqualTo(EPERM);
        assertThat(filter.judge(X86, 3))
                .as("an architecture without rules kills")
                .isZero();
    }

    @Test
    void comparesArguments() {
        List<Comparison> masked = List.of(new Comparison(0, Operator.MASKED_EQUAL, 0x7e020000, 0));
        BpfMachine filter = compile(false, List.of(), new Rule(List.of("clone"), Action.ALLOW, masked));
        assertThat(filter.judge(X86_64, 56, 0x11)).isEqualTo(ALLOW);
        assertThat(filter.judge(X86_64, 56, 0x10000000)).as("CLONE_NEWUSER").isEqualTo(EPERM);
    }

    @Test
    void takesComparisonsOfOneArgumentAsAlternatives() {
        List<Comparison> either =
                List.of(new Comparison(0, Operator.EQUAL, 0, 0), new Comparison(0, Operator.EQUAL, 8, 0));
        BpfMachine filter = compile(false, List.of(), new Rule(List.of("personality"), Action.ALLOW, either));
        assertThat(filter.judge(X86_64, 135, 0)).isEqualTo(ALLOW);
        assertThat(filter.judge(X86_64, 135, 8)).isEqualTo(ALLOW);
        assertThat(filter.judge(X86_64, 135, 9)).isEqualTo(EPERM);
    }

    @Test
    void answersEnosysOnlyToCallsNewerThanTheRules() {
        BpfMachine filter = compile(true, List.of(Abi.X86, Abi.X32), allow("read", "openat2"));
        for (int x32 : new int[] {0, X32_BIT}) {
            assertThat(filter.judge(X86_64, x32 | 437)).isEqualTo(ALLOW);
            assertThat(filter.judge(X86_64, x32 | 165)).as("mount").isEqualTo(EPERM);
            assertThat(filter.judge(X86_64, x32 | 438)).isEqualTo(ENOSYS);
            assertThat(filter.judge(X86_64, x32 | 9999)).isEqualTo(ENOSYS);
        }
        assertThat(filter.judge(X86_64, 0)).isEqualTo(ALLOW);
        assertThat(filter.judge(X86, 3)).isEqualTo(ALLOW);
        assertThat(filter.judge(X86, 21)).as("mount").isEqualTo(EPERM);
        assertThat(filter.judge(X86, 438)).isEqualTo(ENOSYS);
        assertThat(filter.judge(Abi.AARCH64.token(), 1))
                .as("unknown architecture")
                .isZero();
    }

    @Test
    void leavesX32CallsToTheFilterWhereNoneIsNamed() {
        BpfMachine filter = compile(true, List.of(), allow("read", "openat2"));
        assertThat(filter.judge(X86_64, 437)).isEqualTo(ALLOW);
        assertThat(filter.judge(X86_64, 438)).isEqualTo(ENOSYS);
        assertThat(filter.judge(X86_64, X32_BIT | 438)).as("killed as before").isZero();
    }

    @Test
    void needsNoEnosysWhereUnknownCallsPass() {
        Rule rule = new Rule(List.of("mount"), Action.errno(Errno.EPERM), List.of());
        SeccompProgram with = new SeccompProgram(Action.ALLOW, List.of(), List.of(rule), true);
        SeccompProgram without = new SeccompProgram(Action.ALLOW, List.of(), List.of(rule), false);
        assertThat(seccomp.compile(with)).isEqualTo(seccomp.compile(without));
    }

    @Test
    void passesOverRulesThatSayWhatTheDefaultSays() {
        BpfMachine filter = compile(
                false, List.of(), allow("read"), new Rule(List.of("mount"), Action.errno(Errno.EPERM), List.of()));
        assertThat(filter.judge(X86_64, 165)).isEqualTo(EPERM);
    }

    @Test
    void reportsRulesThatLibseccompRefuses() {
        Rule rule = new Rule(List.of("read"), Action.ALLOW, List.of(new Comparison(9, Operator.EQUAL, 0, 0)));
        assertThatThrownBy(() -> compile(false, List.of(), rule))
                .hasMessageStartingWith("seccomp_rule_add(read")
                .hasMessageContaining("EINVAL");
    }

    @Test
    void knowsCallNumbers() {
        assertThat(seccomp.number("openat2")).hasValue(437);
        assertThat(seccomp.number("no_such_call")).isEmpty();
        assertThat(new Action(Kind.ERRNO, 38)).isEqualTo(Action.errno(Errno.ENOSYS));
    }

    @Test
    @KernelTest
    void filtersInTheKernel() {
        Rule rule = new Rule(List.of("sethostname"), Action.errno(Errno.ENOANO), List.of());
        byte[] filter = seccomp.compile(new SeccompProgram(Action.ALLOW, List.of(), List.of(rule), false));
        Calls calls = Calls.system();
        long result = Kernel.load().namespaces().onThrowAwayThread(() -> {
            try (Scratch s = calls.scratch(filter.length + 4096L)) {
                int code = s.bytes(filter);
                int program = s.struct(16);
                s.putShort(program, filter.length / 8).putLong(program + 8, s.address(code));
                assertThat(calls.call(SyscallNumber.SECCOMP, 1, 0, s.address(program)))
                        .isZero();
                return calls.call(SyscallNumber.SETHOSTNAME, 0, 0);
            }
        });
        assertThat(result).isEqualTo(-Errno.ENOANO.number());
    }
}
