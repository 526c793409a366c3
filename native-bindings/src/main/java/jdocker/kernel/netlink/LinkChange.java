package jdocker.kernel.netlink;

import java.util.Optional;
import java.util.OptionalInt;
import jdocker.kernel.Fd;

/** What a link shall have; what is not set stays as it is, or as the kernel makes it. */
public final class LinkChange {
    private Optional<String> name = Optional.empty();
    private Optional<String> alias = Optional.empty();
    private Optional<byte[]> address = Optional.empty();
    private OptionalInt mtu = OptionalInt.empty();
    private OptionalInt master = OptionalInt.empty();
    private OptionalInt group = OptionalInt.empty();
    private OptionalInt parent = OptionalInt.empty();
    private Optional<Fd> namespace = Optional.empty();
    private Optional<Boolean> up = Optional.empty();
    private Optional<BridgePort> port = Optional.empty();

    public LinkChange name(String value) {
        name = Optional.of(value);
        return this;
    }

    /** A number that several links may share; 0 is everybody's. */
    public LinkChange group(int number) {
        group = OptionalInt.of(number);
        return this;
    }

    /** Free text of up to 255 bytes beside the name; a link that is just being made gets none. */
    public LinkChange alias(String value) {
        alias = Optional.of(value);
        return this;
    }

    /** The MAC address. */
    public LinkChange address(byte[] value) {
        address = Optional.of(value.clone());
        return this;
    }

    /** In bytes; 0 changes nothing. */
    public LinkChange mtu(int bytes) {
        mtu = bytes == 0 ? OptionalInt.empty() : OptionalInt.of(bytes);
        return this;
    }

    /** The bridge whose port it becomes; 0 none. */
    public LinkChange master(int index) {
        master = OptionalInt.of(index);
        return this;
    }

    /** What a new macvlan or ipvlan link lies on. */
    public LinkChange parent(int index) {
        parent = OptionalInt.of(index);
        return this;
    }

    /** Where the link shall be. */
    public LinkChange namespace(Fd value) {
        namespace = Optional.of(value);
        return this;
    }

    public LinkChange up(boolean value) {
        up = Optional.of(value);
        return this;
    }

    /** Of a link that is a bridge's port already. */
    public LinkChange port(BridgePort value) {
        port = Optional.of(value);
        return this;
    }

    /** {@code IFLA_BRPORT_*}: whether frames go back where they came from, and whether isolated ports see each other. */
    public record BridgePort(boolean hairpin, boolean isolated) {}

    Message write(Message out, int index) {
        header(out, index);
        attributes(out);
        port.ifPresent(value -> out.nested(
                If.LINKINFO,
                () -> out.attributeText(If.INFO_SLAVE_KIND, "bridge")
                        .nested(
                                If.INFO_SLAVE_DATA,
                                () -> out.attributeU8(If.BRPORT_MODE, value.hairpin ? 1 : 0)
                                        .attributeU8(If.BRPORT_ISOLATED, value.isolated ? 1 : 0))));
        return out;
    }

    Message write(Message out, LinkKind kind) {
        header(out, 0);
        attributes(out);
        return out.nested(If.LINKINFO, () -> {
            out.attributeText(If.INFO_KIND, kind.label());
            switch (kind) {
                case LinkKind.Bridge _, LinkKind.Dummy _ -> {}
                case LinkKind.Veth veth ->
                    out.nested(
                            If.INFO_DATA,
                            () -> out.nested(If.VETH_PEER, () -> {
                                veth.peer().header(out, 0);
                                veth.peer().attributes(out);
                            }));
                case LinkKind.Macvlan macvlan ->
                    out.nested(If.INFO_DATA, () -> out.attributeU32(If.MACVLAN_MODE, macvlan.mode()));
                case LinkKind.Ipvlan ipvlan ->
                    out.nested(
                            If.INFO_DATA,
                            () -> out.attributeU16(If.IPVLAN_MODE, ipvlan.mode())
                                    .attributeU16(If.IPVLAN_FLAGS, ipvlan.flags()));
            }
        });
    }

    /** struct ifinfomsg. */
    private void header(Message out, int index) {
        out.u8(0).u8(0).u16(0).u32(index);
        out.u32(up.orElse(false) ? If.UP : 0).u32(up.isPresent() ? If.UP : 0);
    }

    private void attributes(Message out) {
        name.ifPresent(value -> out.attributeText(If.NAME, value));
        alias.ifPresent(value -> out.attributeText(If.ALIAS, value));
        address.ifPresent(value -> out.attribute(If.ADDRESS, value));
        mtu.ifPresent(value -> out.attributeU32(If.MTU, value));
        group.ifPresent(value -> out.attributeU32(If.GROUP, value));
        parent.ifPresent(value -> out.attributeU32(If.LINK, value));
        master.ifPresent(value -> out.attributeU32(If.MASTER, value));
        namespace.ifPresent(value -> out.attributeU32(If.NET_NS_FD, value.number()));
    }
}
