package jdocker.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import jdocker.kernel.Errno;
import jdocker.kernel.ResourceLimit;
import jdocker.kernel.SyscallNumber;
import jdocker.oci.OciProcess;
import jdocker.oci.Rlimit;

/** Steps that process 1 of a container and the process of an exec have in common. */
final class ProcessSetup {
    private static final int UMASK = 022;
    private static final int KEYRING_PERMISSIONS = 0x3f1b_0000; // possessor all; user view, read, search, link
    private static final int LISTEN_BACKLOG = 4;
    private static final int SOCKET_ADDRESS_SIZE = 110;
    private final Script script;

    ProcessSetup(Script script) {
        this.script = script;
    }

    /** In the shim: its directory, and the socket on which the next daemon will ask for it. */
    static void prepareShim(Script prepare, Path runDir) {
        PlanWriter plan = prepare.plan();
        prepare.call("change to " + runDir, SyscallNumber.CHDIR, runDir.toString());
        prepare.add(prepare.step("remove attach.sock", SyscallNumber.UNLINKAT, Abi.AT_FDCWD, "attach.sock", 0)
                .tolerating(Errno.ENOENT));
        Register listener = plan.register();
        int type = Abi.SOCK_STREAM | Abi.SOCK_CLOEXEC | Abi.SOCK_NONBLOCK;
        prepare.add(prepare.step("make attach.sock", SyscallNumber.SOCKET, Abi.AF_UNIX, type, 0)
                .into(listener));
        ByteBuffer address = ByteBuffer.allocate(SOCKET_ADDRESS_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        address.putShort((short) Abi.AF_UNIX).put("attach.sock".getBytes(StandardCharsets.US_ASCII));
        prepare.call(
                "bind attach.sock", SyscallNumber.BIND, listener, plan.bytes(address.array()), SOCKET_ADDRESS_SIZE);
        prepare.call("listen on attach.sock", SyscallNumber.LISTEN, listener, LISTEN_BACKLOG);
        plan.listener(listener);
    }

    /** By writing 0 into each file: the caller moves itself, and in {@code tasks} the kernel need not stop its threads. */
    void joinCgroups(List<Path> files, Register fd) {
        for (Path file : files) {
            String name = "join cgroup " + file;
            script.add(
                    script.step(name, SyscallNumber.OPENAT, Abi.AT_FDCWD, file.toString(), Abi.O_WRONLY | Abi.O_CLOEXEC)
                            .into(fd));
            script.add(script.write(name, fd, "0"));
            script.close(fd);
        }
    }

    /** Through the host's procfs, before it is out of sight. The daemon's own score must not be inherited. */
    void scoreForOom(OciProcess process, Register fd) {
        int score = process.oomScoreAdj() == null ? 0 : process.oomScoreAdj();
        String name = "set oom_score_adj to " + score;
        script.add(script.step(
                        name,
                        SyscallNumber.OPENAT,
                        Abi.AT_FDCWD,
                        "/proc/self/oom_score_adj",
                        Abi.O_WRONLY | Abi.O_CLOEXEC)
                .into(fd));
        // Lowering needs CAP_SYS_RESOURCE, which many hosts do not give to the daemon; it has warned.
        script.add(script.write(name, fd, Integer.toString(score)).tolerating(Errno.EACCES));
        script.close(fd);
    }

    /** A session keyring of the container's own; the kernel may have none, and a filter may forbid them. */
    void joinKeyring(String containerId, Register key) {
        Label none = script.label();
        script.add(script.step(
                        "join the session keyring",
                        SyscallNumber.KEYCTL,
                        Abi.KEYCTL_JOIN_SESSION_KEYRING,
                        "_ses." + containerId)
                .into(key)
                .tolerating(none, Errno.ENOSYS, Errno.EPERM, Errno.EDQUOT));
        script.add(script.step(
                        "set the keyring's permissions",
                        SyscallNumber.KEYCTL,
                        Abi.KEYCTL_SETPERM,
                        key,
                        KEYRING_PERMISSIONS)
                .tolerating(Errno.EACCES, Errno.EPERM));
        script.place(none);
    }

    void limitResources(List<Rlimit> limits) {
        for (Rlimit limit : limits) {
            ResourceLimit resource = ResourceLimit.named(limit.type())
                    .orElseThrow(() -> new IllegalArgumentException("unknown limit " + limit.type()));
            DataRef pair = script.structure(limit.soft(), limit.hard());
            script.call("set " + limit.type(), SyscallNumber.PRLIMIT64, 0, resource.number(), pair, 0);
        }
    }

    void setUmask(OciProcess process) {
        Integer given = process.user().umask();
        script.call("set umask", SyscallNumber.UMASK, given == null ? UMASK : given);
    }

    /**
     * AppArmor's profile from the next execve on. A process that ran without the asked-for label would be a hole, so the
     * file must be the kernel's own (CVE-2025-52881), and what was written is read back.
     */
    void confine(Optional<String> profile, Register fd) {
        profile.filter(name -> !name.isEmpty() && !name.equals(AppArmor.UNCONFINED))
                .ifPresent(name -> {
                    String what = "apply AppArmor profile " + name;
                    PlanWriter plan = script.plan();
                    script.add(script.step(
                                    what,
                                    SyscallNumber.OPENAT,
                                    Abi.AT_FDCWD,
                                    "/proc/self/attr/apparmor/exec",
                                    Abi.O_RDWR | Abi.O_CLOEXEC)
                            .into(fd));
                    DataRef fileSystem = plan.reserve(Abi.STATFS_SIZE);
                    script.call(what, SyscallNumber.FSTATFS, fd, fileSystem);
                    script.add(Step.expect(
                            what, fileSystem.part(0, Long.BYTES), -1, Arg.of(Abi.PROC_SUPER_MAGIC), Errno.EPERM));
                    script.add(script.write(what, fd, "exec " + name));
                    byte[] label = (name + " (").getBytes(StandardCharsets.UTF_8);
                    DataRef answer = plan.reserve(label.length);
                    script.call(what, SyscallNumber.PREAD64, fd, answer, label.length, 0);
                    for (int at = 0; at < label.length; at++) {
                        script.add(Step.expect(what, answer.part(at, 1), 0xff, Arg.of(label[at] & 0xff), Errno.EPERM));
                    }
                    script.close(fd);
                });
    }

    /** Dies with its shim: nobody would collect its output, and nobody its end. */
    void dieWithShim() {
        script.call("tie to the shim", SyscallNumber.PRCTL, Abi.PR_SET_PDEATHSIG, Abi.SIGKILL, 0, 0, 0);
    }

    /** The shim may have died just before: then its end of the status socket is closed, and nothing is to be read. */
    void checkShim() {
        Label alive = script.label();
        DataRef buffer = script.plan().reserve(Long.BYTES);
        script.add(script.step(
                        "look for the shim",
                        SyscallNumber.RECVFROM,
                        Register.STATUS,
                        buffer,
                        1,
                        Abi.MSG_PEEK_DONTWAIT,
                        0,
                        0)
                .tolerating(alive, Errno.EAGAIN));
        script.add(Step.fail("the shim has gone", Errno.ESRCH));
        script.place(alive);
    }

    /** Marks whatever is open beyond the three streams to be closed by execve, last of all. */
    void closeAllOnExec() {
        script.call("close on exec", SyscallNumber.CLOSE_RANGE, 3, Abi.ALL_DESCRIPTORS, Abi.CLOSE_RANGE_CLOEXEC);
    }
}
