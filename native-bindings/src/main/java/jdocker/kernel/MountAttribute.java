package jdocker.kernel;

/** {@code MOUNT_ATTR_*} from linux/mount.h, for fsmount(2) and mount_setattr(2). */
public enum MountAttribute {
    READ_ONLY(0x01),
    NO_SUID(0x02),
    NO_DEV(0x04),
    NO_EXEC(0x08),
    NO_ATIME(0x10),
    STRICT_ATIME(0x20),
    NO_DIR_ATIME(0x80),
    IDMAP(0x100000),
    NO_SYMFOLLOW(0x200000);

    private final int bits;

    MountAttribute(int bits) {
        this.bits = bits;
    }

    public int bits() {
        return bits;
    }
}
