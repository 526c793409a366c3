package jdocker.network;

import java.net.InetAddress;

/** A range of addresses with a common prefix; the bits behind the prefix are zero. */
public record Subnet(InetAddress base, int prefix) {
    public Subnet {
        byte[] raw = base.getAddress();
        if (prefix < 0 || prefix > raw.length * 8) {
            throw new IllegalArgumentException("no prefix of " + prefix + " bits in " + Addresses.text(base));
        }
        if (!base.equals(masked(raw, prefix))) {
            throw new IllegalArgumentException(Addresses.text(base) + "/" + prefix + " has bits set behind its prefix");
        }
    }

    /**
     * Reads {@code 10.1.0.0/16}.
     *
     * @throws IllegalArgumentException if the text is not an address and a prefix, or has bits set behind the prefix
     */
    public static Subnet parse(String text) {
        InterfaceAddress address = InterfaceAddress.parse(text);
        return new Subnet(address.address(), address.prefix());
    }

    /** The subnet that an address with a prefix lies in. */
    public static Subnet of(InetAddress address, int prefix) {
        return new Subnet(masked(address.getAddress(), prefix), prefix);
    }

    public boolean isV6() {
        return Addresses.isV6(base);
    }

    public boolean contains(InetAddress address) {
        byte[] raw = address.getAddress();
        return raw.length * 8 == bits() && masked(raw, prefix).equals(base);
    }

    public boolean overlaps(Subnet other) {
        return prefix <= other.prefix ? contains(other.base) : other.contains(base);
    }

    private int bits() {
        return isV6() ? 128 : 32;
    }

    private static InetAddress masked(byte[] raw, int prefix) {
        byte[] masked = raw.clone();
        for (int bit = Math.max(0, prefix); bit < raw.length * 8; bit++) {
            masked[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        return Addresses.of(masked);
    }

    @Override
    public String toString() {
        return Addresses.text(base) + "/" + prefix;
    }
}
