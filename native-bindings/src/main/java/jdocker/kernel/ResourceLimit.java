package jdocker.kernel;

import java.util.Arrays;
import java.util.Optional;

/** {@code RLIMIT_*} from asm-generic/resource.h. */
public enum ResourceLimit {
    CPU(0),
    FSIZE(1),
    DATA(2),
    STACK(3),
    CORE(4),
    RSS(5),
    NPROC(6),
    NOFILE(7),
    MEMLOCK(8),
    AS(9),
    LOCKS(10),
    SIGPENDING(11),
    MSGQUEUE(12),
    NICE(13),
    RTPRIO(14),
    RTTIME(15);

    /** {@code RLIM_INFINITY}. */
    public static final long UNLIMITED = -1;

    private final int number;

    ResourceLimit(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** By the OCI name, {@code RLIMIT_NOFILE}. */
    public static Optional<ResourceLimit> named(String name) {
        return Arrays.stream(values())
                .filter(limit -> name.equals("RLIMIT_" + limit.name()))
                .findFirst();
    }

    /** A limit and how far the process may raise it; {@link #UNLIMITED} is -1. */
    public record Range(long soft, long hard) {}
}
