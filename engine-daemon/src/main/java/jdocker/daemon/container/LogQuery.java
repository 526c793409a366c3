package jdocker.daemon.container;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import jdocker.api.WireTime;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.http.Query;

/**
 * Which part of a log is wanted, and how.
 *
 * @param tail how many records from the end; negative for all
 * @param since records of this time or later; {@link Instant#MIN} for all
 * @param until records up to this time; {@link Instant#MAX} for all
 */
record LogQuery(
        boolean stdout,
        boolean stderr,
        long tail,
        Instant since,
        Instant until,
        boolean timestamps,
        boolean details,
        boolean follow) {

    /** All there is, as it was written. */
    static LogQuery all(boolean stdout, boolean stderr) {
        return new LogQuery(stdout, stderr, -1, Instant.MIN, Instant.MAX, false, false, false);
    }

    /**
     * @throws InvalidRequest when no stream is chosen or a value makes no sense
     */
    static LogQuery of(Query query) {
        boolean stdout = query.flag("stdout");
        boolean stderr = query.flag("stderr");
        if (!stdout && !stderr) {
            throw new InvalidRequest("Bad parameters: you must choose at least one stream");
        }
        return new LogQuery(
                stdout,
                stderr,
                tail(query.text("tail")),
                time("since", query.text("since")).orElse(Instant.MIN),
                time("until", query.text("until")).orElse(Instant.MAX),
                query.flag("timestamps"),
                query.flag("details"),
                query.flag("follow"));
    }

    // Docker takes what is no number for "all", and so do its clients' users.
    private static long tail(String text) {
        if (text.isEmpty() || text.length() > 18 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        return Long.parseLong(text);
    }

    /** Unix seconds with an optional fraction, or RFC 3339; 0 and empty text are none. */
    static Optional<Instant> time(String name, String text) {
        if (text.isEmpty() || text.equals("0")) {
            return Optional.empty();
        }
        try {
            return Optional.of(text.indexOf('T') > 0 ? WireTime.parse(text) : unix(text));
        } catch (NumberFormatException | DateTimeException e) {
            throw new InvalidRequest("invalid value for \"" + name + "\": " + text);
        }
    }

    private static Instant unix(String text) {
        int dot = text.indexOf('.');
        long seconds = Long.parseLong(dot < 0 ? text : text.substring(0, dot));
        String fraction = dot < 0 ? "" : text.substring(dot + 1);
        if (fraction.length() > 9) {
            fraction = fraction.substring(0, 9);
        }
        long nanos = fraction.isEmpty() ? 0 : Long.parseLong(fraction + "0".repeat(9 - fraction.length()));
        return Instant.ofEpochSecond(seconds, text.startsWith("-") ? -nanos : nanos);
    }

    boolean wants(LogRecord record) {
        return (record.isStderr() ? stderr : stdout) && !record.time().isBefore(since);
    }
}
