package jdocker.network.dns;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import jdocker.network.dns.Wire.Ttl;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Rcode;

/**
 * Answers from outside, for as long as their servers said, and not longer than an hour; that a name does not exist for at
 * most five minutes, RFC 2308. For the event loop alone. Small: it saves repeated questions, it is no database.
 */
final class AnswerCache {
    private static final int MOST_ENTRIES = 4096;
    private static final int MOST_BYTES = 4 * 1024 * 1024;
    private static final int LONGEST_ANSWER = 8 * 1024;
    private static final long MOST_SECONDS = Duration.ofHours(1).toSeconds();
    private static final long MOST_NEGATIVE_SECONDS = Duration.ofMinutes(5).toSeconds();
    private static final long NANOS = Duration.ofSeconds(1).toNanos();

    private final LinkedHashMap<Place, Entry> entries = new LinkedHashMap<>(64, 0.75f, true);
    private int bytes;

    /** {@code scope}: which servers were asked, and from where. */
    record Place(Object scope, Query.Key key) {}

    private record Entry(byte[] wire, List<Ttl> times, long storedAt, long seconds) {}

    /** @param now of {@link System#nanoTime} */
    void put(Place place, byte[] response, long now) {
        put(place, response, now, MOST_SECONDS);
    }

    /** @param most seconds to keep it, whatever it says itself */
    void put(Place place, byte[] response, long now, long most) {
        if (response.length > LONGEST_ANSWER || Wire.isTruncated(response)) {
            return;
        }
        Optional<List<Ttl>> times = Wire.timesToLive(response);
        long seconds =
                Math.min(most, times.map(list -> lifetime(response, list)).orElse(0L));
        if (seconds <= 0) {
            return;
        }
        forget(entries.remove(place));
        entries.put(place, new Entry(response, times.orElseThrow(), now, seconds));
        bytes += response.length;
        while (entries.size() > MOST_ENTRIES || bytes > MOST_BYTES) {
            forget(entries.pollFirstEntry().getValue());
        }
    }

    /** The answer with what is left of its times to live; the id and the question are those of whoever asked first. */
    Optional<byte[]> get(Place place, long now) {
        Entry entry = entries.get(place);
        if (entry == null) {
            return Optional.empty();
        }
        long age = (now - entry.storedAt()) / NANOS;
        if (age >= entry.seconds()) {
            forget(entries.remove(place));
            return Optional.empty();
        }
        byte[] copy = entry.wire().clone();
        for (Ttl ttl : entry.times()) {
            Wire.putNumber32(copy, ttl.offset(), Math.max(0, ttl.seconds() - age));
        }
        return Optional.of(copy);
    }

    void clear() {
        entries.clear();
        bytes = 0;
    }

    int size() {
        return entries.size();
    }

    private void forget(@Nullable Entry entry) {
        bytes -= entry == null ? 0 : entry.wire().length;
    }

    private static long lifetime(byte[] response, List<Ttl> times) {
        int rcode = Wire.rcode(response);
        if (rcode == Rcode.NOERROR && Wire.count(response, 1) > 0) {
            return Math.min(MOST_SECONDS, shortest(times));
        }
        if (rcode != Rcode.NOERROR && rcode != Rcode.NXDOMAIN) {
            return 0;
        }
        // Absence lasts as long as the zone says; a server that does not say how long is asked again.
        return times.stream()
                .filter(Ttl::negative)
                .mapToLong(ttl -> Math.min(ttl.seconds(), ttl.minimum()))
                .min()
                .stream()
                .map(seconds -> Math.min(seconds, MOST_NEGATIVE_SECONDS))
                .findFirst()
                .orElse(0);
    }

    private static long shortest(List<Ttl> times) {
        return times.stream().mapToLong(Ttl::seconds).min().orElse(0);
    }
}
