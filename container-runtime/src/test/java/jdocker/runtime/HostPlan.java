package jdocker.runtime;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jdocker.kernel.SyscallNumber;

/** Plans without any container policy: a command on the host, with pipes or a terminal. */
final class HostPlan {
    static final long CLONE_NEWNS = 0x0002_0000L;
    static final long CLONE_NEWPID = 0x2000_0000L;
    private static final int O_RDWR = 2;
    private static final int O_NOCTTY = 0400;
    private static final int O_CLOEXEC = 02000000;
    private static final int AT_FDCWD = -100;
    private static final int TIOCSPTLCK = 0x40045431;
    private static final int TIOCGPTPEER = 0x5441;
    private static final int TIOCSCTTY = 0x540e;
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;

    final PlanWriter writer = new PlanWriter();
    private final Phase last;
    private List<String> environment = List.of("PATH=/usr/bin:/bin");

    private HostPlan(Phase last) {
        this.last = last;
    }

    /** Runs the command in one shell; output is forwarded from the first byte. */
    static HostPlan shell(Path runDirectory, String script, PlanFlag... flags) {
        return command(runDirectory, List.of("/bin/sh", "-c", script), flags);
    }

    static HostPlan command(Path runDirectory, List<String> command, PlanFlag... flags) {
        return prepared(runDirectory, flags).executing(command);
    }

    /** Everything but the execve. */
    static HostPlan prepared(Path runDirectory, PlanFlag... flags) {
        List<PlanFlag> all = List.of(flags);
        boolean hasChild = all.contains(PlanFlag.INIT) || all.contains(PlanFlag.EXEC);
        HostPlan plan = new HostPlan(hasChild ? Phase.CHILD : Phase.PROCESS);
        all.forEach(plan.writer::flag);
        plan.listen(runDirectory);
        if (all.contains(PlanFlag.TTY)) {
            plan.terminal();
        } else {
            plan.pipes(all.contains(PlanFlag.OPEN_STDIN));
        }
        return plan;
    }

    HostPlan executing(List<String> command) {
        writer.add(
                last,
                Step.call(
                        "execve " + command.getFirst(),
                        SyscallNumber.EXECVE,
                        Arg.data(writer.string(command.getFirst())),
                        Arg.data(writer.strings(command)),
                        Arg.data(writer.strings(environment))));
        return this;
    }

    HostPlan logging(Path file, long maxSize, int maxFiles) {
        writer.log(new LogSettings(file.toString(), maxSize, maxFiles, Optional.empty()));
        return this;
    }

    HostPlan unsharing(long flags) {
        writer.cloneFlags(flags);
        return this;
    }

    /** The process enters another's namespace. */
    HostPlan joining(long pid, String namespace) {
        Register fd = writer.register();
        Arg path = Arg.data(writer.string("/proc/" + pid + "/ns/" + namespace));
        writer.add(
                Phase.PREPARE,
                Step.call("open", SyscallNumber.OPENAT, Arg.of(AT_FDCWD), path, Arg.of(O_CLOEXEC))
                        .into(fd));
        writer.add(Phase.PROCESS, Step.call("setns", SyscallNumber.SETNS, Arg.register(fd), Arg.of(0)));
        return this;
    }

    Plan encode() {
        return writer.encode();
    }

    private void listen(Path runDirectory) {
        Register socket = writer.register();
        byte[] name = "\1\0attach.sock\0".getBytes(StandardCharsets.UTF_8);
        Arg address = Arg.data(writer.bytes(name));
        writer.add(
                Phase.PREPARE,
                Step.call("chdir", SyscallNumber.CHDIR, Arg.data(writer.string(runDirectory.toString()))));
        writer.add(
                Phase.PREPARE,
                Step.call("socket", SyscallNumber.SOCKET, Arg.of(AF_UNIX), Arg.of(SOCK_STREAM | O_CLOEXEC), Arg.of(0))
                        .into(socket));
        writer.add(
                Phase.PREPARE,
                Step.call("bind", SyscallNumber.BIND, Arg.register(socket), address, Arg.of(name.length)));
        writer.add(Phase.PREPARE, Step.call("listen", SyscallNumber.LISTEN, Arg.register(socket), Arg.of(4)));
        writer.listener(socket);
    }

    private void pipes(boolean stdin) {
        List<Register> theirs = new ArrayList<>();
        for (int number = stdin ? 0 : 1; number <= 2; number++) {
            DataRef ends = writer.reserve(8);
            Register read = writer.register();
            Register write = writer.register();
            writer.add(Phase.PREPARE, Step.call("pipe", SyscallNumber.PIPE2, Arg.data(ends), Arg.of(O_CLOEXEC)));
            writer.add(Phase.PREPARE, Step.load(ends.part(0, 4), read));
            writer.add(Phase.PREPARE, Step.load(ends.part(4, 4), write));
            theirs.add(number == 0 ? read : write);
            switch (number) {
                case 0 -> writer.stdin(write);
                case 1 -> writer.stdout(read);
                default -> writer.stderr(read);
            }
        }
        int number = stdin ? 0 : 1;
        for (Register end : theirs) {
            writer.add(
                    Phase.PROCESS,
                    Step.call("dup3", SyscallNumber.DUP3, Arg.register(end), Arg.of(number++), Arg.of(0)));
        }
    }

    private void terminal() {
        Register master = writer.register();
        Register slave = writer.register();
        Arg path = Arg.data(writer.string("/dev/ptmx"));
        process(Step.call(
                        "open ptmx",
                        SyscallNumber.OPENAT,
                        Arg.of(AT_FDCWD),
                        path,
                        Arg.of(O_RDWR | O_NOCTTY | O_CLOEXEC))
                .into(master));
        process(Step.call(
                "unlock", SyscallNumber.IOCTL, Arg.register(master), Arg.of(TIOCSPTLCK), Arg.data(writer.reserve(8))));
        process(Step.call(
                        "open slave",
                        SyscallNumber.IOCTL,
                        Arg.register(master),
                        Arg.of(TIOCGPTPEER),
                        Arg.of(O_RDWR | O_NOCTTY))
                .into(slave));
        process(Step.sendFd("hand over the terminal", master));
        process(Step.call("close", SyscallNumber.CLOSE, Arg.register(master)));
        for (int number = 0; number <= 2; number++) {
            process(Step.call("dup3", SyscallNumber.DUP3, Arg.register(slave), Arg.of(number), Arg.of(0)));
        }
        process(Step.call("close", SyscallNumber.CLOSE, Arg.register(slave)));
        writer.add(last, Step.call("setsid", SyscallNumber.SETSID));
        writer.add(last, Step.call("tiocsctty", SyscallNumber.IOCTL, Arg.of(0), Arg.of(TIOCSCTTY), Arg.of(0)));
    }

    private void process(Step step) {
        writer.add(Phase.PROCESS, step);
    }
}
