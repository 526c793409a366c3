package jdocker.network;

import java.net.InetAddress;

/** An address of an interface with the length of its subnet's prefix: {@code 172.17.0.2/16}. */
public record InterfaceAddress(InetAddress address, int prefix) {
    public InterfaceAddress {
        if (prefix < 0 || prefix > (Addresses.isV6(address) ? 128 : 32)) {
            throw new IllegalArgumentException("no prefix of " + prefix + " bits in " + Addresses.text(address));
        }
    }

    /**
     * Reads {@code 172.17.0.2/16} or {@code fd00::2/64}.
     *
     * @throws IllegalArgumentException if the text is not an address and a prefix
     */
    public static InterfaceAddress parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("0|[1-9][0-9]{0,2}")) {
            throw new IllegalArgumentException("not an address with a prefix such as 10.0.0.1/24: " + text);
        }
        return new InterfaceAddress(
                Addresses.parse(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    public boolean isV6() {
        return Addresses.isV6(address);
    }

    /** The subnet it lies in. */
    public Subnet subnet() {
        return Subnet.of(address, prefix);
    }

    @Override
    public String toString() {
        return Addresses.text(address) + "/" + prefix;
    }
}
