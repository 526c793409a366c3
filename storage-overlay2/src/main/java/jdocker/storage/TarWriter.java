package jdocker.storage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdocker.storage.TarEntry.TarTime;

/**
 * Writes a tar stream in the PAX format, as Docker's archives are: ustar headers, extended ones where those do not hold what
 * is to be told. The same entries give the same bytes. Not thread-safe.
 */
public final class TarWriter {
    private static final int BLOCK = 512;
    private static final int NAME = 100;
    private static final long MOST_OF_7 = 07777777; // seven octal digits
    private static final long MOST_OF_11 = 077777777777L;
    private static final byte[] ZEROS = new byte[2 * BLOCK];

    private final OutputStream out;
    private long left;
    private int padding;

    public TarWriter(OutputStream out) {
        this.out = out;
    }

    /** Begins a file with root as its owner, whose content of exactly this size has to follow. */
    public void file(String name, long size, TarTime modified) throws IOException {
        plain(EntryType.FILE, name, 0644, size, modified);
    }

    /** A directory of root's. */
    public void directory(String name, TarTime modified) throws IOException {
        plain(EntryType.DIRECTORY, name.endsWith("/") ? name : name + "/", 0755, 0, modified);
    }

    private void plain(EntryType type, String name, int mode, long size, TarTime modified) throws IOException {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        begin(new TarEntry(type, bytes, new byte[0], mode, 0, 0, size, modified, 0, 0, false, List.of(), Map.of()));
    }

    /**
     * Begins an entry; a file's content has to follow, whole. Of times the seconds are kept.
     *
     * @throws IllegalStateException when the content of the one before is not complete
     */
    public void begin(TarEntry entry) throws IOException {
        endContent();
        Map<String, byte[]> records = records(entry);
        if (!records.isEmpty()) {
            byte[] data = format(records);
            byte[] base = base(entry.name());
            byte[] name = concat("PaxHeaders.0/".getBytes(StandardCharsets.US_ASCII), base);
            out.write(header('x', name, new byte[0], 0, 0, 0, data.length, 0, 0, 0));
            out.write(data);
            pad(data.length);
        }
        boolean file = entry.type() == EntryType.FILE;
        out.write(header(
                flag(entry.type()),
                entry.name(),
                entry.linkName(),
                entry.mode(),
                entry.uid(),
                entry.gid(),
                file ? entry.size() : 0,
                entry.modified().seconds(),
                entry.deviceMajor(),
                entry.deviceMinor()));
        left = file ? entry.size() : 0;
        padding = (int) (-left & (BLOCK - 1));
    }

    /** More of the current file's content. */
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > left) {
            throw new IllegalStateException("more content than was announced");
        }
        out.write(bytes, offset, length);
        left -= length;
    }

    /** The current file's content as a stream, for whoever writes it himself. */
    public OutputStream content() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                TarWriter.this.write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                TarWriter.this.write(bytes, offset, length);
            }
        };
    }

    /** What is missing of the current file's content. */
    long left() {
        return left;
    }

    /** Ends the archive; the stream stays open. */
    public void end() throws IOException {
        endContent();
        out.write(ZEROS);
        out.flush();
    }

    private void endContent() throws IOException {
        if (left != 0) {
            throw new IllegalStateException(left + " bytes of an entry's content are missing");
        }
        out.write(ZEROS, 0, padding);
        padding = 0;
    }

    private void pad(int length) throws IOException {
        out.write(ZEROS, 0, -length & (BLOCK - 1));
    }

    private static char flag(EntryType type) {
        return switch (type) {
            case FILE -> '0';
            case HARD_LINK -> '1';
            case SYMLINK -> '2';
            case CHARACTER_DEVICE -> '3';
            case BLOCK_DEVICE -> '4';
            case DIRECTORY -> '5';
            case FIFO -> '6';
        };
    }

    /** What the plain header cannot tell, by key, in the order of the alphabet. */
    private static Map<String, byte[]> records(TarEntry entry) {
        var records = new TreeMap<String, byte[]>();
        if (needsRecord(entry.name())) {
            records.put("path", entry.name());
        }
        if (needsRecord(entry.linkName())) {
            records.put("linkpath", entry.linkName());
        }
        number(records, "uid", entry.uid(), MOST_OF_7);
        number(records, "gid", entry.gid(), MOST_OF_7);
        if (entry.type() == EntryType.FILE) {
            number(records, "size", entry.size(), MOST_OF_11);
        }
        number(records, "mtime", entry.modified().seconds(), MOST_OF_11);
        entry.xattrs().forEach((name, value) -> records.put("SCHILY.xattr." + name, value));
        return records;
    }

    private static void number(Map<String, byte[]> records, String key, long value, long most) {
        if (value < 0 || value > most) {
            records.put(key, Long.toString(value).getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static boolean needsRecord(byte[] name) {
        if (name.length > NAME) {
            return true;
        }
        for (byte b : name) {
            if (b < 0) {
                return true;
            }
        }
        return false;
    }

    private static byte[] format(Map<String, byte[]> records) {
        var all = new ByteArrayOutputStream();
        records.forEach((key, value) -> {
            byte[] name = key.getBytes(StandardCharsets.UTF_8);
            int body = name.length + value.length + 3;
            int length = body + digits(body);
            if (digits(length) > digits(body)) {
                length++; // its own digits count too
            }
            all.writeBytes((length + " ").getBytes(StandardCharsets.US_ASCII));
            all.writeBytes(name);
            all.write('=');
            all.writeBytes(value);
            all.write('\n');
        });
        return all.toByteArray();
    }

    private static int digits(int number) {
        return Integer.toString(number).length();
    }

    private static byte[] base(byte[] name) {
        int end = name.length;
        while (end > 0 && name[end - 1] == '/') {
            end--;
        }
        int start = end;
        while (start > 0 && name[start - 1] != '/') {
            start--;
        }
        return Arrays.copyOfRange(name, start, end);
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private static byte[] header(
            char flag,
            byte[] name,
            byte[] link,
            int mode,
            long uid,
            long gid,
            long size,
            long modified,
            long major,
            long minor) {
        byte[] block = new byte[BLOCK];
        text(block, 0, name);
        octal(block, 100, 8, mode, MOST_OF_7);
        octal(block, 108, 8, uid, MOST_OF_7);
        octal(block, 116, 8, gid, MOST_OF_7);
        octal(block, 124, 12, size, MOST_OF_11);
        octal(block, 136, 12, modified, MOST_OF_11);
        Arrays.fill(block, 148, 156, (byte) ' ');
        block[156] = (byte) flag;
        text(block, 157, link);
        byte[] magic = "ustar\00000".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(magic, 0, block, 257, magic.length);
        octal(block, 329, 8, major, MOST_OF_7);
        octal(block, 337, 8, minor, MOST_OF_7);
        long sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        octal(block, 148, 7, sum, MOST_OF_7);
        return block;
    }

    /** As much as the field holds, without what is no ASCII: readers take the whole from the extended header. */
    private static void text(byte[] block, int offset, byte[] text) {
        int at = offset;
        for (int i = 0; i < text.length && at < offset + NAME; i++) {
            if (text[i] >= 0) {
                block[at++] = text[i];
            }
        }
    }

    private static void octal(byte[] block, int offset, int length, long value, long most) {
        long shown = value < 0 || value > most ? 0 : value;
        for (int i = offset + length - 2; i >= offset; i--) {
            block[i] = (byte) ('0' + (shown & 7));
            shown >>= 3;
        }
        block[offset + length - 1] = 0;
    }
}
