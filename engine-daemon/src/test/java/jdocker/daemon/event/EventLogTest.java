package jdocker.daemon.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventLogTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    /** A database in a list. */
    private static final class Kept implements EventHistory {
        private final List<Event> events = new ArrayList<>();

        @Override
        public synchronized List<Event> after(long after, int limit) {
            return events.stream()
                    .filter(e -> e.sequence() > after)
                    .limit(limit)
                    .toList();
        }

        @Override
        public synchronized long oldest() {
            return events.isEmpty() ? 1 : events.getFirst().sequence();
        }

        @Override
        public synchronized long before(Instant time) {
            return events.stream()
                    .filter(e -> !e.time().isBefore(time))
                    .findFirst()
                    .map(e -> e.sequence() - 1)
                    .orElse(events.isEmpty() ? 0 : events.getLast().sequence());
        }

        synchronized void add(Event event) {
            events.add(event);
        }

        synchronized void drop(int count) {
            events.subList(0, count).clear();
        }
    }

    private final Kept kept = new Kept();
    private final EventLog log = new EventLog(kept, 0);

    private void happen(int from, int to) {
        for (int i = from; i <= to; i++) {
            Event event = new Event("t", "a" + i, "id", Map.of(), Instant.ofEpochSecond(i), i);
            kept.add(event);
            log.publish(List.of(event));
        }
    }

    private static List<Long> sequences(EventLog.Reader reader, int count) throws InterruptedException {
        var all = new ArrayList<Long>();
        while (all.size() < count) {
            List<Event> events = reader.next(SOON);
            assertThat(events).isNotEmpty();
            events.forEach(event -> all.add(event.sequence()));
        }
        return all;
    }

    private static List<Long> range(long from, long to) {
        return java.util.stream.LongStream.rangeClosed(from, to).boxed().toList();
    }

    @Test
    void aReaderFromNowSeesOnlyWhatComes() throws InterruptedException {
        happen(1, 5);
        try (EventLog.Reader reader = log.fromNow()) {
            assertThat(reader.caughtUp()).isTrue();
            happen(6, 8);
            assertThat(sequences(reader, 3)).isEqualTo(range(6, 8));
        }
    }

    @Test
    void aReaderFromThePastGoesOnIntoThePresentWithoutGapOrDouble() throws InterruptedException {
        happen(1, 3000); // more than memory holds
        try (EventLog.Reader reader = log.from(Instant.ofEpochSecond(100))) {
            Thread producer = Thread.ofPlatform().start(() -> happen(3001, 9000));
            assertThat(sequences(reader, 8901)).isEqualTo(range(100, 9000));
            producer.join();
        }
    }

    @Test
    void aReaderThatFallsBehindLosesNothing() throws InterruptedException {
        try (EventLog.Reader slow = log.fromNow()) {
            happen(1, 5000);
            assertThat(sequences(slow, 5000)).isEqualTo(range(1, 5000));
            assertThat(slow.takeLost()).isZero();
        }
    }

    @Test
    void whatTheRetentionDroppedIsReported() throws InterruptedException {
        try (EventLog.Reader slow = log.fromNow()) {
            happen(1, 3000);
            kept.drop(1000);
            assertThat(sequences(slow, 2000)).isEqualTo(range(1001, 3000));
            assertThat(slow.takeLost()).isEqualTo(1000);
            assertThat(slow.takeLost()).isZero();
        }
    }

    @Test
    void waitingEndsWithTheTimeByWakingAndByClosing() throws InterruptedException {
        try (EventLog.Reader reader = log.fromNow()) {
            assertThat(reader.next(Duration.ofMillis(20))).isEmpty();
            assertThat(reader.ended()).isFalse();
            Thread.ofVirtual().start(reader::wake);
            assertThat(reader.next(SOON)).isEmpty();
            assertThat(reader.ended()).isTrue();
        }
        try (EventLog.Reader reader = log.fromNow()) {
            log.close();
            assertThat(reader.next(SOON)).isEmpty();
            assertThat(reader.ended()).isTrue();
        }
    }

    @Test
    void readersAreCounted() {
        try (EventLog.Reader one = log.fromNow();
                EventLog.Reader two = log.fromNow()) {
            assertThat(log.readers()).isEqualTo(2);
            assertThat(one).isNotSameAs(two);
        }
        assertThat(log.readers()).isZero();
    }
}
