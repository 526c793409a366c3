package jdocker.kernel;

/** {@code MFD_*} from linux/memfd.h; {@code MFD_CLOEXEC} is always set. */
public enum MemfdFlag {
    ALLOW_SEALING(0x02),
    /** Never executable; since Linux 6.3, earlier kernels say EINVAL. */
    NO_EXEC_SEAL(0x08),
    /** Executable whatever vm.memfd_noexec says (but not against 2); since Linux 6.3, earlier kernels say EINVAL. */
    EXEC(0x10);

    private final int bits;

    MemfdFlag(int bits) {
        this.bits = bits;
    }

    static int of(MemfdFlag... flags) {
        int all = 0x01;
        for (MemfdFlag flag : flags) {
            all |= flag.bits;
        }
        return all;
    }
}
