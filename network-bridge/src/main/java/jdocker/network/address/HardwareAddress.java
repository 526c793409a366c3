package jdocker.network.address;

import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** An Ethernet address, as Linux writes it: 02:42:ac:11:00:02. */
public record HardwareAddress(String text) {
    private static final Pattern FORM = Pattern.compile("[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}");
    private static final int MULTICAST = 1;

    /** Reads one with colons or dashes; empty when it is none that an interface may have. */
    public static Optional<HardwareAddress> parse(String text) {
        if (!FORM.matcher(text).matches()) {
            return Optional.empty();
        }
        String plain = text.toLowerCase(Locale.ROOT).replace('-', ':');
        boolean group = (Integer.parseInt(plain.substring(0, 2), 16) & MULTICAST) != 0;
        return group || plain.equals("00:00:00:00:00:00") ? Optional.empty() : Optional.of(new HardwareAddress(plain));
    }

    /**
     * The one that goes with an address, by Docker's rule for IPv4. Because it follows from the address, what neighbours
     * remember of it stays right when another container gets the address.
     */
    public static HardwareAddress of(IpAddress address) {
        byte[] bytes = address.bytes();
        byte[] mac = {0x02, 0x42, 0, 0, 0, 0};
        if (address.v6()) {
            mac[1] = 0x43; // never equal to that of an IPv4 address
        }
        for (int i = 0; i < bytes.length; i++) {
            // All 16 bytes count for IPv6; IPv4 has exactly the four.
            mac[2 + i % 4] ^= (byte) (bytes[i] * (i < 4 ? 1 : 31));
        }
        return new HardwareAddress(HexFormat.ofDelimiter(":").formatHex(mac));
    }

    /** Six, in network order. */
    public byte[] bytes() {
        return HexFormat.ofDelimiter(":").parseHex(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
