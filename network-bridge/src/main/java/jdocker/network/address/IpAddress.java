package jdocker.network.address;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An IPv4 or IPv6 address as a number. IPv4 addresses are the low 32 bits; an IPv6 address that only maps an IPv4 one
 * is that IPv4 address.
 */
public record IpAddress(boolean v6, long high, long low) implements Comparable<IpAddress> {
    private static final Pattern V4 =
            Pattern.compile("(0|[1-9][0-9]{0,2})\\.(0|[1-9][0-9]{0,2})\\.(0|[1-9][0-9]{0,2})\\.(0|[1-9][0-9]{0,2})");
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");
    private static final int V4_BITS = 32;
    private static final int V6_BITS = 128;
    private static final int GROUPS = 8;

    /** Reads an address as RFC 4291 and Go write them; never asks a name server, takes no zone. */
    public static Optional<IpAddress> parse(String text) {
        try {
            if (V4.matcher(text).matches()) {
                long value = 0;
                for (String part : text.split("\\.")) {
                    int octet = Integer.parseInt(part);
                    if (octet > 255) {
                        return Optional.empty();
                    }
                    value = value << 8 | octet;
                }
                return Optional.of(new IpAddress(false, 0, value));
            }
            return V6.matcher(text).matches() ? Optional.of(of(Inet6Address.ofLiteral(text))) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    public static IpAddress of(InetAddress address) {
        return of(address.getAddress());
    }

    /** From 4 or 16 bytes in network order. */
    public static IpAddress of(byte[] bytes) {
        if (bytes.length == 4) {
            return new IpAddress(false, 0, number(bytes, 0, 4));
        }
        long high = number(bytes, 0, 8);
        long low = number(bytes, 8, 8);
        return high == 0 && low >>> V4_BITS == 0xffffL
                ? new IpAddress(false, 0, low & 0xffff_ffffL)
                : new IpAddress(true, high, low);
    }

    private static long number(byte[] bytes, int from, int count) {
        long value = 0;
        for (int i = from; i < from + count; i++) {
            value = value << 8 | bytes[i] & 0xff;
        }
        return value;
    }

    /** 32 or 128. */
    public int bits() {
        return v6 ? V6_BITS : V4_BITS;
    }

    /** In network order: 4 or 16. */
    public byte[] bytes() {
        byte[] bytes = new byte[v6 ? 16 : 4];
        for (int i = 0; i < bytes.length; i++) {
            int fromEnd = bytes.length - 1 - i;
            bytes[i] = (byte) (fromEnd < 8 ? low >>> 8 * fromEnd : high >>> 8 * (fromEnd - 8));
        }
        return bytes;
    }

    public InetAddress toInet() {
        try {
            return v6 ? Inet6Address.getByAddress(null, bytes(), -1) : Inet4Address.getByAddress(bytes());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // the length is right
        }
    }

    /** The address so many places further; a negative number goes back. Wraps within the family. */
    public IpAddress plus(long count) {
        if (!v6) {
            return new IpAddress(false, 0, low + count & 0xffff_ffffL);
        }
        long sum = low + count;
        long carry = count >= 0 && Long.compareUnsigned(sum, low) < 0
                ? 1
                : count < 0 && Long.compareUnsigned(sum, low) > 0 ? -1 : 0;
        return new IpAddress(true, high + carry, sum);
    }

    /** How far this is behind another of the same family; {@link Long#MAX_VALUE} when further than that. */
    long minus(IpAddress other) {
        long difference = low - other.low;
        long borrow = Long.compareUnsigned(low, other.low) < 0 ? 1 : 0;
        return high - other.high - borrow != 0 || difference < 0 ? Long.MAX_VALUE : difference;
    }

    /** With all bits behind the prefix cleared. */
    IpAddress masked(int prefix) {
        return combine(prefix, false);
    }

    /** With all bits behind the prefix set. */
    IpAddress filled(int prefix) {
        return combine(prefix, true);
    }

    private IpAddress combine(int prefix, boolean set) {
        if (!v6) {
            long host = V4_BITS - prefix == 0 ? 0 : (1L << V4_BITS - prefix) - 1;
            return new IpAddress(false, 0, set ? low | host : low & ~host);
        }
        long highHost = prefix >= 64 ? 0 : prefix == 0 ? -1 : -1L >>> prefix;
        long lowHost = prefix <= 64 ? -1 : prefix == V6_BITS ? 0 : -1L >>> prefix - 64;
        return set
                ? new IpAddress(true, high | highHost, low | lowHost)
                : new IpAddress(true, high & ~highHost, low & ~lowHost);
    }

    public boolean isUnspecified() {
        return high == 0 && low == 0;
    }

    /** IPv6 alone: fe80::/10 and ff00::/8, of which every link has its own. */
    public boolean isMulticastOrLinkLocal() {
        return v6 && (high >>> 56 == 0xff || high >>> 54 == 0x3fa);
    }

    public boolean isLoopback() {
        return v6 ? high == 0 && low == 1 : low >>> 24 == 127;
    }

    /** IPv4 before IPv6, then by number. */
    @Override
    public int compareTo(IpAddress other) {
        if (v6 != other.v6) {
            return v6 ? 1 : -1;
        }
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    /** As RFC 5952 wants it: small letters, the longest run of zeros left out. */
    @Override
    public String toString() {
        if (!v6) {
            return (low >>> 24) + "." + (low >>> 16 & 0xff) + "." + (low >>> 8 & 0xff) + "." + (low & 0xff);
        }
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = (int) ((i < 4 ? high >>> 48 - 16 * i : low >>> 48 - 16 * (i - 4)) & 0xffff);
        }
        int from = GROUPS;
        int length = 1; // a single zero is written out
        for (int i = 0; i < GROUPS; i++) {
            int end = i;
            while (end < GROUPS && groups[end] == 0) {
                end++;
            }
            if (end - i > length) {
                from = i;
                length = end - i;
            }
        }
        var text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == from) {
                text.append("::");
                i += length - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
