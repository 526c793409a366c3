package jdocker.network.address;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "10.0.0.1, 10.0.0.1",
        "255.255.255.255, 255.255.255.255",
        "::, ::",
        "::1, ::1",
        "2001:DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "fe80:0:0:0:0:0:0:0, fe80::",
        "0:0:1::, 0:0:1::",
        "1:0:0:2:0:0:0:3, 1:0:0:2::3",
        "::ffff:10.1.2.3, 10.1.2.3",
        "fd00::10.0.0.1, fd00::a00:1",
    })
    void readsAndWritesAddressesAsGoDoes(String text, String written) {
        assertThat(IpAddress.parse(text)).map(IpAddress::toString).contains(written);
        IpAddress address = IpAddress.parse(text).orElseThrow();
        assertThat(IpAddress.of(address.bytes())).isEqualTo(address);
        assertThat(IpAddress.of(address.toInet())).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.2.3",
                "1.2.3.4.5",
                "01.2.3.4",
                "256.1.1.1",
                "1.2.3.-4",
                "localhost",
                "::1%lo",
                "1::2::3",
                "12345::",
                "[::1]",
                " 1.2.3.4",
                "1.2.3.4\n",
                ":",
                "1:2:3:4:5:6:7:8:9"
            })
    void takesNothingElseForAnAddress(String text) {
        assertThat(IpAddress.parse(text)).isEmpty();
    }

    @Test
    void countsAcrossTheHalvesOfAnIpv6Address() {
        IpAddress last = IpAddress.parse("fd00::ffff:ffff:ffff:ffff").orElseThrow();
        IpAddress next = IpAddress.parse("fd00:0:0:1::").orElseThrow();

        assertThat(last.plus(1)).isEqualTo(next);
        assertThat(next.plus(-1)).isEqualTo(last);
        assertThat(next.minus(last)).isEqualTo(1);
        assertThat(IpAddress.parse("255.255.255.255").orElseThrow().plus(1)).hasToString("0.0.0.0");
    }

    @ParameterizedTest(name = "{0}: {1} to {2}, hosts {3} to {4}")
    @CsvSource({
        "10.1.2.3/24, 10.1.2.0, 10.1.2.255, 10.1.2.1, 10.1.2.254",
        "10.1.2.3/32, 10.1.2.3, 10.1.2.3, 10.1.2.3, 10.1.2.3",
        "10.1.2.3/31, 10.1.2.2, 10.1.2.3, 10.1.2.2, 10.1.2.3",
        "10.1.2.3/0, 0.0.0.0, 255.255.255.255, 0.0.0.1, 255.255.255.254",
        "fd00::5/64, fd00::, fd00::ffff:ffff:ffff:ffff, fd00::1, fd00::ffff:ffff:ffff:ffff",
        "fd00::5/127, fd00::4, fd00::5, fd00::4, fd00::5",
        "fd00:1::/32, fd00:1::, fd00:1:ffff:ffff:ffff:ffff:ffff:ffff, fd00:1::1, fd00:1:ffff:ffff:ffff:ffff:ffff:ffff",
    })
    void subnetsHaveEdges(String text, String base, String last, String firstHost, String lastHost) {
        AddressBlock subnet = AddressBlock.of(text);

        assertThat(subnet.base()).hasToString(base);
        assertThat(subnet.last()).hasToString(last);
        assertThat(subnet.firstHost()).hasToString(firstHost);
        assertThat(subnet.lastHost()).hasToString(lastHost);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "fd00::/129", "/8", "a/8"})
    void takesNothingElseForASubnet(String text) {
        assertThat(AddressBlock.parse(text)).isEmpty();
    }

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource({
        "10.0.0.0/8, 10.2.0.0/16, true",
        "10.2.0.0/16, 10.0.0.0/8, true",
        "10.0.0.0/9, 10.128.0.0/9, false",
        "0.0.0.0/0, fd00::/8, false",
        "fd00::/64, fd00::1:0:0:0:0/64, false",
    })
    void knowsWhatOverlaps(String one, String other, boolean overlaps) {
        assertThat(AddressBlock.of(one).overlaps(AddressBlock.of(other))).isEqualTo(overlaps);
    }
}
