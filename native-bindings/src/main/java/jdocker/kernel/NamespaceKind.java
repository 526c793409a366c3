package jdocker.kernel;

/** Kinds of namespaces: the file in /proc/PID/ns and the {@code CLONE_NEW*} flag of linux/sched.h. */
public enum NamespaceKind {
    MOUNT("mnt", 0x0002_0000),
    CGROUP("cgroup", 0x0200_0000),
    UTS("uts", 0x0400_0000),
    IPC("ipc", 0x0800_0000),
    USER("user", 0x1000_0000),
    PID("pid", 0x2000_0000),
    NETWORK("net", 0x4000_0000);

    private final String fileName;
    private final int flag;

    NamespaceKind(String fileName, int flag) {
        this.fileName = fileName;
        this.flag = flag;
    }

    /** Its name in /proc/PID/ns. */
    public String fileName() {
        return fileName;
    }

    /** For clone3, unshare and setns. */
    public int flag() {
        return flag;
    }
}
