package jdocker.daemon.container;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import jdocker.daemon.error.EngineException.InvalidRequest;

/** Signals by name or number, as {@code kill} and {@code --stop-signal} take them. */
final class Signals {
    static final int KILL = 9;
    static final int TERM = 15;
    static final int CONT = 18;
    private static final int REALTIME_MIN = 34;
    private static final int REALTIME_MAX = 64;
    private static final List<String> NAMES = List.of(
            "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE",
            "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM",
            "PROF", "WINCH", "IO", "PWR", "SYS");

    private Signals() {}

    /**
     * @throws InvalidRequest when there is no such signal
     */
    static int parse(String text) {
        return find(text).orElseThrow(() -> new InvalidRequest("invalid signal: " + text));
    }

    private static Optional<Integer> find(String text) {
        if (!text.isEmpty() && text.length() <= 2 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            int number = Integer.parseInt(text);
            return number >= 1 && number <= REALTIME_MAX ? Optional.of(number) : Optional.empty();
        }
        String name = text.toUpperCase(Locale.ROOT);
        String bare = name.startsWith("SIG") ? name.substring(3) : name;
        int known = NAMES.indexOf(
                switch (bare) {
                    case "CLD" -> "CHLD";
                    case "POLL" -> "IO";
                    case "IOT" -> "ABRT";
                    default -> bare;
                });
        return known > 0 ? Optional.of(known) : realtime(bare);
    }

    private static Optional<Integer> realtime(String name) {
        if (!name.startsWith("RTM")) {
            return Optional.empty();
        }
        for (int n = 0; n <= REALTIME_MAX - REALTIME_MIN; n++) {
            if (name.equals(n == 0 ? "RTMIN" : "RTMIN+" + n)) {
                return Optional.of(REALTIME_MIN + n);
            }
            if (name.equals(n == 0 ? "RTMAX" : "RTMAX-" + n)) {
                return Optional.of(REALTIME_MAX - n);
            }
        }
        return Optional.empty();
    }
}
