package jdocker.kernel;

/** {@code F_SEAL_*} from linux/fcntl.h. */
public enum Seal {
    /** No more seals. */
    SEAL(0x01),
    SHRINK(0x02),
    GROW(0x04),
    WRITE(0x08),
    FUTURE_WRITE(0x10),
    /** The execute permission stays as it is; since Linux 6.3. */
    EXEC(0x20);

    private final int bits;

    Seal(int bits) {
        this.bits = bits;
    }

    static int of(Seal... seals) {
        int all = 0;
        for (Seal seal : seals) {
            all |= seal.bits;
        }
        return all;
    }
}
