package jdocker.kernel;

/** {@code S_IF*} from linux/stat.h and {@code DT_*} of directory entries. */
public enum FileType {
    FIFO(0010000, 1),
    CHARACTER_DEVICE(0020000, 2),
    DIRECTORY(0040000, 4),
    BLOCK_DEVICE(0060000, 6),
    REGULAR(0100000, 8),
    SYMLINK(0120000, 10),
    SOCKET(0140000, 12),
    /** A directory entry of a file system that does not tell; ask for the status. */
    UNKNOWN(0, 0);

    private static final int MASK = 0170000;

    private final int bits;
    private final int entry;

    FileType(int bits, int entry) {
        this.bits = bits;
        this.entry = entry;
    }

    /** The type bits of a mode. */
    public int bits() {
        return bits;
    }

    /** Of a whole mode (type and permissions). */
    public static FileType ofMode(int mode) {
        for (FileType type : values()) {
            if (type.bits == (mode & MASK)) {
                return type;
            }
        }
        return UNKNOWN;
    }

    static FileType ofEntry(int entry) {
        for (FileType type : values()) {
            if (type.entry == entry) {
                return type;
            }
        }
        return UNKNOWN;
    }
}
