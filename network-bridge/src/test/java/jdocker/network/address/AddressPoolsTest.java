package jdocker.network.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AddressPoolsTest {
    private final AddressPools standard = AddressPools.standard(0x123456789aL);

    private static Occupied occupied(String subnet) {
        return new Occupied(AddressBlock.of(subnet), "eth0");
    }

    @Test
    void theFirstNetworksFollowEachOtherInDockersSpace() {
        var taken = new ArrayList<Occupied>();
        for (int i = 0; i < 3; i++) {
            taken.add(new Occupied(standard.choose(false, Optional.empty(), taken), "network " + i));
        }

        assertThat(taken)
                .extracting(o -> o.subnet().toString())
                .containsExactly("172.18.0.0/22", "172.18.4.0/22", "172.18.8.0/22");
    }

    @Test
    void ipv6SubnetsComeOutOfTheEnginesOwnBlock() {
        AddressBlock first = standard.choose(true, Optional.empty(), List.of());
        AddressBlock second = standard.choose(true, Optional.empty(), List.of(new Occupied(first, "a")));

        assertThat(first).hasToString("fd12:3456:789a::/64");
        assertThat(second).hasToString("fd12:3456:789a:1::/64");
    }

    @Test
    void theHostsRoutesAreAvoidedWhereverTheyAre() {
        assertThat(standard.choose(false, Optional.empty(), List.of(occupied("172.16.0.0/12"))))
                .hasToString("192.168.0.0/22");
        assertThat(standard.choose(false, Optional.empty(), List.of(occupied("172.18.0.64/26"))))
                .hasToString("172.18.4.0/22");
        assertThat(standard.choose(
                        false, Optional.empty(), List.of(occupied("172.18.0.0/22"), occupied("172.18.4.1/32"))))
                .hasToString("172.18.8.0/22");
    }

    @Test
    void hundredsOfNetworksFit() {
        var taken = new ArrayList<Occupied>();
        for (int i = 0; i < 900; i++) {
            taken.add(new Occupied(standard.choose(false, Optional.empty(), taken), "n" + i));
        }

        assertThat(taken).extracting(Occupied::subnet).doesNotHaveDuplicates();
        for (int i = 1; i < taken.size(); i++) {
            assertThat(taken.get(i).subnet().overlaps(taken.get(i - 1).subnet()))
                    .isFalse();
        }
    }

    @Test
    void aFullSpaceIsExplainedByWhatIsInIt() {
        var pools = new AddressPools(List.of(new AddressPools.Pool(AddressBlock.of("10.9.0.0/30"), 31)));
        List<Occupied> taken = List.of(
                new Occupied(AddressBlock.of("10.9.0.0/31"), "network web"),
                new Occupied(AddressBlock.of("10.9.0.2/32"), "route"));

        assertThatThrownBy(() -> pools.choose(false, Optional.empty(), taken))
                .isInstanceOf(NoAddressLeft.class)
                .hasMessageContaining("could not find an available, non-overlapping IPv4 address pool")
                .hasMessageContaining("10.9.0.0/31 (network web), 10.9.0.2/32 (route)");
        assertThatThrownBy(() -> pools.choose(true, Optional.empty(), List.of()))
                .hasMessageContaining("no IPv6");
    }

    @Test
    void aSizeMayBeAskedFor() {
        assertThat(standard.choose(false, Optional.of(28), List.of(occupied("172.18.0.0/28"))))
                .hasToString("172.18.0.16/28");
        assertThatThrownBy(() -> standard.choose(false, Optional.of(8), List.of()))
                .isInstanceOf(NoAddressLeft.class);
    }

    @Test
    void aPoolMustHoldItsSubnets() {
        assertThatThrownBy(() -> new AddressPools.Pool(AddressBlock.of("10.0.0.0/16"), 8))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theEndOfAllAddressesIsTheEnd() {
        var pools = new AddressPools(List.of(new AddressPools.Pool(AddressBlock.of("255.255.255.0/24"), 25)));

        assertThatThrownBy(() -> pools.choose(
                        false, Optional.empty(), List.of(occupied("255.255.255.0/25"), occupied("255.255.255.128/25"))))
                .isInstanceOf(NoAddressLeft.class);
    }
}
