package jdocker.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdocker.kernel.Errno;
import jdocker.kernel.Resolve;
import jdocker.kernel.SyscallNumber;

/** The steps of one phase, in the terms of the calls that make a container. */
final class Script {
    private static final int OPEN_HOW_SIZE = 24;
    private static final int MOUNT_ATTR_SIZE = 32;
    private static final Arg EMPTY = Arg.data(DataRef.NONE);

    private final PlanWriter plan;
    private final Phase phase;
    private final Map<List<Long>, DataRef> structures = new HashMap<>();

    Script(PlanWriter plan, Phase phase) {
        this.plan = plan;
        this.phase = phase;
    }

    PlanWriter plan() {
        return plan;
    }

    Arg text(String text) {
        return Arg.data(plan.string(text));
    }

    Script add(Step step) {
        plan.add(phase, step);
        return this;
    }

    Label label() {
        return plan.label();
    }

    void place(Label label) {
        plan.place(label, phase);
    }

    /** A call that has to succeed. */
    void call(String name, SyscallNumber number, Object... args) {
        add(step(name, number, args));
    }

    /** A step whose arguments may be numbers, registers, data or texts. */
    Step step(String name, SyscallNumber number, Object... args) {
        Arg[] typed = new Arg[args.length];
        for (int i = 0; i < args.length; i++) {
            typed[i] = switch (args[i]) {
                case Arg arg -> arg;
                case Register register -> Arg.register(register);
                case DataRef data -> Arg.data(data);
                case String text -> text(text);
                case Number value -> Arg.of(value.longValue());
                default -> throw new IllegalArgumentException("no argument of a step: " + args[i]);
            };
        }
        return Step.call(name, number, typed);
    }

    /** openat2(2): {@code resolve} says what the path may lead over. */
    Step open(String name, Object dir, String path, long flags, Resolve... resolve) {
        DataRef how = structure(flags | Abi.O_CLOEXEC, 0, Resolve.of(resolve));
        return step(name, SyscallNumber.OPENAT2, dir, path, how, OPEN_HOW_SIZE);
    }

    void close(Register fd) {
        call("close", SyscallNumber.CLOSE, fd);
    }

    /** A detached copy of a mount, or of a part of one. */
    Step cloneTree(String name, Object dir, String path, boolean recursive) {
        int flags = Abi.OPEN_TREE_CLONE
                | Abi.OPEN_TREE_CLOEXEC
                | (recursive ? Abi.AT_RECURSIVE : 0)
                | (path.isEmpty() ? Abi.AT_EMPTY_PATH : 0);
        return step(name, SyscallNumber.OPEN_TREE, dir, path.isEmpty() ? EMPTY : text(path), flags);
    }

    Step attach(String name, Register tree, Register target) {
        int flags = Abi.MOVE_MOUNT_F_EMPTY_PATH | Abi.MOVE_MOUNT_T_EMPTY_PATH;
        return step(name, SyscallNumber.MOVE_MOUNT, tree, EMPTY, target, EMPTY, flags);
    }

    Step attach(String name, Register tree, Object dir, String path) {
        return step(name, SyscallNumber.MOVE_MOUNT, tree, EMPTY, dir, path, Abi.MOVE_MOUNT_F_EMPTY_PATH);
    }

    Step attributes(String name, Register mount, int set, int clear, int propagation, boolean recursive) {
        int flags = Abi.AT_EMPTY_PATH | (recursive ? Abi.AT_RECURSIVE : 0);
        DataRef attributes = structure(set, clear, propagation, 0);
        return step(name, SyscallNumber.MOUNT_SETATTR, mount, EMPTY, flags, attributes, MOUNT_ATTR_SIZE);
    }

    /** Writes a text to a descriptor at once, as files of the kernel want it. */
    Step write(String name, Register fd, String text) {
        DataRef data = plan.string(text);
        return step(name, SyscallNumber.WRITE, fd, data, data.length());
    }

    /** statx(2) of a descriptor into {@code buffer}. */
    Step status(String name, Register fd, DataRef buffer) {
        return step(name, SyscallNumber.STATX, fd, EMPTY, Abi.AT_EMPTY_PATH, Abi.STATX_BASIC_STATS, buffer);
    }

    /** Fails unless the status in {@code buffer} is that of this character device. */
    void expectDevice(String name, DataRef buffer, int major, int minor) {
        DataRef mode = buffer.part(Abi.STATX_MODE_AT, Short.BYTES);
        add(Step.expect(name, mode, Abi.S_IFMT, Arg.of(Abi.S_IFCHR), Errno.ENODEV));
        DataRef numbers = buffer.part(Abi.STATX_RDEV_AT, Long.BYTES);
        add(Step.expect(name, numbers, -1, Arg.of(major | (long) minor << Integer.SIZE), Errno.ENODEV));
    }

    /** Structures of 64-bit words, equal ones shared. */
    DataRef structure(long... words) {
        List<Long> key = Arrays.stream(words).boxed().toList();
        return structures.computeIfAbsent(key, _ -> {
            ByteBuffer bytes = ByteBuffer.allocate(words.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (long word : words) {
                bytes.putLong(word);
            }
            return plan.bytes(bytes.array());
        });
    }
}
