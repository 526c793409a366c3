package jdocker.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;

/** The times of {@code --since} and {@code --until} as the API takes them: seconds since 1970 with a fraction. */
final class Timestamps {
    private Timestamps() {}

    static String of(String flag, String text, Invocation invocation) {
        if (text.isEmpty()) {
            return "";
        }
        try {
            return String.valueOf(
                    invocation.clock().instant().minus(Durations.parse(text)).getEpochSecond());
        } catch (IllegalArgumentException _) {
            // No span: a point in time.
        }
        if (isNumber(text)) {
            return text;
        }
        try {
            Instant time = point(text, invocation.zone());
            return time.getEpochSecond() + "." + String.format(Locale.ROOT, "%09d", time.getNano());
        } catch (DateTimeException _) {
            throw new CliError(
                    "invalid value for \"" + flag + "\": failed to parse value as time or duration: \"" + text + "\"");
        }
    }

    private static boolean isNumber(String text) {
        boolean dot = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' && !dot) {
                dot = true;
            } else if (!Character.isDigit(c)) {
                return false;
            }
        }
        return true;
    }

    private static Instant point(String text, ZoneId zone) {
        int time = text.indexOf('T');
        if (time < 0) {
            String day = text.endsWith("Z") ? text.substring(0, text.length() - 1) : text;
            return LocalDate.parse(day)
                    .atStartOfDay(text.endsWith("Z") ? ZoneOffset.UTC : zone)
                    .toInstant();
        }
        String clock = text.substring(time + 1);
        boolean zoned = clock.endsWith("Z") || clock.contains("+") || clock.contains("-");
        return zoned
                ? OffsetDateTime.parse(text).toInstant()
                : LocalDateTime.parse(clock.length() == 2 ? text + ":00" : text)
                        .atZone(zone)
                        .toInstant();
    }
}
