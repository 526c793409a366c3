package jdocker.storage;

import java.nio.charset.StandardCharsets;

/** The fields of one header block, before extended headers are applied. */
record TarHeader(
        char flag,
        byte[] name,
        byte[] linkName,
        int mode,
        long uid,
        long gid,
        long size,
        long modified,
        long deviceMajor,
        long deviceMinor) {
    private static final int CHECKSUM = 148;
    private static final int PREFIX = 345;

    static TarHeader parse(byte[] block) {
        verifyChecksum(block);
        boolean ustar = TarText.startsWith(block, 257, "ustar\0");
        boolean gnu = TarText.startsWith(block, 257, "ustar  \0");
        char flag = (char) (block[156] & 0xff);
        byte[] name = TarText.string(block, 0, 100);
        if (flag == 0) {
            // From before directories had a flag of their own.
            flag = name.length > 0 && name[name.length - 1] == '/' ? '5' : '0';
        }
        boolean device = (ustar || gnu) && (flag == '3' || flag == '4');
        return new TarHeader(
                flag,
                ustar || gnu && hasMisplacedPrefix(block) ? withPrefix(block, name) : name,
                TarText.string(block, 157, 100),
                (int) (TarText.number(block, 100, 8, "mode") & 07777),
                TarText.number(block, 108, 8, "uid"),
                TarText.number(block, 116, 8, "gid"),
                TarText.number(block, 124, 12, "size"),
                TarText.number(block, 136, 12, "mtime"),
                device ? TarText.number(block, 329, 8, "device") : 0,
                device ? TarText.number(block, 337, 8, "device") : 0);
    }

    EntryType type() {
        return switch (flag) {
            case '0', '7', 'S' -> EntryType.FILE;
            case '1' -> EntryType.HARD_LINK;
            case '2' -> EntryType.SYMLINK;
            case '3' -> EntryType.CHARACTER_DEVICE;
            case '4' -> EntryType.BLOCK_DEVICE;
            case '5' -> EntryType.DIRECTORY;
            case '6' -> EntryType.FIFO;
            default ->
                throw new RefusedArchive(
                        "'" + TarText.printable(name) + "' has the unknown type 0x" + Integer.toHexString(flag));
        };
    }

    private static byte[] withPrefix(byte[] block, byte[] name) {
        boolean star = TarText.startsWith(block, 508, "tar\0");
        byte[] prefix = TarText.string(block, PREFIX, star ? 131 : 155);
        if (prefix.length == 0) {
            return name;
        }
        var whole = new byte[prefix.length + 1 + name.length];
        System.arraycopy(prefix, 0, whole, 0, prefix.length);
        whole[prefix.length] = '/';
        System.arraycopy(name, 0, whole, prefix.length + 1, name.length);
        return whole;
    }

    /**
     * Go before 1.8, hence many an old image, wrote the prefix of ustar into GNU headers, where two times stand: what is
     * no number there, but ASCII, is a prefix.
     */
    private static boolean hasMisplacedPrefix(byte[] block) {
        if (isTime(block, PREFIX) && isTime(block, PREFIX + 12)) {
            return false;
        }
        for (byte b : TarText.string(block, PREFIX, 155)) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isTime(byte[] block, int offset) {
        if (block[offset] == 0) {
            return true;
        }
        try {
            TarText.number(block, offset, 12, "time");
            return true;
        } catch (RefusedArchive _) {
            return false;
        }
    }

    /** Old writers summed signed bytes. */
    private static void verifyChecksum(byte[] block) {
        long expected = TarText.number(block, CHECKSUM, 8, "checksum");
        long unsigned = 0;
        long signed = 0;
        for (int i = 0; i < block.length; i++) {
            byte b = i >= CHECKSUM && i < CHECKSUM + 8 ? (byte) ' ' : block[i];
            unsigned += b & 0xff;
            signed += b;
        }
        if (expected != unsigned && expected != signed) {
            throw new RefusedArchive("not a tar archive: wrong checksum of a header, at '"
                    + TarText.printable(new String(block, 0, 20, StandardCharsets.ISO_8859_1)
                            .strip()
                            .getBytes(StandardCharsets.UTF_8))
                    + "'");
        }
    }
}
