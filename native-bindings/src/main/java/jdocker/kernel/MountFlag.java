package jdocker.kernel;

import java.util.Set;

/** {@code MS_*} from linux/mount.h, for mount(2). */
public enum MountFlag {
    READ_ONLY(1),
    NO_SUID(2),
    NO_DEV(4),
    NO_EXEC(8),
    SYNCHRONOUS(16),
    REMOUNT(32),
    DIR_SYNC(128),
    NO_SYMFOLLOW(256),
    NO_ATIME(1024),
    NO_DIR_ATIME(2048),
    BIND(4096),
    MOVE(8192),
    RECURSIVE(16384),
    SILENT(32768),
    UNBINDABLE(1 << 17),
    PRIVATE(1 << 18),
    SLAVE(1 << 19),
    SHARED(1 << 20),
    REL_ATIME(1 << 21),
    STRICT_ATIME(1 << 24);

    private final int bits;

    MountFlag(int bits) {
        this.bits = bits;
    }

    public int bits() {
        return bits;
    }

    public static int bits(Set<MountFlag> flags) {
        int all = 0;
        for (MountFlag flag : flags) {
            all |= flag.bits;
        }
        return all;
    }
}
