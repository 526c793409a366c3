package jdocker.kernel;

/** {@code O_*} from asm/fcntl.h. {@code O_CLOEXEC} is set by every call that opens and needs no flag. */
public enum OpenFlag {
    READ_ONLY(0),
    WRITE_ONLY(1),
    READ_WRITE(2),
    CREATE(0100),
    EXCLUSIVE(0200),
    NO_CTTY(0400),
    TRUNCATE(01000),
    APPEND(02000),
    NON_BLOCK(04000),
    DIRECTORY(0200000, 040000),
    NO_FOLLOW(0400000, 0100000),
    NO_ATIME(01000000),
    CLOSE_ON_EXEC(02000000),
    /** Names the file without opening it: enough to look at it, mount on it and walk on from it. */
    PATH(010000000),
    /** A file without a name, to be linked when complete; includes {@link #DIRECTORY}. */
    TEMPORARY(020000000 | 0200000, 020000000 | 040000);

    private final int bits;

    OpenFlag(int bits) {
        this(bits, bits);
    }

    OpenFlag(int x8664, int aarch64) {
        this.bits = Architecture.CURRENT.choose(x8664, aarch64);
    }

    public int bits() {
        return bits;
    }

    /** The flags together, as open(2) takes them. */
    public static int of(OpenFlag... flags) {
        int all = 0;
        for (OpenFlag flag : flags) {
            all |= flag.bits;
        }
        return all;
    }
}
