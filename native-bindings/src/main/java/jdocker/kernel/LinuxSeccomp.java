package jdocker.kernel;

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

    /** seccomp.h; attributes and comparisons are its numbers. */
    public interface Functions {
        long seccomp_init(int defaultAction);

        void seccomp_release(long context);

        int seccomp_arch_add(long context, int architecture);

        int seccomp_attr_set(long context, int attribute, int value);

        int seccomp_rule_add_array(long context, int action, int call, int count, long comparisons);

        int seccomp_export_bpf(long context, int descriptor);

        int seccomp_syscall_resolve_name_arch(int architecture, long name);
    }

    private synchronized Functions functions() {
        if (functions == null) {
            functions = JnrLibc.load(Functions.class, "libseccomp.so.2");
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
        long context = f.seccomp_init(program.defaultAction().bits());
        if (context == 0) {
            throw new SyscallException("seccomp_init", program.defaultAction().toString(), Errno.EINVAL);
        }
        try {
            f.seccomp_attr_set(context, NO_NEW_PRIVILEGES, 0);
            f.seccomp_attr_set(context, OPTIMIZE, BINARY_TREE); // libseccomp 2.5; older ones go on without
            Set<Abi> abis = new LinkedHashSet<>(List.of(Abi.ofThisMachine()));
            abis.addAll(program.architectures());
            for (Abi abi : abis) {
                int rc = f.seccomp_arch_add(context, abi.token());
                check("seccomp_arch_add", -Errno.EEXIST.number() == rc ? 0 : rc, abi.name());
            }
            for (SeccompProgram.Rule rule : program.rules()) {
                addRule(f, context, program, rule);
            }
            byte[] filter = export(f, context);
            return enosys(program) ? Bpf.join(Bpf.enosysAbove(newest(program, abis)), filter) : filter;
        } finally {
            f.seccomp_release(context);
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
            int rc = f.seccomp_rule_add_array(
                    context, rule.action().bits(), number, comparisons.size(), s.address(array));
            check("seccomp_rule_add", rc, name + " " + rule.action() + " " + comparisons);
        }
    }

    private static boolean repeats(List<Comparison> comparisons) {
        Set<Integer> seen = new HashSet<>();
        return comparisons.stream().anyMatch(comparison -> !seen.add(comparison.index()));
    }

    private byte[] export(Functions f, long context) {
        try (Fd memfd = data.memfd("seccomp")) {
            check("seccomp_export_bpf", f.seccomp_export_bpf(context, memfd.number()), "");
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
            return f.seccomp_syscall_resolve_name_arch(abi.token(), s.string(name));
        }
    }

    private static void check(String function, int result, String arguments) {
        if (result < 0) {
            throw SyscallException.of(function, result, arguments);
        }
    }
}
