package jdocker.kernel;

/** A device number, major and minor. */
public record Device(int major, int minor) {
    public static final Device NONE = new Device(0, 0);

    /** As mknod(2) takes it: {@code new_encode_dev} of linux/kdev_t.h. */
    public int encoded() {
        return (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
    }

    @Override
    public String toString() {
        return major + ":" + minor;
    }
}
