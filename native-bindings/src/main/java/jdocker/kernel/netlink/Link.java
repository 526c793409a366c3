package jdocker.kernel.netlink;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * A network interface.
 *
 * @param kind {@code bridge}, {@code veth}; empty for a device
 * @param master the bridge whose port it is, or 0
 * @param parent the link it lies on or, of a veth, its peer; 0 none. In another namespace the number is that one's
 * @param up administratively
 * @param running up, and so is what it hangs on
 * @param mac {@code 02:42:ac:11:00:02}; empty where it has none
 * @param hairpin of a bridge's port
 * @param isolated of a bridge's port
 */
public record Link(
        int index,
        String name,
        String kind,
        int master,
        int parent,
        int mtu,
        boolean up,
        boolean running,
        String mac,
        int group,
        String alias,
        boolean hairpin,
        boolean isolated) {

    /** struct ifinfomsg and its attributes. */
    static Link read(ByteBuffer in) {
        int index = in.getInt(4);
        int flags = in.getInt(8);
        var attributes = new Attributes(in.position(16));
        Attributes info = attributes.nested(If.LINKINFO);
        Attributes port = info.text(If.INFO_SLAVE_KIND).orElse("").equals("bridge")
                ? info.nested(If.INFO_SLAVE_DATA)
                : new Attributes(ByteBuffer.allocate(0));
        return new Link(
                index,
                attributes.text(If.NAME).orElse(""),
                info.text(If.INFO_KIND).orElse(""),
                attributes.u32(If.MASTER).orElse(0),
                attributes.u32(If.LINK).orElse(0),
                attributes.u32(If.MTU).orElse(0),
                (flags & If.UP) != 0,
                (flags & If.RUNNING) != 0,
                attributes.bytes(If.ADDRESS).map(Link::mac).orElse(""),
                attributes.u32(If.GROUP).orElse(0),
                attributes.text(If.ALIAS).orElse(""),
                port.u8(If.BRPORT_MODE).orElse(0) != 0,
                port.u8(If.BRPORT_ISOLATED).orElse(0) != 0);
    }

    private static String mac(byte[] raw) {
        return HexFormat.ofDelimiter(":").formatHex(raw);
    }
}
