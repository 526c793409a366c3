package jdocker.kernel;

/** {@code RESOLVE_*} from linux/openat2.h: what a path may lead over. */
public enum Resolve {
    /** No crossing of mount points. */
    NO_XDEV(0x01),
    /** No links such as /proc/self/fd/3. */
    NO_MAGICLINKS(0x02),
    /** No symbolic links of any kind. */
    NO_SYMLINKS(0x04),
    /** A path that leaves the directory is an error (EXDEV). */
    BENEATH(0x08),
    /** The directory is the root: absolute links and {@code ..} stay inside. */
    IN_ROOT(0x10);

    private final int bits;

    Resolve(int bits) {
        this.bits = bits;
    }

    public int bits() {
        return bits;
    }

    public static int of(Resolve... flags) {
        int all = 0;
        for (Resolve flag : flags) {
            all |= flag.bits;
        }
        return all;
    }
}
