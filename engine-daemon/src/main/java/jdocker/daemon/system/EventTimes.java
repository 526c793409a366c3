package jdocker.daemon.system;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import jdocker.api.WireTime;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.http.Query;

/** From when to when. */
record EventTimes(Optional<Instant> since, Optional<Instant> until) {

    static EventTimes of(Query query) {
        Optional<Instant> since = time(query.text("since"));
        Optional<Instant> until = time(query.text("until"));
        if (since.isPresent() && until.isPresent() && since.get().isAfter(until.get())) {
            throw new InvalidRequest("`since` time (" + query.text("since") + ") cannot be after `until` time ("
                    + query.text("until") + ")");
        }
        return new EventTimes(since, until);
    }

    /** Unix seconds with a fraction, or RFC 3339; {@code 0} and nothing are no time. */
    private static Optional<Instant> time(String text) {
        if (text.isEmpty() || text.equals("0")) {
            return Optional.empty();
        }
        try {
            if (text.indexOf('T') > 0) {
                return Optional.of(WireTime.parse(text));
            }
            if (text.length() <= 32 && text.chars().allMatch(c -> c == '.' || c == '-' || (c >= '0' && c <= '9'))) {
                BigDecimal seconds = new BigDecimal(text);
                return Optional.of(Instant.ofEpochSecond(
                        seconds.longValue(),
                        seconds.remainder(BigDecimal.ONE).movePointRight(9).longValue()));
            }
        } catch (DateTimeException | NumberFormatException e) {
            // said below
        }
        throw new InvalidRequest("invalid time '" + text + "': neither unix seconds nor RFC 3339");
    }
}
