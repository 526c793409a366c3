package jdocker.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import jdocker.kernel.Errno;
import jdocker.kernel.SyscallNumber;
import jdocker.oci.Capability;
import jdocker.oci.LinuxCapabilities;
import jdocker.oci.LinuxSeccomp;
import jdocker.oci.OciProcess;
import jdocker.oci.User;

/**
 * Gives up what the process may not have, in the one order in which that works: the bounding set while there is
 * CAP_SETPCAP; the ids while there is CAP_SETUID; the filter, which needs CAP_SYS_ADMIN unless no_new_privs is set; the
 * capabilities; and nothing after them but the end of the preparations and {@code execve}.
 */
final class Credentials {
    static final String ENTER = "chdir to ";

    private static final int HIGHEST_CAPABILITY = 63;
    private static final int PATH_MAX = 4096;
    private static final int SETS_SIZE = 24;

    /**
     * A compiled filter.
     *
     * @param program instructions of the Berkeley packet filter, 8 bytes each
     * @param flags {@code SECCOMP_FILTER_FLAG_*}
     */
    record Filter(byte[] program, long flags) {}

    private final Script script;
    private final OciProcess process;
    private final Optional<Filter> filter;
    private final long wanted;
    private final LinuxCapabilities sets;

    Credentials(Script script, OciProcess process, Optional<Filter> filter) {
        this.script = script;
        this.process = process;
        this.filter = filter;
        this.sets = process.capabilities() == null
                ? new LinuxCapabilities(List.of(), List.of(), List.of(), List.of(), List.of())
                : process.capabilities();
        this.wanted = Capability.maskOfNames(sets.permitted());
    }

    /** Ids and bounding set; then into the working directory as the user it will be. */
    void becomeUser() {
        User user = process.user();
        Label entered = script.label();
        DataRef asRoot = script.plan().reserve(Integer.BYTES);
        // As Docker does it: a directory that only root can enter may still be the working directory of another user.
        script.add(script.step(ENTER + process.cwd(), SyscallNumber.CHDIR, directory())
                .tolerating(entered, Errno.EACCES, Errno.EPERM));
        script.add(Step.store(Arg.of(1), asRoot));
        script.place(entered);
        dropBoundingSet();
        script.call("keep capabilities", SyscallNumber.PRCTL, Abi.PR_SET_KEEPCAPS, 1, 0, 0, 0);
        setGroups(user);
        script.call("setresgid", SyscallNumber.SETRESGID, user.gid(), user.gid(), user.gid());
        script.call("setresuid", SyscallNumber.SETRESUID, user.uid(), user.uid(), user.uid());
        enterDirectory(asRoot);
    }

    /** Filter and capabilities. */
    void restrict() {
        boolean early = filter.isPresent() && !process.forbidsNewPrivileges();
        if (early) {
            // Another uid has lost its effective set, yet what it is permitted was kept for this.
            setCapabilities(wanted | Capability.SYS_ADMIN.bit(), wanted | Capability.SYS_ADMIN.bit(), 0);
            install();
        }
        setCapabilities(Capability.maskOfNames(sets.effective()), wanted, Capability.maskOfNames(sets.inheritable()));
        if (process.forbidsNewPrivileges()) {
            script.call("no new privileges", SyscallNumber.PRCTL, Abi.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
            if (filter.isPresent()) {
                install();
            }
        }
    }

    /** What flags a filter has unless the profile says so: runc's choice. */
    static long flagsOf(LinuxSeccomp seccomp) {
        long specAllow = 1 << 2;
        if (seccomp.flags().isEmpty()) {
            return specAllow;
        }
        return seccomp.flags().stream()
                .mapToLong(flag -> switch (flag) {
                    case "SECCOMP_FILTER_FLAG_LOG" -> 1 << 1;
                    case "SECCOMP_FILTER_FLAG_SPEC_ALLOW" -> specAllow;
                    default -> throw new IllegalArgumentException("seccomp flag " + flag + " is not supported");
                })
                .reduce(0, (a, b) -> a | b);
    }

    private void dropBoundingSet() {
        long bounding = Capability.maskOfNames(sets.bounding());
        for (int number = 0; number <= HIGHEST_CAPABILITY; number++) {
            if ((bounding >>> number & 1) == 0) {
                Step drop = script.step(
                        "drop capability " + number, SyscallNumber.PRCTL, Abi.PR_CAPBSET_DROP, number, 0, 0, 0);
                // Numbers beyond the kernel's last; one that it will have some day must not slip through.
                script.add(number > Capability.CHECKPOINT_RESTORE.number() ? drop.tolerating(Errno.EINVAL) : drop);
            }
        }
        script.add(script.step(
                        "clear ambient capabilities",
                        SyscallNumber.PRCTL,
                        Abi.PR_CAP_AMBIENT,
                        Abi.PR_CAP_AMBIENT_CLEAR_ALL,
                        0,
                        0,
                        0)
                .tolerating(Errno.EINVAL));
    }

    // The user's own group is among the others, too: without it, files that deny it would be open (CVE-2022-36109).
    private void setGroups(User user) {
        var groups = new TreeSet<>(user.additionalGids());
        groups.add(user.gid());
        ByteBuffer list = ByteBuffer.allocate(groups.size() * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        groups.forEach(group -> list.putInt(group.intValue()));
        DataRef data = script.plan().bytes(list.array());
        script.call("setgroups", SyscallNumber.SETGROUPS, groups.size(), data);
    }

    private void enterDirectory(DataRef asRoot) {
        Label denied = script.label();
        Label entered = script.label();
        Label inside = script.label();
        String name = ENTER + process.cwd();
        script.add(script.step(name, SyscallNumber.CHDIR, directory()).tolerating(denied, Errno.EACCES, Errno.EPERM));
        script.add(Step.jump(entered));
        script.place(denied);
        script.add(Step.skipIfEqual(asRoot, -1, Arg.of(1), inside));
        script.add(Step.fail(name, Errno.EACCES));
        script.place(inside);
        script.place(entered);
        // A directory outside the root shows as "(unreachable)/…" (CVE-2024-21626).
        DataRef path = script.plan().reserve(PATH_MAX);
        script.call(name, SyscallNumber.GETCWD, path, PATH_MAX);
        script.add(Step.expect(name, path.part(0, 1), 0xff, Arg.of('/'), Errno.ENOENT));
    }

    private String directory() {
        return Targets.clean(process.cwd());
    }

    private void setCapabilities(long effective, long permitted, long inheritable) {
        ByteBuffer header = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(Abi.CAPABILITY_VERSION_3);
        ByteBuffer data = ByteBuffer.allocate(SETS_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        for (int half = 0; half <= 1; half++) {
            int shift = half * Integer.SIZE;
            data.putInt((int) (effective >>> shift));
            data.putInt((int) (permitted >>> shift));
            data.putInt((int) (inheritable >>> shift));
        }
        DataRef headerData = script.plan().bytes(header.array());
        DataRef setsData = script.plan().bytes(data.array());
        script.call("capset", SyscallNumber.CAPSET, headerData, setsData);
    }

    private void install() {
        Filter compiled = filter.orElseThrow();
        DataRef program = script.plan().bytes(compiled.program());
        ByteBuffer head = ByteBuffer.allocate(2 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        head.putShort((short) (compiled.program().length / Long.BYTES));
        DataRef socketFilter = script.plan().bytes(head.array());
        script.plan().point(socketFilter.part(Long.BYTES, Long.BYTES), program);
        script.call("seccomp", SyscallNumber.SECCOMP, Abi.SECCOMP_SET_MODE_FILTER, compiled.flags(), socketFilter);
    }
}
