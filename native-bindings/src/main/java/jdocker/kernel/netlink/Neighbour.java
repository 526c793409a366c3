package jdocker.kernel.netlink;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;

/** Which link-layer address belongs to an address; {@code mac} is empty while nobody knows. */
public record Neighbour(int index, InetAddress address, Optional<String> mac) {
    private static final int DESTINATION = 1;
    private static final int LINK_ADDRESS = 2;
    private static final int PERMANENT = 0x80;

    /** struct ndmsg and its attributes; empty for what is no IP neighbour. */
    static Optional<Neighbour> read(ByteBuffer in) {
        int family = in.get(0);
        int index = in.getInt(4);
        if (family != Inet.V4 && family != Inet.V6) {
            return Optional.empty();
        }
        var attributes = new Attributes(in.position(12));
        return attributes
                .bytes(DESTINATION)
                .map(raw -> new Neighbour(
                        index,
                        Inet.of(raw),
                        attributes
                                .bytes(LINK_ADDRESS)
                                .map(mac -> HexFormat.ofDelimiter(":").formatHex(mac))));
    }

    Message write(Message out) {
        out.u8(Inet.family(address))
                .u8(0)
                .u16(0)
                .u32(index)
                .u16(PERMANENT)
                .u8(0)
                .u8(0);
        out.attribute(DESTINATION, address.getAddress());
        mac.ifPresent(
                value -> out.attribute(LINK_ADDRESS, HexFormat.ofDelimiter(":").parseHex(value)));
        return out;
    }
}
