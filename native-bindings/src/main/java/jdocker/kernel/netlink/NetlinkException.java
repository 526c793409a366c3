package jdocker.kernel.netlink;

import jdocker.kernel.Errno;

/**
 * A request that the kernel refused, with its own words where it had some:
 * {@code add address 10.0.0.1/24 to 4: EEXIST, file exists: Address already assigned}.
 */
public final class NetlinkException extends RuntimeException {
    private final Errno errno;

    NetlinkException(String request, Errno errno, String words) {
        super(request + ": " + errno + ", " + errno.meaning() + (words.isEmpty() ? "" : ": " + words));
        this.errno = errno;
    }

    public Errno errno() {
        return errno;
    }

    /** Whether the request failed with this error. */
    public boolean is(Errno other) {
        return errno == other;
    }
}
