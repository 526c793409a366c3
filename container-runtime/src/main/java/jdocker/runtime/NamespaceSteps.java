package jdocker.runtime;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import jdocker.kernel.SyscallNumber;
import jdocker.oci.LinuxNamespace;
import jdocker.oci.RuntimeSpec;

/** Which namespaces a process gets: made with it, joined by path, or, if not mentioned, those of the host. */
final class NamespaceSteps {
    private static final Map<String, Long> FLAGS = Map.of(
            LinuxNamespace.MOUNT, Abi.CLONE_NEWNS,
            LinuxNamespace.PID, Abi.CLONE_NEWPID,
            LinuxNamespace.IPC, Abi.CLONE_NEWIPC,
            LinuxNamespace.UTS, Abi.CLONE_NEWUTS,
            LinuxNamespace.NETWORK, Abi.CLONE_NEWNET,
            LinuxNamespace.CGROUP, Abi.CLONE_NEWCGROUP,
            LinuxNamespace.TIME, Abi.CLONE_NEWTIME);

    private final List<LinuxNamespace> wanted;

    NamespaceSteps(List<LinuxNamespace> wanted) {
        this.wanted = wanted;
        for (LinuxNamespace namespace : wanted) {
            boolean joinsPid = namespace.type().equals(LinuxNamespace.PID) && namespace.path() != null;
            if (!FLAGS.containsKey(namespace.type()) || joinsPid) {
                throw new IllegalArgumentException("namespace " + namespace.type() + " is not supported"
                        + (joinsPid ? " from another container" : ""));
            }
        }
        if (!makes(LinuxNamespace.MOUNT)) {
            throw new IllegalArgumentException("a container needs a mount namespace of its own");
        }
    }

    static boolean makesNetwork(RuntimeSpec spec) {
        return spec.linux() != null
                && spec.linux().namespaces().stream()
                        .anyMatch(one -> one.type().equals(LinuxNamespace.NETWORK) && one.path() == null);
    }

    boolean makes(String type) {
        return wanted.stream().anyMatch(namespace -> namespace.type().equals(type) && namespace.path() == null);
    }

    /** What the clone makes; the cgroup namespace comes later, when the process is where its root shall be. */
    long cloneFlags() {
        return wanted.stream()
                .filter(namespace ->
                        namespace.path() == null && !namespace.type().equals(LinuxNamespace.CGROUP))
                .mapToLong(NamespaceSteps::flag)
                .reduce(0, (a, b) -> a | b);
    }

    /** In the new process, in its cgroups already. */
    void enter(Script script, Register fd) {
        for (LinuxNamespace namespace : wanted) {
            if (namespace.path() != null) {
                String name = "join " + namespace.type() + " namespace " + namespace.path();
                script.add(script.step(name, SyscallNumber.OPENAT, Abi.AT_FDCWD, namespace.path(), Abi.O_CLOEXEC)
                        .into(fd));
                script.call(name, SyscallNumber.SETNS, fd, flag(namespace));
                script.close(fd);
            }
        }
        if (makes(LinuxNamespace.CGROUP)) {
            script.call("make a cgroup namespace", SyscallNumber.UNSHARE, Abi.CLONE_NEWCGROUP);
        }
    }

    private static long flag(LinuxNamespace namespace) {
        return Objects.requireNonNull(FLAGS.get(namespace.type()));
    }
}
