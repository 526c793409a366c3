package jdocker.daemon.event;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * All events in their order: the newest in memory, the rest in the database. A reader holds no more than its place, so
 * a slow one costs nothing and never slows whoever causes events; what it misses is only what the retention dropped.
 */
public final class EventLog {
    private static final int KEPT = 1024;
    private static final int PAGE = 512;

    private final EventHistory history;
    private final AtomicInteger readers = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition published = lock.newCondition();
    private final ArrayDeque<Event> newest = new ArrayDeque<>(KEPT);
    private long last;
    private boolean closed;

    /** @param last the sequence number of the newest event there is; 0 when there is none */
    public EventLog(EventHistory history, long last) {
        this.history = history;
        this.last = last;
    }

    /** Called by the state store, in order, once the events are committed. */
    public void publish(List<Event> events) {
        lock.lock();
        try {
            for (Event event : events) {
                if (newest.size() == KEPT) {
                    newest.removeFirst();
                }
                newest.addLast(event);
                last = event.sequence();
            }
            published.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The sequence number of the newest event; 0 when there is none. */
    public long last() {
        lock.lock();
        try {
            return last;
        } finally {
            lock.unlock();
        }
    }

    /** Readers that are open now. */
    public int readers() {
        return readers.get();
    }

    /** A reader of what happens from now on. */
    public Reader fromNow() {
        return new Reader(last());
    }

    /** A reader that begins with the first event at or after a time. */
    public Reader from(Instant time) {
        return new Reader(history.before(time));
    }

    /** Ends all readers: the daemon stops. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            published.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A place in the log. One thread at a time, except {@link #wake}. */
    public final class Reader implements AutoCloseable {
        private long place;
        private long lost;
        private boolean woken;

        private Reader(long place) {
            this.place = place;
            readers.incrementAndGet();
        }

        /**
         * The next events, oldest first, waiting for the first of them. Empty when the time is up, when {@link #wake}
         * was called, or when the log is closed.
         */
        public List<Event> next(Duration timeout) throws InterruptedException {
            lock.lock();
            try {
                long left = timeout.toNanos();
                while (place >= last && !closed && !woken && left > 0) {
                    left = published.awaitNanos(left);
                }
                if (place >= last || woken) {
                    return List.of();
                }
                if (!newest.isEmpty() && newest.peekFirst().sequence() <= place + 1) {
                    return advance(ahead());
                }
            } finally {
                lock.unlock();
            }
            return fromHistory();
        }

        private List<Event> ahead() {
            var events = new ArrayList<Event>();
            for (Event event : newest) {
                if (event.sequence() > place) {
                    events.add(event);
                }
            }
            return events;
        }

        private List<Event> fromHistory() {
            long oldest = history.oldest();
            if (oldest > place + 1) {
                lost += oldest - place - 1;
                place = oldest - 1;
            }
            return advance(history.after(place, PAGE));
        }

        private List<Event> advance(List<Event> events) {
            if (!events.isEmpty()) {
                place = events.getLast().sequence();
            }
            return events;
        }

        /** Whether there is nothing to wait for, as of now. */
        public boolean caughtUp() {
            return place >= last();
        }

        /** Whether there is no more to come: woken, or the log is closed. */
        public boolean ended() {
            lock.lock();
            try {
                return woken || closed;
            } finally {
                lock.unlock();
            }
        }

        /** How many events the retention dropped before this reader came to them, since the last call. */
        public long takeLost() {
            long count = lost;
            lost = 0;
            return count;
        }

        /** Any thread: ends the waiting, for good. */
        public void wake() {
            lock.lock();
            try {
                woken = true;
                published.signalAll();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            readers.decrementAndGet();
        }
    }
}
