package jdocker.kernel;

import java.util.Arrays;
import java.util.Optional;

/** {@code RLIMIT_*} from asm-generic/resource.h. */
public enum ResourceLimit {
    CPU,
    FSIZE,
    DATA,
    STACK,
    CORE,
    RSS,
    NPROC,
    NOFILE,
    MEMLOCK,
    AS,
    LOCKS,
    SIGPENDING,
    MSGQUEUE,
    NICE,
    RTPRIO,
    RTTIME;

    /** {@code RLIM_INFINITY}. */
    public static final long UNLIMITED = -1;

    /** The kernel's number: the constants stand in its order. */
    public int number() {
        return ordinal();
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
