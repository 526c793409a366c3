package jdocker.kernel;

import java.util.List;

/**
 * A system call filter, before it is compiled.
 *
 * @param defaultAction for calls without a rule
 * @param architectures besides the machine's own
 * @param enosysForNewer whether calls newer than any that a rule names fail with ENOSYS instead of the default error: a C
 *     library then falls back to an older call, which EPERM would not make it do
 */
public record SeccompProgram(Action defaultAction, List<Abi> architectures, List<Rule> rules, boolean enosysForNewer) {
    public SeccompProgram {
        architectures = List.copyOf(architectures);
        rules = List.copyOf(rules);
    }

    /** One action for calls by name, if all comparisons hold. Names that libseccomp does not know are passed over. */
    public record Rule(List<String> names, Action action, List<Comparison> comparisons) {
        public Rule {
            names = List.copyOf(names);
            comparisons = List.copyOf(comparisons);
        }
    }

    /**
     * What to do with a call.
     *
     * @param data the error number for ERRNO, the message for TRACE, else unused
     */
    public record Action(Kind kind, int data) {
        public static final Action ALLOW = new Action(Kind.ALLOW, 0);

        public static Action errno(Errno errno) {
            return new Action(Kind.ERRNO, errno.number());
        }

        /** {@code SECCOMP_RET_*} of linux/seccomp.h. */
        int bits() {
            return kind.bits | (data & 0xffff);
        }
    }

    /** {@code SECCOMP_RET_*} of linux/seccomp.h, under libseccomp's names. */
    public enum Kind {
        KILL_PROCESS(0x8000_0000),
        KILL_THREAD(0),
        TRAP(0x0003_0000),
        ERRNO(0x0005_0000),
        NOTIFY(0x7fc0_0000),
        TRACE(0x7ff0_0000),
        LOG(0x7ffc_0000),
        ALLOW(0x7fff_0000);

        private final int bits;

        Kind(int bits) {
            this.bits = bits;
        }
    }

    /**
     * A condition on an argument.
     *
     * @param index of the argument, 0 to 5
     * @param value what it is compared with; the mask for MASKED_EQUAL
     * @param masked for MASKED_EQUAL: what the masked argument must be
     */
    public record Comparison(int index, Operator operator, long value, long masked) {}

    /** {@code SCMP_CMP_*} of seccomp.h. */
    public enum Operator {
        NOT_EQUAL(1),
        LESS(2),
        LESS_OR_EQUAL(3),
        EQUAL(4),
        GREATER_OR_EQUAL(5),
        GREATER(6),
        MASKED_EQUAL(7);

        private final int number;

        Operator(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }

    /** {@code SCMP_ARCH_*} of seccomp.h: a processor with a calling convention. */
    public enum Abi {
        X86_64(0xc000_003e),
        X86(0x4000_0003),
        /** Shows itself to filters as x86-64 with bit 30 of the call's number set. */
        X32(0x4000_003e),
        AARCH64(0xc000_00b7),
        ARM(0x4000_0028);

        private final int token;

        Abi(int token) {
            this.token = token;
        }

        int token() {
            return token;
        }

        static Abi ofThisMachine() {
            return switch (Architecture.CURRENT) {
                case X86_64 -> X86_64;
                case AARCH64 -> AARCH64;
            };
        }
    }
}
