package jdocker.image;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ThreadLocalRandom;
import jdocker.image.RegistryException.Kind;

/** Counts attempts and waits between them: as long as the registry says, else longer each time, with some chance in it. */
final class Retry {
    private static final Duration FIRST = Duration.ofMillis(250);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final int attempts;
    private int made;

    Retry(int attempts) {
        this.attempts = Math.max(1, attempts);
    }

    /** Something has come through: what failed before does not count any more. */
    void progress() {
        made = 0;
    }

    /**
     * Waits after a failure.
     *
     * @param wanted a Retry-After header
     * @throws RegistryException the failure, when it was the last attempt, or the registry wants too long a wait
     */
    void after(Optional<String> wanted, RegistryException failure) {
        made++;
        Optional<Duration> asked = wanted.flatMap(Retry::parse);
        if (asked.filter(wait -> wait.compareTo(RegistryConnection.LONGEST_WAIT) > 0)
                .isPresent()) {
            throw new RegistryException(
                    Kind.UNAVAILABLE,
                    failure.getMessage() + ": it asks to try again in "
                            + asked.get().toSeconds() + " seconds",
                    failure);
        }
        if (made >= attempts) {
            throw made == 1
                    ? failure
                    : new RegistryException(failure.kind(), failure.getMessage() + " (" + made + " attempts)", failure);
        }
        sleep(asked.orElseGet(this::backOff));
    }

    private Duration backOff() {
        long most = Math.min(LONGEST.toMillis(), FIRST.toMillis() << Math.min(made - 1, 10));
        return Duration.ofMillis(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new CancellationException("cancelled while waiting to try again");
        }
    }

    /** Seconds, or a moment as HTTP writes it. */
    private static Optional<Duration> parse(String header) {
        String text = header.strip();
        if (text.matches("[0-9]{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        }
        try {
            Instant moment = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration wait = Duration.between(Instant.now(), moment);
            return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }
}
