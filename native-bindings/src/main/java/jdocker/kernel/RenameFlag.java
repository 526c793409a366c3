package jdocker.kernel;

/** {@code RENAME_*} from linux/fs.h. */
public enum RenameFlag {
    /** An existing target is an error (EEXIST). */
    NO_REPLACE(1),
    /** Both names change places. */
    EXCHANGE(2),
    /** Leaves an overlay whiteout behind. */
    WHITEOUT(4);

    private final int bits;

    RenameFlag(int bits) {
        this.bits = bits;
    }

    static int of(RenameFlag... flags) {
        int all = 0;
        for (RenameFlag flag : flags) {
            all |= flag.bits;
        }
        return all;
    }
}
