package jdocker.kernel.netlink;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A unicast route.
 *
 * @param destination with all bits behind the prefix zero
 * @param index of the interface; 0 in what is read for a route that has several
 * @param table 254 is the main one
 */
public record Route(InetAddress destination, int prefix, Optional<InetAddress> gateway, int index, int table) {
    /** The table that is asked last but one, and where all usual routes are. */
    public static final int MAIN = 254;

    private static final int DESTINATION = 1;
    private static final int INTERFACE = 4;
    private static final int GATEWAY = 5;
    private static final int TABLE = 15;
    private static final int PROTOCOL_BOOT = 3;
    private static final int SCOPE_LINK = 253;
    private static final int UNICAST = 1;

    /** To everywhere that no other route leads to. Without a gateway, everybody is on the link. */
    public static Route byDefault(InetAddress gateway, int index) {
        InetAddress any = Inet.any(Inet.family(gateway));
        return new Route(any, 0, gateway.equals(any) ? Optional.empty() : Optional.of(gateway), index, MAIN);
    }

    public boolean isDefault() {
        return prefix == 0;
    }

    /** struct rtmsg and its attributes; empty for what is not unicast. */
    static Optional<Route> read(ByteBuffer in) {
        int family = in.get(0);
        int prefix = in.get(1) & 0xff;
        int table = in.get(4) & 0xff;
        int type = in.get(7);
        if (type != UNICAST || (family != Inet.V4 && family != Inet.V6)) {
            return Optional.empty();
        }
        var attributes = new Attributes(in.position(12));
        return Optional.of(new Route(
                attributes.bytes(DESTINATION).map(Inet::of).orElseGet(() -> Inet.any(family)),
                prefix,
                attributes.bytes(GATEWAY).map(Inet::of),
                attributes.u32(INTERFACE).orElse(0),
                attributes.u32(TABLE).orElse(table)));
    }

    Message write(Message out) {
        boolean direct = gateway.isEmpty() && !Inet.isV6(destination);
        out.u8(Inet.family(destination)).u8(prefix).u8(0).u8(0);
        out.u8(table < 256 ? table : 0)
                .u8(PROTOCOL_BOOT)
                .u8(direct ? SCOPE_LINK : 0)
                .u8(UNICAST)
                .u32(0);
        out.attributeU32(TABLE, table);
        if (prefix > 0) {
            out.attribute(DESTINATION, destination.getAddress());
        }
        gateway.ifPresent(value -> out.attribute(GATEWAY, value.getAddress()));
        return index == 0 ? out : out.attributeU32(INTERFACE, index);
    }
}
