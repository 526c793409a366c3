package jdocker.storage;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes tar archives byte by byte, hostile ones too. */
final class TarBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A header to change before it is written. */
    static final class Header {
        final byte[] block = new byte[512];

        Header(char flag, String name, long size) {
            put(0, 100, name);
            octal(100, 8, flag == '5' ? 0755 : 0644);
            octal(108, 8, 0);
            octal(116, 8, 0);
            octal(124, 12, size);
            octal(136, 12, 1_700_000_000L);
            block[156] = (byte) flag;
            put(257, 8, "ustar\00000");
        }

        Header put(int offset, int length, String text) {
            byte[] bytes = bytes(text);
            Arrays.fill(block, offset, offset + length, (byte) 0);
            System.arraycopy(bytes, 0, block, offset, Math.min(bytes.length, length));
            return this;
        }

        Header octal(int offset, int length, long value) {
            return put(offset, length, String.format("%0" + (length - 1) + "o", value));
        }

        Header mode(int mode) {
            return octal(100, 8, mode);
        }

        Header owner(long uid, long gid) {
            return octal(108, 8, uid).octal(116, 8, gid);
        }

        Header link(String target) {
            return put(157, 100, target);
        }

        Header device(long major, long minor) {
            return octal(329, 8, major).octal(337, 8, minor);
        }

        Header gnu() {
            return put(257, 8, "ustar  \0");
        }

        byte[] sealed() {
            put(148, 8, "        ");
            long sum = 0;
            for (byte b : block) {
                sum += b & 0xff;
            }
            put(148, 8, String.format("%06o\0 ", sum));
            return block;
        }
    }

    TarBytes raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    TarBytes add(Header header, byte[] data) {
        raw(header.sealed()).raw(data);
        return raw(new byte[-data.length & 511]);
    }

    TarBytes file(String name, String content) {
        byte[] data = bytes(content);
        return add(new Header('0', name, data.length), data);
    }

    TarBytes directory(String name) {
        return add(new Header('5', name, 0), new byte[0]);
    }

    TarBytes symlink(String name, String target) {
        return add(new Header('2', name, 0).link(target), new byte[0]);
    }

    TarBytes hardLink(String name, String target) {
        return add(new Header('1', name, 0).link(target), new byte[0]);
    }

    /** An extended header of these keys and values for the entry that follows. */
    TarBytes pax(String... keysAndValues) {
        var records = new ByteArrayOutputStream();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            records.writeBytes(record(keysAndValues[i], bytes(keysAndValues[i + 1])));
        }
        return add(new Header('x', "PaxHeaders/x", records.size()), records.toByteArray());
    }

    TarBytes paxBytes(String key, byte[] value) {
        byte[] record = record(key, value);
        return add(new Header('x', "PaxHeaders/x", record.length), record);
    }

    TarBytes longName(String name) {
        byte[] data = bytes(name + "\0");
        return add(new Header('L', "././@LongLink", data.length).gnu(), data);
    }

    private static byte[] record(String key, byte[] value) {
        int body = key.length() + value.length + 3;
        int length = body + String.valueOf(body).length();
        if (String.valueOf(length).length() > String.valueOf(body).length()) {
            length++;
        }
        var record = new ByteArrayOutputStream();
        record.writeBytes(bytes(length + " " + key + "="));
        record.writeBytes(value);
        record.write('\n');
        return record.toByteArray();
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }

    byte[] end() {
        return raw(new byte[1024]).toByteArray();
    }

    InputStream stream() {
        return new ByteArrayInputStream(end());
    }
}
