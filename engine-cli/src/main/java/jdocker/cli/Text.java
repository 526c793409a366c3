package jdocker.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Small forms that docker's output is made of. */
final class Text {
    private static final int SHORT_ID = 12;

    private Text() {}

    /** An ID's first twelve digits, without its algorithm. */
    static String shortId(String id) {
        String digits = id.substring(id.indexOf(':') + 1);
        return digits.length() > SHORT_ID ? digits.substring(0, SHORT_ID) : digits;
    }

    /** At most so many characters, the last one an ellipsis where something is left out. */
    static String ellipsis(String text, int length) {
        if (text.codePointCount(0, text.length()) <= length) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, length - 1)) + "…";
    }

    /** {@code a=b,c=d}, sorted by name. */
    static String pairs(JsonObject object) {
        StringBuilder out = new StringBuilder();
        Map<String, @Nullable Object> sorted = new TreeMap<>(object.fields());
        sorted.forEach((name, value) ->
                out.append(out.isEmpty() ? "" : ",").append(name).append('=').append(value));
        return out.toString();
    }

    /** {@code 2026-11-22 06:36:48 +0000 UTC}. */
    static String goTime(long epochSecond, ZoneId zone) {
        ZonedDateTime time = Instant.ofEpochSecond(epochSecond).atZone(zone);
        int offset = time.getOffset().getTotalSeconds() / 60;
        String sign = offset < 0 ? "-" : "+";
        String numbers = sign + two(Math.abs(offset) / 60) + two(Math.abs(offset) % 60);
        return date(time) + " " + clock(time) + " " + numbers + " " + zoneName(time, zone, numbers);
    }

    /** An RFC 3339 time as Go prints it with all its digits. */
    static String goInstant(String rfc3339) {
        try {
            Instant time = Instant.parse(rfc3339);
            ZonedDateTime utc = time.atZone(java.time.ZoneOffset.UTC);
            String nanos = utc.getNano() == 0 ? "" : "." + nine(utc.getNano()).replaceFirst("0+$", "");
            return date(utc) + " " + clock(utc) + nanos + " +0000 UTC";
        } catch (java.time.DateTimeException e) {
            return rfc3339;
        }
    }

    private static String nine(int number) {
        String digits = Integer.toString(number);
        return "0".repeat(9 - digits.length()) + digits;
    }

    private static String zoneName(ZonedDateTime time, ZoneId zone, String numbers) {
        if (zone.getId().equals("Z")
                || zone.getId().equals("UTC")
                || zone.getId().endsWith("/UTC")) {
            return "UTC";
        }
        boolean summer = zone.getRules().isDaylightSavings(time.toInstant());
        String name = TimeZone.getTimeZone(zone).getDisplayName(summer, TimeZone.SHORT, Locale.ENGLISH);
        return name.startsWith("GMT") && name.length() > 3 ? numbers : name;
    }

    /** {@code Fri May 30 12:07:14 2025}, as version prints times; what is no time comes back as it is. */
    static String ansiTime(String rfc3339) {
        try {
            ZonedDateTime time = ZonedDateTime.parse(rfc3339);
            String day = String.valueOf(time.getDayOfMonth());
            return time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH)
                    + " "
                    + time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH)
                    + (day.length() < 2 ? "  " : " ")
                    + day
                    + " "
                    + clock(time)
                    + " "
                    + time.getYear();
        } catch (java.time.DateTimeException _) {
            return rfc3339;
        }
    }

    /** Nine digits of fraction and the zone's offset: {@code 2026-11-22T06:37:53.123456789Z}. */
    static String rfc3339Nano(long epochNano, ZoneId zone) {
        ZonedDateTime time = Instant.ofEpochSecond(0, epochNano).atZone(zone);
        return date(time) + "T" + clock(time) + "." + String.format(Locale.ROOT, "%09d", time.getNano())
                + time.getOffset().getId();
    }

    /** {@code 2026-11-22T06:37:53Z}. */
    static String rfc3339(long epochSecond, ZoneId zone) {
        ZonedDateTime time = Instant.ofEpochSecond(epochSecond).atZone(zone);
        return date(time) + "T" + clock(time) + time.getOffset().getId();
    }

    private static String date(ZonedDateTime time) {
        String year = String.valueOf(time.getYear());
        return "0".repeat(Math.max(0, 4 - year.length())) + year + "-" + two(time.getMonthValue()) + "-"
                + two(time.getDayOfMonth());
    }

    private static String clock(ZonedDateTime time) {
        return two(time.getHour()) + ":" + two(time.getMinute()) + ":" + two(time.getSecond());
    }

    private static String two(int number) {
        return number < 10 ? "0" + number : String.valueOf(number);
    }
}
