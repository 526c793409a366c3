package jdocker.runtime;

import java.util.Optional;
import jdocker.kernel.Errno;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.Resolve;
import jdocker.kernel.SyscallNumber;
import jdocker.oci.OciProcess;

/**
 * Everything that puts a process into a running container. The joiner gives up all that it has before its child is born:
 * what can be seen from inside the container is never stronger than the container (security rule of the house).
 */
final class ExecPlan {
    /** Not the user namespace, which containers share with the host, nor time, which counts for children of children. */
    private static final long NAMESPACES = Abi.CLONE_NEWNS
            | Abi.CLONE_NEWPID
            | Abi.CLONE_NEWIPC
            | Abi.CLONE_NEWUTS
            | Abi.CLONE_NEWNET
            | Abi.CLONE_NEWCGROUP;

    private static final int FIRST_FREE = 3;

    /**
     * What tells that a process is still the one that was looked up: its mount namespace, which cannot be another's while
     * somebody holds it open.
     *
     * @param inode of {@code /proc/PID/ns/mnt}
     */
    record Joined(long pid, long inode) {}

    private final ExecRequest request;
    private final OciProcess process;
    private final PlanWriter plan = new PlanWriter();
    private final Script prepare = new Script(plan, Phase.PREPARE);
    private final Script script = new Script(plan, Phase.PROCESS);
    private final ProcessSetup setup = new ProcessSetup(script);
    private final StandardStreams streams = new StandardStreams(plan);
    private final Register scratch = plan.register();

    private ExecPlan(ExecRequest request) {
        this.request = request;
        this.process = request.process();
    }

    static Plan of(ExecRequest request, Joined joined, CgroupPlacement cgroup, Optional<Credentials.Filter> filter) {
        return new ExecPlan(request).encode(joined, cgroup, filter);
    }

    private Plan encode(Joined joined, CgroupPlacement cgroup, Optional<Credentials.Filter> filter) {
        plan.flag(PlanFlag.EXEC);
        if (process.hasTerminal()) {
            plan.flag(PlanFlag.TTY);
        }
        if (request.streams().openStdin()) {
            plan.flag(PlanFlag.OPEN_STDIN);
        }
        if (request.streams().subscribed()) {
            plan.flag(PlanFlag.SUBSCRIBED);
        }
        ProcessSetup.prepareShim(prepare, request.runDir());
        cgroup.prepare(prepare);
        if (!process.hasTerminal()) {
            streams.makePipes(prepare, request.streams().openStdin());
        }
        join(joined, cgroup);
        connect();
        restrict(filter);
        execute();
        return plan.encode();
    }

    private void join(Joined joined, CgroupPlacement cgroup) {
        Register container = plan.register();
        String name = "join process " + joined.pid();
        script.add(script.step(name, SyscallNumber.PIDFD_OPEN, joined.pid(), 0).into(container));
        String namespace = "/proc/" + joined.pid() + "/ns/mnt";
        script.add(script.step(name, SyscallNumber.OPENAT, Abi.AT_FDCWD, namespace, Abi.O_CLOEXEC)
                .into(scratch));
        DataRef status = plan.reserve(Abi.STATX_SIZE);
        script.add(script.status(name, scratch, status));
        // The number may be another's by now; joining by the pidfd fails then, and so does this for whoever has it.
        DataRef inode = status.part(Abi.STATX_INO_AT, Long.BYTES);
        script.add(Step.expect(name, inode, -1, Arg.of(joined.inode()), Errno.ESRCH));
        setup.joinCgroups(cgroup.joinFiles(), scratch);
        setup.scoreForOom(process, scratch);
        setup.confine(Optional.ofNullable(process.apparmorProfile()), scratch);
        setup.joinKeyring(request.containerId(), scratch);
        script.call(name, SyscallNumber.SETNS, container, NAMESPACES);
    }

    private void connect() {
        if (process.hasTerminal()) {
            Register devpts = plan.register();
            String name = "open /dev/pts";
            script.add(script.open(
                            name,
                            Abi.AT_FDCWD,
                            "/dev/pts",
                            Abi.O_PATH | OpenFlag.DIRECTORY.bits(),
                            Resolve.IN_ROOT,
                            Resolve.NO_MAGICLINKS)
                    .into(devpts));
            // Root in the container may have put anything there.
            DataRef fileSystem = plan.reserve(Abi.STATFS_SIZE);
            script.call(name, SyscallNumber.FSTATFS, devpts, fileSystem);
            DataRef magic = fileSystem.part(0, Long.BYTES);
            script.add(Step.expect(name, magic, -1, Arg.of(Abi.DEVPTS_SUPER_MAGIC), Errno.ENODEV));
            streams.takeTerminal(
                    script,
                    devpts,
                    Optional.ofNullable(process.consoleSize()),
                    process.user().uid());
        } else {
            // Without input it is the null device that the shim itself has, as with runc.
            streams.takePipes(script, Optional.empty(), process.user().uid());
        }
    }

    private void restrict(Optional<Credentials.Filter> filter) {
        var credentials = new Credentials(script, process, filter);
        setup.limitResources(process.rlimits());
        credentials.becomeUser();
        setup.setUmask(process);
        setup.checkShim();
        // The child is born with these: three streams and the way to tell of a failure.
        script.add(script.step("keep the status socket", SyscallNumber.DUP3, Register.STATUS, FIRST_FREE, Abi.O_CLOEXEC)
                .into(Register.STATUS));
        script.call("close everything else", SyscallNumber.CLOSE_RANGE, FIRST_FREE + 1, Abi.ALL_DESCRIPTORS, 0);
        credentials.restrict();
    }

    private void execute() {
        var child = new Script(plan, Phase.CHILD);
        child.call("lead a session", SyscallNumber.SETSID);
        if (process.hasTerminal()) {
            StandardStreams.control(child);
        }
        new ProcessSetup(child).dieWithShim();
        new CommandSearch(child, process).execute();
    }
}
