package jdocker.network;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Text to address without a look-up of names, and back in the shortest form. */
public final class Addresses {
    private Addresses() {}

    /**
     * Reads an IPv4 or IPv6 address.
     *
     * @throws IllegalArgumentException if the text is neither; a name is never looked up
     */
    public static InetAddress parse(String text) {
        boolean plain = !text.isEmpty() && text.chars().allMatch(Addresses::mayStand);
        if (plain && (text.indexOf(':') >= 0 || isDotted(text))) {
            try {
                return InetAddress.ofLiteral(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("not an IP address: " + text, e);
            }
        }
        throw new IllegalArgumentException("not an IP address: " + text);
    }

    /** As the kernel and Docker write it: {@code 10.0.0.1}, {@code fd00::1}. */
    public static String text(InetAddress address) {
        return address instanceof Inet6Address ? shortest(address.getAddress()) : address.getHostAddress();
    }

    static InetAddress of(byte[] raw) {
        try {
            // An IPv4 address mapped into IPv6 would come back as IPv4: nobody here means one.
            return InetAddress.getByAddress(raw);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + raw.length, e);
        }
    }

    static boolean isV6(InetAddress address) {
        return address instanceof Inet6Address;
    }

    static boolean isV4(InetAddress address) {
        return address instanceof Inet4Address;
    }

    private static boolean mayStand(int c) {
        return c == '.' || c == ':' || Character.digit(c, 16) >= 0 && c < 128;
    }

    /** {@code InetAddress} reads "10.1" too, and "0x7f000001"; Docker does not. */
    private static boolean isDotted(String text) {
        return text.matches("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
    }

    /** RFC 5952: the longest run of zero groups, of two at least, becomes {@code ::}. */
    private static String shortest(byte[] raw) {
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (raw[2 * i] & 0xff) << 8 | raw[2 * i + 1] & 0xff;
        }
        int best = -1;
        int length = 1;
        for (int start = 0; start < 8; start++) {
            int end = start;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - start > length) {
                best = start;
                length = end - start;
            }
        }
        var text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == best) {
                text.append("::");
                i += length - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
