package jdocker.runtime;

/** Numbers of the kernel's interface that only plans use, by the names of the kernel's headers. */
final class Abi {
    // linux/fcntl.h
    static final int AT_FDCWD = -100;
    static final int AT_REMOVEDIR = 0x200;
    static final int AT_EACCESS = 0x200;
    static final int AT_EMPTY_PATH = 0x1000;
    static final int AT_RECURSIVE = 0x8000;

    // asm/fcntl.h: the same on both architectures
    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;
    static final int O_NOCTTY = 0400;
    static final int O_CLOEXEC = 02000000;
    static final int O_PATH = 010000000;

    // linux/mount.h
    static final int OPEN_TREE_CLONE = 1;
    static final int OPEN_TREE_CLOEXEC = O_CLOEXEC;
    static final int MOVE_MOUNT_F_EMPTY_PATH = 4;
    static final int MOVE_MOUNT_T_EMPTY_PATH = 0x40;
    static final int FSOPEN_CLOEXEC = 1;
    static final int FSMOUNT_CLOEXEC = 1;
    static final int FSCONFIG_SET_FLAG = 0;
    static final int FSCONFIG_SET_STRING = 1;
    static final int FSCONFIG_CMD_CREATE = 6;
    static final int MNT_DETACH = 2;
    static final int UMOUNT_NOFOLLOW = 8;

    // linux/stat.h
    static final int S_IFMT = 0170000;
    static final int S_IFIFO = 0010000;
    static final int S_IFCHR = 0020000;
    static final int S_IFDIR = 0040000;
    static final int S_IFBLK = 0060000;
    static final int S_IFREG = 0100000;
    static final int STATX_BASIC_STATS = 0x7ff;
    static final int STATX_SIZE = 256;
    static final int STATX_MODE_AT = 28;
    static final int STATX_INO_AT = 32;
    static final int STATX_RDEV_AT = 128;
    static final int STATX_DEV_AT = 136;

    // linux/magic.h; the type is the first field of struct statfs
    static final long PROC_SUPER_MAGIC = 0x9fa0;
    static final long DEVPTS_SUPER_MAGIC = 0x1cd1;
    static final int STATFS_SIZE = 120;

    // linux/sched.h
    static final long CLONE_NEWTIME = 0x80;
    static final long CLONE_NEWNS = 0x0002_0000;
    static final long CLONE_NEWCGROUP = 0x0200_0000;
    static final long CLONE_NEWUTS = 0x0400_0000;
    static final long CLONE_NEWIPC = 0x0800_0000;
    static final long CLONE_NEWPID = 0x2000_0000;
    static final long CLONE_NEWNET = 0x4000_0000;

    // linux/prctl.h
    static final int PR_SET_PDEATHSIG = 1;
    static final int PR_SET_KEEPCAPS = 8;
    static final int PR_CAPBSET_DROP = 24;
    static final int PR_SET_NO_NEW_PRIVS = 38;
    static final int PR_CAP_AMBIENT = 47;
    static final int PR_CAP_AMBIENT_CLEAR_ALL = 4;
    static final int SIGKILL = 9;

    // linux/capability.h
    static final int CAPABILITY_VERSION_3 = 0x2008_0522;

    // linux/seccomp.h
    static final int SECCOMP_SET_MODE_FILTER = 1;

    // linux/keyctl.h
    static final int KEYCTL_JOIN_SESSION_KEYRING = 1;
    static final int KEYCTL_SETPERM = 5;

    // linux/close_range.h
    static final int CLOSE_RANGE_CLOEXEC = 4;
    static final long ALL_DESCRIPTORS = 0xffff_ffffL;

    // asm-generic/ioctls.h
    static final int TIOCSCTTY = 0x540e;
    static final int TIOCSWINSZ = 0x5414;
    static final int TIOCSPTLCK = 0x4004_5431;
    static final int TIOCGPTPEER = 0x5441;

    // linux/sockios.h, linux/if.h, linux/socket.h
    static final int SIOCSIFFLAGS = 0x8914;
    static final int IFF_UP_RUNNING = 0x41;
    static final int IFREQ_SIZE = 40;
    static final int IFREQ_FLAGS_AT = 16;
    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int SOCK_STREAM = 1;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_NONBLOCK = 04000;
    static final int SOCK_CLOEXEC = 02000000;
    static final int MSG_PEEK_DONTWAIT = 0x42;

    private Abi() {}

    /** A device number as mknod(2) takes it. */
    static long device(long major, long minor) {
        return (minor & 0xff) | (major & 0xfff) << 8 | (minor & ~0xffL) << 12;
    }
}
