package jdocker.kernel;

import com.kenai.jffi.Library;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import jdocker.kernel.SeccompProgram.Abi;
import jdocker.kernel.SeccompProgram.Comparison;
import jdocker.kernel.SeccompProgram.Kind;
import org.jspecify.annotations.Nullable;

/** {@link Seccomp} by libseccomp.so.2. Its functions answer 0 or a negative error number. */
final class LinuxSeccomp implements Seccomp {
    private static final int OPTIMIZE = 8;
    private static final int NO_NEW_PRIVILEGES = 3;
    private static final int BINARY_TREE = 2;
    private static final int COMPARISON = 24;
    private static final int LARGEST = 4096 * Bpf.INSTRUCTION;

    private final Calls calls;
    private final FileData data;
    private @Nullable Functions functions;

    LinuxSeccomp(Calls calls) {
        this.calls = calls;
        this.data = new LinuxFileData(calls);
    }

    /** Addresses in the library. */
    private record Functions(
            long init, long release, long addArchitecture, long setAttribute, long addRule, long export, long resolve) {
        static Functions load() {
            Library library = JffiLibc.open("libseccomp.so.2");
            return new Functions(
                    JffiLibc.symbol(library, "seccomp_init"),
                    JffiLibc.symbol(library, "seccomp_release"),
                    JffiLibc.symbol(library, "seccomp_arch_add"),
                    JffiLibc.symbol(library, "seccomp_attr_set"),
                    JffiLibc.symbol(library, "seccomp_rule_add_array"),
                    JffiLibc.symbol(library, "seccomp_export_bpf"),
                    JffiLibc.symbol(library, "seccomp_syscall_resolve_name_arch"));
        }
    }

    private synchronized Functions functions() {
        if (functions == null) {
            functions = Functions.load();
        }
        return functions;
    }

    @Override
    public OptionalInt number(String call) {
        int number = resolve(Abi.ofThisMachine(), call);
        return number < 0 ? OptionalInt.empty() : OptionalInt.of(number);
    }

    @Override
    public byte[] compile(SeccompProgram program) {
        Functions f = functions();
        long context = call(f.init, program.defaultAction().bits() & 0xffffffffL, 0, 0, 0, 0);
        if (context == 0) {
            throw new SyscallException("seccomp_init", program.defaultAction().toString(), Errno.EINVAL);
        }
        try {
            call(f.setAttribute, context, NO_NEW_PRIVILEGES, 0, 0, 0);
            call(f.setAttribute, context, OPTIMIZE, BINARY_TREE, 0, 0); // libseccomp 2.5; older ones go on without
            Set<Abi> abis = new LinkedHashSet<>(List.of(Abi.ofThisMachine()));
            abis.addAll(program.architectures());
            for (Abi abi : abis) {
                int rc = (int) call(f.addArchitecture, context, abi.token() & 0xffffffffL, 0, 0, 0);
                check("seccomp_arch_add", -Errno.EEXIST.number() == rc ? 0 : rc, abi.name());
            }
            for (SeccompProgram.Rule rule : program.rules()) {
                addRule(f, context, program, rule);
            }
            byte[] filter = export(f, context);
            return enosys(program) ? Bpf.join(Bpf.enosysAbove(newest(program, abis)), filter) : filter;
        } finally {
            call(f.release, context, 0, 0, 0, 0);
        }
    }

    /** A filter that lets unknown calls pass, or answers ENOSYS anyway, has nothing to correct. */
    private static boolean enosys(SeccompProgram program) {
        Kind kind = program.defaultAction().kind();
        boolean same = program.defaultAction().equals(SeccompProgram.Action.errno(Errno.ENOSYS));
        return program.enosysForNewer() && kind != Kind.ALLOW && kind != Kind.LOG && !same;
    }

    private void addRule(Functions f, long context, SeccompProgram program, SeccompProgram.Rule rule) {
        if (rule.action().equals(program.defaultAction())) {
            return; // libseccomp refuses what changes nothing
        }
        for (String name : rule.names()) {
            int number = resolve(Abi.ofThisMachine(), name);
            if (number == UNKNOWN) {
                continue;
            }
            if (repeats(rule.comparisons())) {
                // libseccomp takes each argument once in a rule: alternatives, as in runc.
                for (Comparison comparison : rule.comparisons()) {
                    addRule(f, context, rule, name, number, List.of(comparison));
                }
            } else {
                addRule(f, context, rule, name, number, rule.comparisons());
            }
        }
    }

    private void addRule(
            Functions f,
            long context,
            SeccompProgram.Rule rule,
            String name,
            int number,
            List<Comparison> comparisons) {
        try (Scratch s = calls.scratch()) {
            int array = s.struct(COMPARISON * comparisons.size());
            int at = array;
            for (Comparison comparison : comparisons) {
                s.putInt(at, comparison.index())
                        .putInt(at + 4, comparison.operator().number());
                s.putLong(at + 8, comparison.value()).putLong(at + 16, comparison.masked());
                at += COMPARISON;
            }
            long action = rule.action().bits() & 0xffffffffL;
            int rc = (int) call(f.addRule, context, action, number, comparisons.size(), s.address(array));
            check("seccomp_rule_add", rc, name + " " + rule.action() + " " + comparisons);
        }
    }

    private static boolean repeats(List<Comparison> comparisons) {
        Set<Integer> seen = new HashSet<>();
        return comparisons.stream().anyMatch(comparison -> !seen.add(comparison.index()));
    }

    private byte[] export(Functions f, long context) {
        try (Fd memfd = data.memfd("seccomp")) {
            check("seccomp_export_bpf", (int) call(f.export, context, memfd.number(), 0, 0, 0), "");
            data.seek(memfd, 0);
            return data.readAll(memfd, LARGEST);
        }
    }

    /** The largest number that any rule names, for each calling convention that has one. */
    private Map<Abi, Integer> newest(SeccompProgram program, Set<Abi> abis) {
        Map<Abi, Integer> newest = new EnumMap<>(Abi.class);
        for (SeccompProgram.Rule rule : program.rules()) {
            for (String name : rule.names()) {
                for (Abi abi : abis) {
                    int number = resolve(abi, name);
                    if (number >= 0) {
                        newest.merge(abi, number, Math::max);
                    }
                }
            }
        }
        return newest;
    }

    /** {@code __NR_SCMP_ERROR}: no call of that name anywhere. Other negative numbers: only on other processors. */
    private static final int UNKNOWN = -1;

    private int resolve(Abi abi, String name) {
        Functions f = functions();
        try (Scratch s = calls.scratch()) {
            return (int) call(f.resolve, abi.token() & 0xffffffffL, s.string(name), 0, 0, 0);
        }
    }

    private long call(long function, long a, long b, long c, long d, long e) {
        return calls.libc().call(function, a, b, c, d, e, 0);
    }

    private static void check(String function, int result, String arguments) {
        if (result < 0) {
            throw SyscallException.of(function, result, arguments);
        }
    }
}
