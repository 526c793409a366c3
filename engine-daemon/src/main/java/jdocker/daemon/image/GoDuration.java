package jdocker.daemon.image;

import java.time.Duration;
import java.util.Optional;

/** Durations as Go writes them: {@code 1h30m}, {@code 10.5s}. */
final class GoDuration {
    private GoDuration() {}

    static Optional<Duration> parse(String text) {
        double seconds = 0;
        int at = 0;
        while (at < text.length()) {
            int start = at;
            while (at < text.length() && (text.charAt(at) >= '0' && text.charAt(at) <= '9' || text.charAt(at) == '.')) {
                at++;
            }
            int unit = at;
            while (at < text.length() && text.charAt(at) >= 'a' && text.charAt(at) <= 'z') {
                at++;
            }
            Optional<Double> factor = factor(text.substring(unit, at));
            String number = text.substring(start, unit);
            boolean malformed =
                    number.isEmpty() || number.length() > 15 || number.indexOf('.') != number.lastIndexOf('.');
            if (factor.isEmpty() || malformed || number.equals(".")) {
                return Optional.empty();
            }
            seconds += Double.parseDouble(number) * factor.get();
        }
        return text.isEmpty() || seconds > 1e10
                ? Optional.empty()
                : Optional.of(Duration.ofMillis((long) (seconds * 1e3)));
    }

    private static Optional<Double> factor(String unit) {
        return switch (unit) {
            case "h" -> Optional.of(3600.0);
            case "m" -> Optional.of(60.0);
            case "s" -> Optional.of(1.0);
            case "ms" -> Optional.of(1e-3);
            case "us" -> Optional.of(1e-6);
            case "ns" -> Optional.of(1e-9);
            default -> Optional.empty();
        };
    }
}
