package jdocker.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "10.0.0.1, 10.0.0.1",
        "fd00:0:0:0:0:0:0:1, fd00::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "::, ::",
        "::1, ::1",
        "1:0:2:0:3:0:4:0, 1:0:2:0:3:0:4:0",
        "FE80::A, fe80::a",
        "1:2:3:4:5:6::, 1:2:3:4:5:6::"
    })
    void writesAddressesInTheirShortestForm(String text, String shortest) {
        assertThat(Addresses.text(Addresses.parse(text))).isEqualTo(shortest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "10.1",
                "10.0.0.256",
                "010.0.0.1",
                "1.2.3.4.5",
                "::1%lo",
                "fe80::1%1",
                "12345::",
                "0x7f.1",
                "1:2",
                "-1.2.3.4",
                "1.2.3.4 "
            })
    void refusesWhatIsNoAddress(String text) {
        assertThatThrownBy(() -> Addresses.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not an IP address: " + text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.0",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.1/24",
                "fd00::/129",
                "/24",
                "10.0.0.0/24/24",
                "10.0.0.0/024",
                "10.0.0.0/99999999999"
            })
    void refusesWhatIsNoSubnet(String text) {
        assertThatThrownBy(() -> Subnet.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource({
        "10.0.0.0/8, 10.1.0.0/16, true",
        "10.1.0.0/16, 10.0.0.0/8, true",
        "10.1.0.0/16, 10.2.0.0/16, false",
        "0.0.0.0/0, 10.2.0.0/16, true",
        "::/0, 10.2.0.0/16, false",
        "fd00::/64, fd00::/48, true",
        "fd00:0:0:1::/64, fd00::/64, false"
    })
    void knowsWhichSubnetsOverlap(String one, String other, boolean overlap) {
        assertThat(Subnet.parse(one).overlaps(Subnet.parse(other))).isEqualTo(overlap);
    }

    @Test
    void findsTheSubnetOfAnAddress() {
        assertThat(InterfaceAddress.parse("172.17.255.3/16").subnet()).hasToString("172.17.0.0/16");
        assertThat(InterfaceAddress.parse("172.17.0.3/31").subnet()).hasToString("172.17.0.2/31");
        assertThat(Subnet.parse("fd00::/64").contains(Addresses.parse("fd00::1:2")))
                .isTrue();
        assertThat(Subnet.parse("10.0.0.0/32").contains(Addresses.parse("10.0.0.1")))
                .isFalse();
    }

    @Test
    void makesAMacAddressOfAnIpAddress() throws Exception {
        assertThat(MacAddress.of(InetAddress.getByName("172.17.0.2"))).hasToString("02:42:ac:11:00:02");
        assertThat(new MacAddress("02-42-AC-11-00-02")).hasToString("02:42:ac:11:00:02");
        assertThat(MacAddress.random().bytes()[0] & 3).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "02:42:ac:11:00",
                "02:42:ac:11:00:02:03",
                "03:42:ac:11:00:02",
                "ff:ff:ff:ff:ff:ff",
                "00:00:00:00:00:00",
                "02:42-ac:11:00:02",
                "0242ac110002",
                "02:42:ac:11:00:0g"
            })
    void refusesWhatIsNoMacAddressOfOneInterface(String text) {
        assertThatThrownBy(() -> new MacAddress(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 0", "5, 4", "1, 65536", "-1, 3"})
    void refusesWhatIsNoRangeOfPorts(int first, int last) {
        assertThatThrownBy(() -> new PortRange(first, last)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "a b", "sixteen-letters-", "br+", "-j", "a\nb", "\"", "a;b", "é"})
    void refusesNamesThatTheKernelOrIptablesWouldMisread(String name) {
        assertThatThrownBy(() -> InterfaceNames.check(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void instancesDifferByTheirExecRoot() {
        Instance standard = Instance.of(Path.of("/run/jdocker"));
        Instance other = Instance.of(Path.of("/run/other"));
        assertThat(standard.mainChain()).isEqualTo("JDOCKER");
        assertThat(other.mainChain()).matches("JDOCKER-[0-9a-f]{8}");
        assertThat(other.isolationChain().length()).as("what iptables allows").isLessThanOrEqualTo(28);
        assertThat(other.linkGroup()).isPositive().isNotEqualTo(standard.linkGroup());
    }
}
