package jdocker.network;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/** A link-layer address of one interface: 48 bits, neither broadcast nor multicast. */
public record MacAddress(String text) {
    private static final HexFormat COLONS = HexFormat.ofDelimiter(":");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int LENGTH = 6;

    /** Checks and normalises: lower case, colons. */
    public MacAddress {
        if (!text.matches("(?i)[0-9a-f]{2}([:-])[0-9a-f]{2}(\\1[0-9a-f]{2}){4}")) {
            throw new IllegalArgumentException("not a MAC address such as 02:42:ac:11:00:02: " + text);
        }
        byte[] raw = COLONS.parseHex(text.replace('-', ':'));
        if ((raw[0] & 1) != 0 || Arrays.equals(raw, new byte[LENGTH])) {
            throw new IllegalArgumentException("not the MAC address of one interface: " + text);
        }
        text = COLONS.formatHex(raw);
    }

    /**
     * The address that belongs to an IP address: 02:42 and its last four bytes. Whoever gets an IP address again has its
     * MAC address again, so that what the neighbours remember stays true.
     */
    public static MacAddress of(InetAddress address) {
        byte[] raw = address.getAddress();
        byte[] mac = {0x02, 0x42, 0, 0, 0, 0};
        System.arraycopy(raw, raw.length - 4, mac, 2, 4);
        return new MacAddress(COLONS.formatHex(mac));
    }

    /** A locally administered one that nobody else has, as far as chance goes. */
    public static MacAddress random() {
        byte[] mac = new byte[LENGTH];
        RANDOM.nextBytes(mac);
        mac[0] = (byte) (mac[0] & 0xfc | 0x02);
        return new MacAddress(COLONS.formatHex(mac));
    }

    /** Its six bytes. */
    public byte[] bytes() {
        return COLONS.parseHex(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
