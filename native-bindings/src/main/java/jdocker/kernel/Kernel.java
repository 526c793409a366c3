package jdocker.kernel;

/**
 * The running kernel: the one way in to its calls. Thread safe. The first call loads the native layer.
 *
 * <p>Calls pin a virtual thread while they last; those that may wait long say so and belong on platform threads.
 */
public final class Kernel {
    private final FileCalls files;
    private final FileData data;
    private final Xattrs xattrs;
    private final Mounts mounts;
    private final Processes processes;
    private final Sockets sockets;
    private final InetSockets inetSockets;
    private final Netfilter netfilter;
    private final Namespaces namespaces;
    private final Terminals terminals;
    private final ProcessControl control;
    private final Seccomp seccomp;
    private final CgroupPrograms cgroupPrograms;
    private final Calls calls;

    private Kernel(Calls calls) {
        this.calls = calls;
        files = new LinuxFiles(calls);
        data = new LinuxFileData(calls);
        xattrs = new LinuxXattrs(calls);
        mounts = new LinuxMounts(calls);
        processes = new LinuxProcesses(calls);
        sockets = new LinuxSockets(calls);
        inetSockets = new LinuxInetSockets(calls);
        netfilter = new LinuxNetfilter(calls);
        namespaces = new LinuxNamespaces(calls);
        terminals = new LinuxTerminals(calls);
        control = new LinuxProcessControl(calls);
        seccomp = new LinuxSeccomp(calls);
        cgroupPrograms = new LinuxCgroupPrograms(calls);
    }

    /** Cheap after the first time: all share the native layer. */
    public static Kernel load() {
        return new Kernel(Calls.system());
    }

    /** Files by name: open, make, link, remove, owner, mode, times, status. */
    public FileCalls files() {
        return files;
    }

    /** The content of open files: read, write, holes, sync, locks, memfds, pipes. */
    public FileData data() {
        return data;
    }

    public Xattrs xattrs() {
        return xattrs;
    }

    public Mounts mounts() {
        return mounts;
    }

    public Processes processes() {
        return processes;
    }

    public Sockets sockets() {
        return sockets;
    }

    public InetSockets inetSockets() {
        return inetSockets;
    }

    public Netfilter netfilter() {
        return netfilter;
    }

    public Namespaces namespaces() {
        return namespaces;
    }

    public Terminals terminals() {
        return terminals;
    }

    /** prctl(2). */
    public ProcessControl control() {
        return control;
    }

    public Seccomp seccomp() {
        return seccomp;
    }

    /** Sockets that keep the ports of the host. */
    public PortSockets portSockets() {
        return new PortSockets(calls);
    }

    /** A new netlink socket in the calling thread's network namespace; {@code NETLINK_*} of linux/netlink.h says which. */
    public NetlinkSocket netlink(int protocol) {
        return new NetlinkSocket(calls, protocol);
    }

    public CgroupPrograms cgroupPrograms() {
        return cgroupPrograms;
    }

    /** A new set of descriptors to wait for; the caller closes it. */
    public Epoll epoll() {
        return new Epoll(calls);
    }
}
