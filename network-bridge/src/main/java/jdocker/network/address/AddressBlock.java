package jdocker.network.address;

import java.util.Optional;
import jdocker.network.Subnet;

/** A block of addresses that can be reckoned with, such as 172.18.0.0/22. */
public record AddressBlock(IpAddress base, int prefix) implements Comparable<AddressBlock> {

    /** @throws IllegalArgumentException for a prefix that the family does not have */
    public AddressBlock {
        if (prefix < 0 || prefix > base.bits()) {
            throw new IllegalArgumentException("no prefix of " + base + ": " + prefix);
        }
        base = base.masked(prefix);
    }

    /** Reads {@code address/prefix}; bits behind the prefix are cleared. Empty when it is none. */
    public static Optional<AddressBlock> parse(String text) {
        return HostAddress.parse(text).map(HostAddress::subnet);
    }

    /** @throws IllegalArgumentException when it is none: for constants */
    public static AddressBlock of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException(text));
    }

    public Subnet toSubnet() {
        return new Subnet(base.toInet(), prefix);
    }

    public boolean v6() {
        return base.v6();
    }

    public IpAddress last() {
        return base.filled(prefix);
    }

    public boolean contains(IpAddress address) {
        return address.v6() == v6() && address.masked(prefix).equals(base);
    }

    public boolean contains(AddressBlock other) {
        return other.prefix >= prefix && contains(other.base);
    }

    public boolean overlaps(AddressBlock other) {
        return contains(other.base) || other.contains(base);
    }

    /** The first address that a machine may have. */
    public IpAddress firstHost() {
        return hasEdges() ? base.plus(1) : base;
    }

    /** The last address that a machine may have: for IPv4 the one before the broadcast address. */
    public IpAddress lastHost() {
        return hasEdges() && !v6() ? last().plus(-1) : last();
    }

    // RFC 3021 and RFC 6164: two addresses are a line between two machines, and both are theirs.
    private boolean hasEdges() {
        return prefix < base.bits() - 1;
    }

    @Override
    public int compareTo(AddressBlock other) {
        int byBase = base.compareTo(other.base);
        return byBase != 0 ? byBase : Integer.compare(prefix, other.prefix);
    }

    @Override
    public String toString() {
        return base + "/" + prefix;
    }
}
