package jdocker.cgroups;

import java.util.Optional;
import jdocker.kernel.Errno;
import jdocker.kernel.SyscallException;
import org.jspecify.annotations.Nullable;

/** A cgroup that could not be made, limited, read or removed: what, with which values, why. */
public final class CgroupException extends RuntimeException {
    private final @Nullable Errno errno;

    public CgroupException(String message) {
        super(message);
        this.errno = null;
    }

    CgroupException(String message, CgroupException cause) {
        super(message, cause);
        this.errno = cause.errno;
    }

    CgroupException(String what, SyscallException cause) {
        super(what + ": " + cause.errno() + ", " + cause.errno().meaning(), cause);
        this.errno = cause.errno();
    }

    /** The kernel's answer, where it was asked. */
    public Optional<Errno> errno() {
        return Optional.ofNullable(errno);
    }

    boolean is(Errno other) {
        return errno == other;
    }
}
