package jdocker.kernel;

import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Signals of asm-generic/signal.h. Real-time ones have numbers only. */
public enum Signal {
    HUP(1),
    INT(2),
    QUIT(3),
    ILL(4),
    TRAP(5),
    ABRT(6),
    BUS(7),
    FPE(8),
    KILL(9),
    USR1(10),
    SEGV(11),
    USR2(12),
    PIPE(13),
    ALRM(14),
    TERM(15),
    STKFLT(16),
    CHLD(17),
    CONT(18),
    STOP(19),
    TSTP(20),
    TTIN(21),
    TTOU(22),
    URG(23),
    XCPU(24),
    XFSZ(25),
    VTALRM(26),
    PROF(27),
    WINCH(28),
    IO(29),
    PWR(30),
    SYS(31);

    /** As the C library numbers them: it keeps the kernel's 32 and 33 to itself. */
    public static final int RTMIN = 34;

    public static final int RTMAX = 64;

    private static final Pattern REAL_TIME = Pattern.compile("RTMIN(?:\\+([0-9]{1,2}))?|RTMAX(?:-([0-9]{1,2}))?");

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /**
     * The number that a user means by {@code TERM}, {@code sigterm}, {@code 15}, {@code RTMIN+3} or {@code RTMAX-1}; empty
     * for anything else. Zero is none.
     */
    public static OptionalInt parse(String text) {
        String name = text.toUpperCase(Locale.ROOT);
        if (!name.isEmpty() && name.length() <= 2 && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return inRange(Integer.parseInt(name));
        }
        name = name.startsWith("SIG") ? name.substring(3) : name;
        if (name.startsWith("RTM")) {
            return realTime(name);
        }
        return switch (name) {
            case "CLD" -> OptionalInt.of(CHLD.number);
            case "POLL" -> OptionalInt.of(IO.number);
            case "IOT" -> OptionalInt.of(ABRT.number);
            default -> named(name);
        };
    }

    private static OptionalInt named(String name) {
        for (Signal signal : values()) {
            if (signal.name().equals(name)) {
                return OptionalInt.of(signal.number);
            }
        }
        return OptionalInt.empty();
    }

    private static OptionalInt realTime(String name) {
        Matcher matcher = REAL_TIME.matcher(name);
        if (!matcher.matches()) {
            return OptionalInt.empty();
        }
        int number = name.startsWith("RTMIN") ? RTMIN + offset(matcher.group(1)) : RTMAX - offset(matcher.group(2));
        return number >= RTMIN ? inRange(number) : OptionalInt.empty();
    }

    private static int offset(@Nullable String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    private static OptionalInt inRange(int number) {
        return number >= 1 && number <= RTMAX ? OptionalInt.of(number) : OptionalInt.empty();
    }
}
