package jdocker.cli;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Sizes as docker prints and reads them. */
final class Units {
    private static final String[] DECIMAL = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final String LETTERS = "kmgtp";

    private Units() {}

    /** In powers of 1000, three digits: {@code 4.26MB}. */
    static String size(long bytes) {
        return print(bytes, 1000, DECIMAL, 3);
    }

    /** In powers of 1000, four digits. */
    static String preciseSize(long bytes) {
        return print(bytes, 1000, DECIMAL, 4);
    }

    /** In powers of 1024, four digits: {@code 7.566GiB}. */
    static String binarySize(long bytes) {
        return print(bytes, 1024, BINARY, 4);
    }

    private static String print(long bytes, int base, String[] names, int digits) {
        double value = bytes;
        int unit = 0;
        while (Math.abs(value) >= base && unit < names.length - 1) {
            value /= base;
            unit++;
        }
        BigDecimal rounded = BigDecimal.valueOf(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
        String text = rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
        return text + names[unit];
    }

    /** {@code 64m}, {@code 1.5GB}, {@code 10}: bytes, in powers of 1024. */
    static long parseSize(String text) {
        int end = text.length();
        if (end > 0 && isLetter(text.charAt(end - 1), 'b')) {
            end--;
        }
        if (end > 0 && end < text.length() && isLetter(text.charAt(end - 1), 'i')) {
            end--;
        }
        long factor = 1;
        if (end > 0) {
            int power = LETTERS.indexOf(Character.toLowerCase(text.charAt(end - 1)));
            if (power >= 0) {
                factor = 1L << (10 * (power + 1));
                end--;
            } else if (end < text.length() - 1) {
                throw invalid(text);
            }
        }
        if (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        return multiply(text, text.substring(0, end), factor);
    }

    private static long multiply(String text, String number, long factor) {
        if (number.isEmpty() || !Character.isDigit(number.charAt(0)) || !isDecimal(number)) {
            throw invalid(text);
        }
        try {
            return new BigDecimal(number)
                    .multiply(BigDecimal.valueOf(factor))
                    .setScale(0, RoundingMode.DOWN)
                    .longValueExact();
        } catch (ArithmeticException | NumberFormatException _) {
            throw invalid(text);
        }
    }

    private static boolean isDecimal(String number) {
        for (int i = 0; i < number.length(); i++) {
            if (number.charAt(i) != '.' && !Character.isDigit(number.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetter(char c, char wanted) {
        return Character.toLowerCase(c) == wanted;
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException("invalid size: '" + text + "'");
    }
}
