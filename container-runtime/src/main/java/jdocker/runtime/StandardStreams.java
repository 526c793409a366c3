package jdocker.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import jdocker.kernel.Errno;
import jdocker.kernel.Resolve;
import jdocker.kernel.SyscallNumber;
import jdocker.oci.ConsoleSize;

/** Descriptors 0 to 2 of the process: pipes to the shim, or a terminal of the container's own devpts. */
final class StandardStreams {
    private static final int STREAMS = 3;

    private final PlanWriter plan;
    private Optional<Register> stdin = Optional.empty();
    private Optional<Register> stdout = Optional.empty();
    private Optional<Register> stderr = Optional.empty();

    StandardStreams(PlanWriter plan) {
        this.plan = plan;
    }

    /** In the shim: pipes, one end of each for the process. */
    void makePipes(Script prepare, boolean openStdin) {
        if (openStdin) {
            Register read = plan.register();
            Register write = plan.register();
            makePipe(prepare, read, write);
            plan.stdin(write);
            stdin = Optional.of(read);
        }
        stdout = Optional.of(outgoing(prepare, true));
        stderr = Optional.of(outgoing(prepare, false));
    }

    /** In the process: the pipes' ends, and a null device as standard input when nobody sends any. */
    void takePipes(Script script, Optional<Register> nullDevice, long uid) {
        stdin.or(() -> nullDevice).ifPresent(from -> duplicate(script, from, 0));
        stdout.ifPresent(from -> duplicate(script, from, 1));
        stderr.ifPresent(from -> duplicate(script, from, 2));
        for (int fd = stdin.isPresent() ? 0 : 1; fd < STREAMS; fd++) {
            giveTo(script, uid, fd);
        }
    }

    /**
     * A new terminal from this devpts; its master goes to the shim.
     *
     * @return the terminal's own side
     */
    Register takeTerminal(Script script, Register devpts, Optional<ConsoleSize> size, long uid) {
        Register master = plan.register();
        Register slave = plan.register();
        int flags = Abi.O_RDWR | Abi.O_NOCTTY;
        script.add(script.open("open a terminal", devpts, "ptmx", flags, Resolve.BENEATH, Resolve.NO_SYMLINKS)
                .into(master));
        script.call("unlock the terminal", SyscallNumber.IOCTL, master, Abi.TIOCSPTLCK, plan.reserve(Integer.BYTES));
        script.add(script.step(
                        "open the terminal's other side",
                        SyscallNumber.IOCTL,
                        master,
                        Abi.TIOCGPTPEER,
                        flags | Abi.O_CLOEXEC)
                .into(slave));
        size.ifPresent(given -> {
            ByteBuffer window = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            window.putShort((short) given.height()).putShort((short) given.width());
            script.call("size the terminal", SyscallNumber.IOCTL, master, Abi.TIOCSWINSZ, plan.bytes(window.array()));
        });
        for (int fd = 0; fd < STREAMS; fd++) {
            duplicate(script, slave, fd);
        }
        giveTo(script, uid, 0);
        script.add(Step.sendFd("hand over the terminal", master));
        return slave;
    }

    /** Makes the terminal that of the caller's session, which it has to lead. */
    static void control(Script script) {
        script.call("take the terminal", SyscallNumber.IOCTL, 0, Abi.TIOCSCTTY, 0);
    }

    private Register outgoing(Script prepare, boolean first) {
        Register read = plan.register();
        Register write = plan.register();
        makePipe(prepare, read, write);
        if (first) {
            plan.stdout(read);
        } else {
            plan.stderr(read);
        }
        return write;
    }

    private void makePipe(Script prepare, Register read, Register write) {
        DataRef pair = plan.reserve(2 * Integer.BYTES);
        prepare.call("make a pipe", SyscallNumber.PIPE2, pair, Abi.O_CLOEXEC);
        prepare.add(Step.load(pair.part(0, Integer.BYTES), read));
        prepare.add(Step.load(pair.part(Integer.BYTES, Integer.BYTES), write));
    }

    private static void duplicate(Script script, Register from, int to) {
        script.call("set descriptor " + to, SyscallNumber.DUP3, from, to, 0);
    }

    // So that /dev/stdout can be opened by others than root, too.
    private static void giveTo(Script script, long uid, int fd) {
        if (uid != 0) {
            script.add(script.step("give descriptor " + fd + " to the user", SyscallNumber.FCHOWN, fd, uid, -1)
                    .tolerating(Errno.EPERM, Errno.EINVAL, Errno.EROFS));
        }
    }
}
