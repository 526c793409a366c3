package jdocker.kernel;

import java.time.Instant;

/** Seconds since 1970 (before: negative) and nanoseconds, or one of utimensat's two special values. */
public record Timestamp(long seconds, int nanoseconds) {
    /** Leaves the time as it is. */
    public static final Timestamp OMIT = new Timestamp(0, 0x3ffffffe);

    /** The kernel's current time. */
    public static final Timestamp NOW = new Timestamp(0, 0x3fffffff);

    public static Timestamp of(Instant instant) {
        return new Timestamp(instant.getEpochSecond(), instant.getNano());
    }

    public Instant instant() {
        return Instant.ofEpochSecond(seconds, nanoseconds);
    }
}
