package jdocker.api;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times as Go writes them: RFC 3339 with as many decimals as needed, and year 1 for "never". */
public final class WireTime {
    /** What Go prints for a time that was never set. */
    public static final String ZERO = "0001-01-01T00:00:00Z";

    /** The instant behind {@link #ZERO}. */
    public static final Instant NEVER = Instant.parse(ZERO);

    private WireTime() {}

    /** RFC 3339 with nanoseconds, trailing zeros cut: {@code 2026-11-22T10:00:00.5Z}. */
    public static String format(Instant time) {
        String padded = padded(time);
        int end = padded.length() - 1;
        while (padded.charAt(end - 1) == '0') {
            end--;
        }
        return (padded.charAt(end - 1) == '.' ? padded.substring(0, end - 1) : padded.substring(0, end)) + "Z";
    }

    /** RFC 3339 with exactly nine decimals, as in front of log lines. */
    public static String padded(Instant time) {
        LocalDateTime t = LocalDateTime.ofEpochSecond(time.getEpochSecond(), time.getNano(), ZoneOffset.UTC);
        var out = new StringBuilder(30);
        pad(out, t.getYear(), 4).append('-');
        pad(out, t.getMonthValue(), 2).append('-');
        pad(out, t.getDayOfMonth(), 2).append('T');
        pad(out, t.getHour(), 2).append(':');
        pad(out, t.getMinute(), 2).append(':');
        pad(out, t.getSecond(), 2).append('.');
        return pad(out, t.getNano(), 9).append('Z').toString();
    }

    /**
     * Reads RFC 3339 with any offset.
     *
     * @throws DateTimeException if the text is no time
     */
    public static Instant parse(String text) {
        return OffsetDateTime.parse(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME)
                .toInstant();
    }

    private static StringBuilder pad(StringBuilder out, int value, int width) {
        String digits = Integer.toString(value);
        return out.repeat('0', Math.max(0, width - digits.length())).append(digits);
    }
}
