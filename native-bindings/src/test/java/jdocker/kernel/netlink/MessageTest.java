package jdocker.kernel.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Bytes as the kernel's headers lay them out, on a little-endian machine. */
class MessageTest {
    private static String hex(Message message) {
        ByteBuffer bytes = message.encode(7);
        byte[] raw = new byte[bytes.remaining()];
        bytes.get(raw);
        return HexFormat.of().formatHex(raw);
    }

    private static ByteBuffer payload(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", ""))).order(ByteOrder.nativeOrder());
    }

    private static String bytes(String hex) {
        return hex.replace(" ", "");
    }

    @Test
    void writesHeaderAttributesAndPadding() {
        var message = new Message("x", 16, Message.ACK)
                .u32(0x01020304)
                .attributeText(3, "eth0")
                .attributeU8(8, 5);
        assertThat(hex(message))
                .isEqualTo(bytes("28000000 1000 0500 07000000 00000000" + "04030201" + "0900 0300 65746830 00 000000"
                        + "0500 0800 05 000000"));
    }

    @Test
    void nestsAttributesAndCountsTheirLength() {
        var message = new Message("x", 16, 0);
        message.nested(18, () -> message.attributeText(1, "veth"));
        assertThat(hex(message))
                .isEqualTo(bytes("20000000 1000 0100 07000000 00000000" + "1000 1280 0900 0100 76657468 00 000000"));
    }

    @Test
    void growsBeyondItsFirstBuffer() {
        var message = new Message("x", 16, 0);
        for (int i = 0; i < 1000; i++) {
            message.attributeU32(i, i);
        }
        assertThat(message.encode(1).getInt(0)).isEqualTo(16 + 1000 * 8);
    }

    @Test
    void refusesAnAttributeThatIsTooLong() {
        var message = new Message("list", 16, 0);
        assertThatThrownBy(() -> message.nested(1, () -> message.attribute(2, new byte[70000])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("list: attribute 1 has 70008 bytes");
    }

    @Test
    void writesAVethPairWithAPeerOfItsOwn() {
        var message = new Message("x", 16, 0);
        new LinkChange()
                .name("a")
                .write(message, new LinkKind.Veth(new LinkChange().name("b").up(true)));
        assertThat(hex(message))
                .isEqualTo(bytes("58000000 1000 0100 07000000 00000000"
                        + "00000000 00000000 00000000 00000000" + "0600 0300 6100 0000"
                        + "3000 1280 0900 0100 76657468 00 000000"
                        + "2000 0280 1c00 0180 00000000 00000000 01000000 01000000 0600 0300 6200 0000"));
    }

    @Test
    void writesAnAddressWithItsBroadcastAddress() throws Exception {
        var address = new LinkAddress(4, InetAddress.getByName("10.1.2.3"), 16);
        assertThat(hex(address.write(new Message("x", 20, 0))))
                .isEqualTo(bytes("30000000 1400 0100 07000000 00000000" + "02100000 04000000" + "0800 0200 0a010203"
                        + "0800 0100 0a010203" + "0800 0400 0a01ffff"));
    }

    @Test
    void writesARouteByDefault() throws Exception {
        Route route = Route.byDefault(InetAddress.getByName("10.0.0.1"), 3);
        assertThat(hex(route.write(new Message("x", 24, 0))))
                .isEqualTo(bytes("34000000 1800 0100 07000000 00000000" + "02000000 fe030001 00000000"
                        + "0800 0f00 fe000000" + "0800 0500 0a000001" + "0800 0400 03000000"));
        assertThat(Route.byDefault(InetAddress.getByName("0.0.0.0"), 3).gateway())
                .as("on the link")
                .isEmpty();
    }

    @Test
    void readsALink() {
        Link link = Link.read(payload("0000 0100 05000000 41100000 00000000" + "0a00 0300 646f636b 6500 0000"
                + "0800 0400 dc050000" + "0a00 0100 0242ac110002 0000" + "1000 1200 0b00 0100 62726964 676500 00"));
        assertThat(link.name()).isEqualTo("docke");
        assertThat(link.index()).isEqualTo(5);
        assertThat(link.mtu()).isEqualTo(1500);
        assertThat(link.mac()).isEqualTo("02:42:ac:11:00:02");
        assertThat(link.kind()).isEqualTo("bridge");
        assertThat(link.up()).isTrue();
        assertThat(link.running()).isTrue();
    }

    @Test
    void skipsRoutesThatAreNotUnicast() {
        assertThat(Route.read(payload("02 08 00 00 ff 02 fe 02 00000000"))).isEmpty();
        assertThat(Route.read(payload("02 00 00 00 fe 03 00 01 00000000 0800 0500 0a000001 0800 0400 03000000")))
                .hasValueSatisfying(route -> assertThat(route.gateway().map(InetAddress::getHostAddress))
                        .isEqualTo(Optional.of("10.0.0.1")));
    }

    @Test
    void refusesAnAttributeThatLeadsOutOfItsMessage() {
        assertThatThrownBy(() -> new Attributes(payload("0900 0300 65746830")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("attribute 3 of 9 bytes, there are 8");
        assertThatThrownBy(() -> new Attributes(payload("0300 0300"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsNothingFromAnAttributeThatIsTooShort() {
        var attributes = new Attributes(payload("0600 0300 6530 0000" + "0400 0400"));
        assertThat(attributes.u32(3)).isEmpty();
        assertThat(attributes.u8(4)).isEmpty();
        assertThat(attributes.port(4)).isEmpty();
        assertThat(attributes.text(3)).hasValue("e0");
        assertThat(attributes.nested(9).text(1)).isEmpty();
    }
}
