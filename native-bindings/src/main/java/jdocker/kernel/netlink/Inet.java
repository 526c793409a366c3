package jdocker.kernel.netlink;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Addresses as the kernel writes them. */
final class Inet {
    static final int V4 = 2;
    static final int V6 = 10;

    private Inet() {}

    static int family(InetAddress address) {
        return isV6(address) ? V6 : V4;
    }

    static boolean isV6(InetAddress address) {
        return address instanceof Inet6Address;
    }

    static InetAddress of(byte[] raw) {
        try {
            return InetAddress.getByAddress(raw);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address of " + raw.length + " bytes", e);
        }
    }

    /** All zero. */
    static InetAddress any(int family) {
        return of(new byte[family == V6 ? 16 : 4]);
    }
}
