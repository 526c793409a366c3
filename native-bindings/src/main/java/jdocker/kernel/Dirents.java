package jdocker.kernel;

import java.util.List;

/** {@code struct linux_dirent64}: inode, offset, record length, type, name with a NUL. */
final class Dirents {
    private static final int RECORD_LENGTH = 16;
    private static final int TYPE = 18;
    private static final int NAME = 19;

    private Dirents() {}

    static void read(Scratch s, int at, int length, List<DirEntry> entries) {
        int end = at + length;
        int record = at;
        while (record < end) {
            byte[] name = name(s, record + NAME);
            if (!isDots(name)) {
                FileType type = FileType.ofEntry(s.getByte(record + TYPE));
                entries.add(new DirEntry(name, type, s.getLong(record)));
            }
            record += s.getShort(record + RECORD_LENGTH) & 0xffff;
        }
    }

    private static byte[] name(Scratch s, int at) {
        int end = at;
        while (s.getByte(end) != 0) {
            end++;
        }
        return s.copy(at, end - at);
    }

    private static boolean isDots(byte[] name) {
        return name.length <= 2 && name[0] == '.' && name[name.length - 1] == '.';
    }
}
