package jdocker.kernel;

/** {@code struct statx} from linux/stat.h. */
final class Statx {
    static final int SIZE = 256;
    /** STATX_BASIC_STATS and STATX_MNT_ID. */
    static final int WANTED = 0x07ff | 0x1000;

    private static final int MOUNT_ID = 0x1000;

    private Statx() {}

    static FileStatus read(Scratch s, int at) {
        return new FileStatus(
                s.getShort(at + 28) & 0xffff,
                s.getInt(at + 20),
                s.getInt(at + 24),
                s.getLong(at + 40),
                s.getLong(at + 48),
                s.getInt(at + 16) & 0xffffffffL,
                s.getLong(at + 32),
                new Device(s.getInt(at + 136), s.getInt(at + 140)),
                new Device(s.getInt(at + 128), s.getInt(at + 132)),
                time(s, at + 64),
                time(s, at + 112),
                time(s, at + 96),
                (s.getInt(at) & MOUNT_ID) == 0 ? 0 : s.getLong(at + 144));
    }

    private static Timestamp time(Scratch s, int at) {
        return new Timestamp(s.getLong(at), s.getInt(at + 8));
    }
}
