package jdocker.runtime;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import jdocker.kernel.Errno;
import jdocker.kernel.SyscallNumber;

/**
 * One step of a plan: a system call, or one of the few operations that connect them.
 *
 * @param name says in errors what was attempted, such as {@code mount(proc on /proc)}; not on the wire
 * @param number the system call's number, 0 for other operations
 * @param out receives the result of a system call
 * @param tolerated error numbers that are no failure; the register then holds the negative number
 * @param target where skipping leads
 */
record Step(
        String name,
        Op op,
        Set<StepFlag> flags,
        int number,
        List<Arg> args,
        Optional<Register> out,
        List<Errno> tolerated,
        Optional<Label> target) {

    static final int MAX_ARGS = 6;
    static final int MAX_TOLERATED = 4;

    /** What a step does. */
    enum Op {
        SYSCALL(0),
        EXPECT(1),
        STORE(2),
        LOAD(3),
        JUMP(4),
        FAIL(5),
        SENDFD(6);

        private final int number;

        Op(int number) {
            this.number = number;
        }

        /** Its number on the wire. */
        int number() {
            return number;
        }
    }

    Step {
        args = List.copyOf(args);
        tolerated = List.copyOf(tolerated);
        flags = Set.copyOf(flags);
        if (args.size() > MAX_ARGS || tolerated.size() > MAX_TOLERATED) {
            throw new IllegalArgumentException(name + ": too many arguments or tolerated errors");
        }
    }

    static Step call(String name, SyscallNumber call, Arg... args) {
        return call(name, call.number(), args);
    }

    static Step call(String name, int number, Arg... args) {
        return new Step(
                name, Op.SYSCALL, Set.of(), number, List.of(args), Optional.empty(), List.of(), Optional.empty());
    }

    /** Fails with {@code errno} unless the little-endian number in {@code field}, masked, equals {@code value}. */
    static Step expect(String name, DataRef field, long mask, Arg value, Errno errno) {
        return compare(name, field, mask, value, errno.number());
    }

    static Step expect(String name, DataRef field, long mask, Arg value, int errno) {
        return compare(name, field, mask, value, errno);
    }

    /** Skips to {@code target} if the masked number in {@code field} equals {@code value}. */
    static Step skipIfEqual(DataRef field, long mask, Arg value, Label target) {
        return compare("compare", field, mask, value, 0)
                .with(StepFlag.SKIP_IF_EQUAL)
                .to(target);
    }

    /** Skips to {@code target} if the masked number in {@code field} differs from {@code value}. */
    static Step skipIfNotEqual(DataRef field, long mask, Arg value, Label target) {
        return compare("compare", field, mask, value, 0)
                .with(StepFlag.SKIP_IF_NOT_EQUAL)
                .to(target);
    }

    /** Writes {@code value} into {@code field}, as wide as that is: 1, 2, 4 or 8 bytes. */
    static Step store(Arg value, DataRef field) {
        return plain("store", Op.STORE, value, place(field), width(field));
    }

    /** Reads {@code field}, sign-extended, into {@code out}. */
    static Step load(DataRef field, Register out) {
        return plain("load", Op.LOAD, place(field), width(field)).into(out);
    }

    static Step jump(Label target) {
        return plain("jump", Op.JUMP).to(target);
    }

    /** Ends the plan with {@code errno}, for instance after the last candidate of a search. */
    static Step fail(String name, Errno errno) {
        return fail(name, errno.number());
    }

    static Step fail(String name, int errno) {
        return plain(name, Op.FAIL, Arg.of(errno));
    }

    /** Hands the shim the pty's master; only for a plan with a terminal, once, in {@link Phase#PROCESS}. */
    static Step sendFd(String name, Register fd) {
        return plain(name, Op.SENDFD, Arg.register(fd));
    }

    /** Keeps the result. */
    Step into(Register register) {
        return new Step(name, op, flags, number, args, Optional.of(register), tolerated, target);
    }

    /** Accepts these error numbers. */
    Step tolerating(Errno... errnos) {
        return new Step(name, op, flags, number, args, out, List.of(errnos), target);
    }

    Step tolerating(int... errnos) {
        return tolerating(IntStream.of(errnos).mapToObj(Errno::of).toArray(Errno[]::new));
    }

    Step tolerating(Label label, int... errnos) {
        return tolerating(errnos).with(StepFlag.SKIP_ON_TOLERATED).to(label);
    }

    /** Skips to {@code label} when a tolerated error happens. */
    Step tolerating(Label label, Errno... errnos) {
        return tolerating(errnos).with(StepFlag.SKIP_ON_TOLERATED).to(label);
    }

    /** Repeats the call for up to 500 ms while the kernel says EBUSY. */
    Step retryingBusy() {
        return with(StepFlag.RETRY_BUSY);
    }

    private static Step compare(String name, DataRef field, long mask, Arg value, int errno) {
        return plain(name, Op.EXPECT, place(field), width(field), Arg.of(mask), value, Arg.of(errno));
    }

    private static Step plain(String name, Op op, Arg... args) {
        return new Step(name, op, Set.of(), 0, List.of(args), Optional.empty(), List.of(), Optional.empty());
    }

    private static Arg place(DataRef field) {
        return Arg.of(field.offset());
    }

    private static Arg width(DataRef field) {
        int width = field.length();
        if (width != 1 && width != 2 && width != 4 && width != 8) {
            throw new IllegalArgumentException("a field of " + width + " bytes");
        }
        return Arg.of(width);
    }

    private Step with(StepFlag flag) {
        var more = EnumSet.of(flag);
        more.addAll(flags);
        return new Step(name, op, more, number, args, out, tolerated, target);
    }

    private Step to(Label label) {
        return new Step(name, op, flags, number, args, out, tolerated, Optional.of(label));
    }
}
