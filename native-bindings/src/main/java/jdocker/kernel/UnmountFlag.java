package jdocker.kernel;

/** {@code MNT_*} and {@code UMOUNT_*} from linux/fs.h. */
public enum UnmountFlag {
    FORCE(1),
    /** Out of the tree now, gone when the last user is. */
    DETACH(2),
    EXPIRE(4),
    NO_FOLLOW(8);

    private final int bits;

    UnmountFlag(int bits) {
        this.bits = bits;
    }

    static int of(UnmountFlag... flags) {
        int all = 0;
        for (UnmountFlag flag : flags) {
            all |= flag.bits;
        }
        return all;
    }
}
