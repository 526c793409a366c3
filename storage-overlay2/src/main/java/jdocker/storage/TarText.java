package jdocker.storage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Fields of a tar header: strings that may lack their NUL, numbers in octal or base 256. */
final class TarText {
    private static final int LONGEST_LABEL = 200;

    private TarText() {}

    /** The bytes of a field up to its first NUL. */
    static byte[] string(byte[] block, int offset, int length) {
        int end = offset;
        while (end < offset + length && block[end] != 0) {
            end++;
        }
        return Arrays.copyOfRange(block, offset, end);
    }

    static boolean startsWith(byte[] block, int offset, String magic) {
        for (int i = 0; i < magic.length(); i++) {
            if (block[offset + i] != magic.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** A number in octal, or in base 256 (two's complement, big endian) when its first bit is set. */
    static long number(byte[] block, int offset, int length, String field) {
        return (block[offset] & 0x80) != 0
                ? base256(block, offset, length, field)
                : octal(block, offset, length, field);
    }

    private static long base256(byte[] block, int offset, int length, String field) {
        // The mark is no part of the number: the bit below it is the sign.
        boolean negative = (block[offset] & 0x40) != 0;
        long value = negative ? -1 : 0;
        for (int i = 0; i < length; i++) {
            int digit = block[offset + i] & 0xff;
            if (i == 0) {
                digit = negative ? digit | 0x80 : digit & 0x7f;
            }
            long shifted = value << 8 | digit;
            if (shifted >> 8 != value) {
                throw new RefusedArchive("invalid tar header: " + field + " is out of range");
            }
            value = shifted;
        }
        return value;
    }

    private static long octal(byte[] block, int offset, int length, String field) {
        int start = offset;
        int end = offset + length;
        while (start < end && isBlank(block[start])) {
            start++;
        }
        long value = 0;
        int i = start;
        while (i < end && block[i] >= '0' && block[i] <= '7') {
            value = value << 3 | block[i] - '0';
            i++;
        }
        // Up to the first NUL, as every reader does; 21 octal digits are all that fit into 63 bits.
        if (i - start > 21 || i < end && !isBlank(block[i])) {
            throw new RefusedArchive("invalid tar header: " + field + " is not a number");
        }
        return value;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == 0;
    }

    /** Decimal digits only: neither sign nor blank, and no other script's digits. */
    static long decimal(byte[] text, String field) {
        if (text.length == 0 || text.length > 19) {
            throw new RefusedArchive("invalid tar header: " + field + " is not a number");
        }
        long value = 0;
        for (byte b : text) {
            if (b < '0' || b > '9') {
                throw new RefusedArchive("invalid tar header: " + field + " is not a number");
            }
            value = value * 10 + (b - '0');
            if (value < 0) {
                throw new RefusedArchive("invalid tar header: " + field + " is out of range");
            }
        }
        return value;
    }

    /** Seconds with an optional fraction and sign, such as {@code -1.5}. */
    static TarEntry.TarTime time(byte[] text) {
        boolean negative = text.length > 0 && text[0] == '-';
        int start = negative ? 1 : 0;
        int point = start;
        while (point < text.length && text[point] != '.') {
            point++;
        }
        long seconds = decimal(Arrays.copyOfRange(text, start, point), "mtime");
        int nanoseconds = 0;
        for (int i = 0; i < 9; i++) {
            int at = point + 1 + i;
            int digit = at < text.length ? text[at] - '0' : 0;
            if (digit < 0 || digit > 9) {
                throw new RefusedArchive("invalid tar header: mtime is not a number");
            }
            nanoseconds = nanoseconds * 10 + digit;
        }
        if (!negative) {
            return new TarEntry.TarTime(seconds, nanoseconds);
        }
        return nanoseconds == 0
                ? new TarEntry.TarTime(-seconds, 0)
                : new TarEntry.TarTime(-seconds - 1, 1_000_000_000 - nanoseconds);
    }

    static String printable(byte[] name) {
        int length = Math.min(name.length, LONGEST_LABEL);
        String text = new String(name, 0, length, StandardCharsets.UTF_8);
        var clean = new StringBuilder(text.length() + 3);
        text.codePoints().map(c -> Character.isISOControl(c) ? '?' : c).forEach(clean::appendCodePoint);
        return length < name.length ? clean.append("...").toString() : clean.toString();
    }
}
