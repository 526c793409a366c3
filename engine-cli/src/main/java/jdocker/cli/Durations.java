package jdocker.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;

/** Spans of time as docker prints and reads them. */
final class Durations {
    private Durations() {}

    /** {@code About a minute}, {@code 3 days}: for people. */
    static String human(Duration duration) {
        long seconds = duration.toSeconds();
        long minutes = seconds / 60;
        long hours = (duration.toMinutes() + 30) / 60;
        if (seconds < 1) {
            return "Less than a second";
        }
        if (seconds == 1) {
            return "1 second";
        }
        if (seconds < 60) {
            return seconds + " seconds";
        }
        if (minutes == 1) {
            return "About a minute";
        }
        if (minutes < 60) {
            return minutes + " minutes";
        }
        if (hours == 1) {
            return "About an hour";
        }
        if (hours < 48) {
            return hours + " hours";
        }
        if (hours < 24 * 7 * 2) {
            return hours / 24 + " days";
        }
        if (hours < 24 * 30 * 2) {
            return hours / 24 / 7 + " weeks";
        }
        if (hours < 24 * 365 * 2) {
            return hours / 24 / 30 + " months";
        }
        return duration.toHours() / 24 / 365 + " years";
    }

    /** Go's form: {@code 1h30m}, {@code 1.5s}, {@code 300ms}. */
    static Duration parse(String text) {
        boolean negative = text.startsWith("-");
        String rest = negative || text.startsWith("+") ? text.substring(1) : text;
        if (rest.equals("0")) {
            return Duration.ZERO;
        }
        if (rest.isEmpty()) {
            throw invalid(text);
        }
        BigDecimal nanos = BigDecimal.ZERO;
        int at = 0;
        while (at < rest.length()) {
            int unit = at;
            while (unit < rest.length() && (rest.charAt(unit) == '.' || Character.isDigit(rest.charAt(unit)))) {
                unit++;
            }
            int end = unit;
            while (end < rest.length() && rest.charAt(end) != '.' && !Character.isDigit(rest.charAt(end))) {
                end++;
            }
            if (unit == at) {
                throw invalid(text);
            }
            if (end == unit) {
                throw new IllegalArgumentException("time: missing unit in duration \"" + text + "\"");
            }
            nanos = nanos.add(number(text, rest.substring(at, unit))
                    .multiply(BigDecimal.valueOf(nanosOf(text, rest.substring(unit, end)))));
            at = end;
        }
        if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw invalid(text);
        }
        long whole = nanos.setScale(0, RoundingMode.DOWN).longValue();
        return Duration.ofNanos(negative ? -whole : whole);
    }

    private static BigDecimal number(String text, String digits) {
        try {
            return new BigDecimal(digits);
        } catch (NumberFormatException _) {
            throw invalid(text);
        }
    }

    private static long nanosOf(String text, String unit) {
        return switch (unit) {
            case "ns" -> 1;
            case "us", "µs", "μs" -> 1_000;
            case "ms" -> 1_000_000;
            case "s" -> 1_000_000_000;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default ->
                throw new IllegalArgumentException("time: unknown unit \"" + unit + "\" in duration \"" + text + "\"");
        };
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException("time: invalid duration \"" + text + "\"");
    }
}
