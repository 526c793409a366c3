package jdocker.kernel.netlink;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/** An address of an interface and the length of its subnet's prefix. */
public record LinkAddress(int index, InetAddress address, int prefix) {
    static final int ADDRESS = 1;
    static final int LOCAL = 2;
    static final int BROADCAST = 4;
    static final int FLAGS = 8;
    static final int NO_DUPLICATE_DETECTION = 0x02;

    /** struct ifaddrmsg and its attributes. */
    static LinkAddress read(ByteBuffer in) {
        int prefix = in.get(1) & 0xff;
        int index = in.getInt(4);
        var attributes = new Attributes(in.position(8));
        // Of a point-to-point interface ADDRESS is the other end; IPv6 has only ADDRESS.
        byte[] raw = attributes
                .bytes(LOCAL)
                .or(() -> attributes.bytes(ADDRESS))
                .orElseThrow(() -> new IllegalArgumentException("an address without an address"));
        return new LinkAddress(index, Inet.of(raw), prefix);
    }

    Message write(Message out) {
        byte[] raw = address.getAddress();
        out.u8(Inet.family(address)).u8(prefix).u8(0).u8(0).u32(index);
        out.attribute(LOCAL, raw).attribute(ADDRESS, raw);
        if (Inet.isV6(address)) {
            // We know that nobody else has it; the detection would keep it from being used for a second.
            out.attributeU32(FLAGS, NO_DUPLICATE_DETECTION);
        } else if (prefix <= 30) {
            out.attribute(BROADCAST, broadcast(raw));
        }
        return out;
    }

    private byte[] broadcast(byte[] raw) {
        byte[] all = raw.clone();
        for (int bit = prefix; bit < 32; bit++) {
            all[bit / 8] |= (byte) (0x80 >> bit % 8);
        }
        return all;
    }
}
