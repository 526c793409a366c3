package jdocker.runtime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.kernel.Errno;
import jdocker.kernel.Seccomp;
import jdocker.kernel.SeccompProgram;
import jdocker.kernel.SeccompProgram.Abi;
import jdocker.kernel.SeccompProgram.Action;
import jdocker.kernel.SeccompProgram.Comparison;
import jdocker.kernel.SeccompProgram.Kind;
import jdocker.kernel.SeccompProgram.Operator;
import jdocker.kernel.SeccompProgram.Rule;
import jdocker.oci.LinuxSeccomp;
import jdocker.oci.LinuxSeccompArg;
import jdocker.oci.LinuxSyscall;
import org.jspecify.annotations.Nullable;

/** Compiled system call filters; a few, because almost all containers share one. */
final class SeccompFilters {
    private static final int KEPT = 32;

    private final Seccomp seccomp;
    private final Optional<FilterFiles> files;
    private final Map<LinuxSeccomp, Credentials.Filter> compiled = new LinkedHashMap<>(KEPT, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<LinuxSeccomp, Credentials.Filter> eldest) {
            return size() > KEPT;
        }
    };

    /**
     * Filters that are remembered, in a directory too if there is one.
     *
     * @param directory root's alone: who can write there writes filters
     */
    SeccompFilters(Seccomp seccomp, Optional<Path> directory) {
        this.seccomp = seccomp;
        this.files = directory.flatMap(FilterFiles::in);
    }

    /**
     * The filter in the kernel's form.
     *
     * @throws IllegalArgumentException if it asks for what is not supported
     */
    Optional<Credentials.Filter> of(@Nullable LinuxSeccomp filter) {
        if (filter == null) {
            return Optional.empty();
        }
        synchronized (compiled) {
            return Optional.of(compiled.computeIfAbsent(filter, this::compile));
        }
    }

    private Credentials.Filter compile(LinuxSeccomp filter) {
        SeccompProgram program = program(filter);
        byte[] compiled = files.flatMap(kept -> kept.read(filter)).orElseGet(() -> {
            byte[] fresh = seccomp.compile(program);
            files.ifPresent(kept -> kept.write(filter, fresh));
            return fresh;
        });
        return new Credentials.Filter(compiled, Credentials.flagsOf(filter));
    }

    static SeccompProgram program(LinuxSeccomp filter) {
        Action otherwise = action(filter.defaultAction(), filter.defaultErrnoRet());
        var rules = new ArrayList<Rule>();
        for (LinuxSyscall syscall : filter.syscalls()) {
            Action action = action(syscall.action(), syscall.errnoRet());
            if (!action.equals(otherwise)) { // libseccomp refuses what changes nothing
                rules.addAll(rules(syscall, action));
            }
        }
        List<Abi> architectures =
                filter.architectures().stream().map(SeccompFilters::abi).toList();
        return new SeccompProgram(otherwise, architectures, rules, denies(otherwise));
    }

    // libseccomp knows one condition for each argument: several on one are rules of their own, as runc has it.
    private static List<Rule> rules(LinuxSyscall syscall, Action action) {
        List<Comparison> comparisons =
                syscall.args().stream().map(SeccompFilters::comparison).toList();
        long different = comparisons.stream().map(Comparison::index).distinct().count();
        if (different == comparisons.size()) {
            return List.of(new Rule(syscall.names(), action, comparisons));
        }
        return comparisons.stream()
                .map(one -> new Rule(syscall.names(), action, List.of(one)))
                .toList();
    }

    private static Comparison comparison(LinuxSeccompArg arg) {
        Operator operator = switch (arg.op()) {
            case "SCMP_CMP_NE" -> Operator.NOT_EQUAL;
            case "SCMP_CMP_LT" -> Operator.LESS;
            case "SCMP_CMP_LE" -> Operator.LESS_OR_EQUAL;
            case "SCMP_CMP_EQ" -> Operator.EQUAL;
            case "SCMP_CMP_GE" -> Operator.GREATER_OR_EQUAL;
            case "SCMP_CMP_GT" -> Operator.GREATER;
            case "SCMP_CMP_MASKED_EQ" -> Operator.MASKED_EQUAL;
            default -> throw new IllegalArgumentException("unknown seccomp operator " + arg.op());
        };
        return new Comparison(arg.index(), operator, arg.value(), arg.valueTwo() == null ? 0 : arg.valueTwo());
    }

    private static Action action(String name, @Nullable Integer errno) {
        int number = errno == null ? Errno.EPERM.number() : errno;
        return switch (name) {
            case "SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD" -> new Action(Kind.KILL_THREAD, 0);
            case "SCMP_ACT_KILL_PROCESS" -> new Action(Kind.KILL_PROCESS, 0);
            case "SCMP_ACT_TRAP" -> new Action(Kind.TRAP, 0);
            case "SCMP_ACT_ERRNO" -> new Action(Kind.ERRNO, number);
            case "SCMP_ACT_TRACE" -> new Action(Kind.TRACE, number);
            case "SCMP_ACT_ALLOW" -> Action.ALLOW;
            case "SCMP_ACT_LOG" -> new Action(Kind.LOG, 0);
            default -> throw new IllegalArgumentException("seccomp action " + name + " is not supported");
        };
    }

    // A filter that lets most things pass says nothing about what is new; one that answers ENOSYS needs no help.
    private static boolean denies(Action otherwise) {
        return switch (otherwise.kind()) {
            case ALLOW, LOG, TRACE, NOTIFY -> false;
            case ERRNO -> otherwise.data() != Errno.ENOSYS.number();
            case KILL_PROCESS, KILL_THREAD, TRAP -> true;
        };
    }

    private static Abi abi(String name) {
        return switch (name) {
            case "SCMP_ARCH_X86_64" -> Abi.X86_64;
            case "SCMP_ARCH_X86" -> Abi.X86;
            case "SCMP_ARCH_X32" -> Abi.X32;
            case "SCMP_ARCH_AARCH64" -> Abi.AARCH64;
            case "SCMP_ARCH_ARM" -> Abi.ARM;
            default -> throw new IllegalArgumentException("seccomp architecture " + name + " is not supported");
        };
    }
}
