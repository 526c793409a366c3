package jdocker.kernel.netlink;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import jdocker.kernel.Errno;
import jdocker.kernel.Kernel;

/**
 * What the namespace's connection tracking remembers (ctnetlink, linux/netfilter/nfnetlink_conntrack.h), and the counter
 * of its nftables. Of the namespace in which the calling thread was when it opened this.
 */
public final class Connections implements AutoCloseable {
    private static final int NETLINK_NETFILTER = 12;
    private static final int CONNTRACK_GET = 1 << 8 | 1;
    private static final int CONNTRACK_DELETE = 1 << 8 | 2;
    private static final int NFTABLES_GET_GENERATION = 10 << 8 | 16;

    private static final int ORIGINAL = 1;
    private static final int REPLY = 2;
    private static final int ID = 12;
    private static final int TUPLE_IP = 1;
    private static final int TUPLE_PROTO = 2;
    private static final int IP_V4_SOURCE = 1;
    private static final int IP_V4_DESTINATION = 2;
    private static final int IP_V6_SOURCE = 3;
    private static final int IP_V6_DESTINATION = 4;
    private static final int PROTO_NUMBER = 1;
    private static final int PROTO_SOURCE = 2;
    private static final int PROTO_DESTINATION = 3;
    private static final int GENERATION = 1;

    private final Connection connection;

    public Connections(Kernel kernel) {
        connection = new Connection(kernel.netlink(NETLINK_NETFILTER));
    }

    /** One direction of a flow. */
    public record Tuple(
            int protocol, InetAddress source, int sourcePort, InetAddress destination, int destinationPort) {}

    /** A flow as it came, and the answer that is waited for: the other way round, before address translation. */
    public record Flow(Tuple original, Tuple reply, byte[] originalRaw, byte[] id) {}

    /** The flows of a family, which may be hundreds of thousands: only those that the predicate wants are kept. */
    public List<Flow> flows(boolean v6, Predicate<Flow> wanted) {
        int family = v6 ? Inet.V6 : Inet.V4;
        return connection
                .dump(
                        () -> header(new Message("list flows", CONNTRACK_GET, Message.DUMP), family),
                        payload -> flow(payload).filter(wanted))
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /** Forgets a flow; false when it was forgotten already. */
    public boolean forget(Flow flow) {
        int family = Inet.family(flow.original().source());
        Message request = header(new Message("forget a flow", CONNTRACK_DELETE, Message.ACK), family)
                .nested(ORIGINAL, flow.originalRaw())
                .attribute(ID, flow.id());
        try {
            connection.execute(request);
            return true;
        } catch (NetlinkException e) {
            if (e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }

    /** Grows with every change of the nftables rules, whoever makes it; empty where the kernel has no nftables. */
    public Optional<Integer> rulesGeneration() {
        try {
            return connection.get(
                    header(new Message("get generation", NFTABLES_GET_GENERATION, Message.ACK), 0), payload -> {
                        byte[] raw = new Attributes(payload.position(4))
                                .bytes(GENERATION)
                                .orElseThrow();
                        return Optional.of(ByteBuffer.wrap(raw).getInt());
                    });
        } catch (NetlinkException e) {
            return Optional.empty();
        }
    }

    /** struct nfgenmsg. */
    private static Message header(Message out, int family) {
        return out.u8(family).u8(0).u16(0);
    }

    private static Optional<Flow> flow(ByteBuffer payload) {
        var attributes = new Attributes(payload.position(4));
        Optional<byte[]> raw = attributes.bytes(ORIGINAL);
        Optional<Tuple> original = tuple(attributes.nested(ORIGINAL));
        Optional<Tuple> reply = tuple(attributes.nested(REPLY));
        Optional<byte[]> id = attributes.bytes(ID);
        return raw.isPresent() && original.isPresent() && reply.isPresent() && id.isPresent()
                ? Optional.of(new Flow(original.get(), reply.get(), raw.get(), id.get()))
                : Optional.empty();
    }

    private static Optional<Tuple> tuple(Attributes tuple) {
        Attributes ip = tuple.nested(TUPLE_IP);
        Attributes proto = tuple.nested(TUPLE_PROTO);
        Optional<byte[]> source = ip.bytes(IP_V4_SOURCE).or(() -> ip.bytes(IP_V6_SOURCE));
        Optional<byte[]> destination = ip.bytes(IP_V4_DESTINATION).or(() -> ip.bytes(IP_V6_DESTINATION));
        return source.flatMap(from -> destination.map(to -> new Tuple(
                proto.u8(PROTO_NUMBER).orElse(0),
                Inet.of(from),
                proto.port(PROTO_SOURCE).orElse(0),
                Inet.of(to),
                proto.port(PROTO_DESTINATION).orElse(0))));
    }

    @Override
    public void close() {
        connection.close();
    }
}
