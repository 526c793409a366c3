package jdocker.network.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jdocker.network.dns.NameTable.Member;
import jdocker.network.dns.NameTable.Membership;
import org.junit.jupiter.api.Test;

class NameIndexTest {
    private final NameIndex index = new NameIndex();

    private static Membership on(String network) {
        return new Membership(network, network.toUpperCase(java.util.Locale.ROOT), false, Map.of());
    }

    private static Member member(String sandbox, String address, String... names) {
        return new Member(sandbox, names[0], Set.of(names), List.of(InetAddress.ofLiteral(address)));
    }

    @Test
    void findsByAnyNameAndByAddressUntilTheSandboxLeaves() {
        index.join(on("n1"), member("s1", "172.18.0.2", "Web", "www"));
        index.join(on("n1"), member("s2", "172.18.0.3", "web2", "www"));

        assertThat(index.named("n1", "web")).extracting(Member::sandbox).containsExactly("s1");
        assertThat(index.named("n1", "www")).hasSize(2);
        assertThat(index.at("n1", InetAddress.ofLiteral("172.18.0.3")))
                .map(Member::name)
                .contains("web2");
        assertThat(index.memberships("s1")).extracting(Membership::networkName).containsExactly("N1");

        index.leave("s1");
        assertThat(index.named("n1", "web")).isEmpty();
        assertThat(index.named("n1", "www")).extracting(Member::sandbox).containsExactly("s2");
        assertThat(index.memberships("s1")).isEmpty();
        index.leave("s2", "n1");
        assertThat(index.at("n1", InetAddress.ofLiteral("172.18.0.3"))).isEmpty();
    }

    @Test
    void joiningAgainReplacesWhatWasKnownAndKeepsTheOrderOfNetworks() {
        index.join(on("n1"), member("s1", "172.18.0.2", "web"));
        index.join(on("n2"), member("s1", "172.19.0.2", "web"));
        index.join(on("n1"), member("s1", "172.18.0.9", "web", "other"));

        assertThat(index.memberships("s1")).extracting(Membership::network).containsExactly("n1", "n2");
        assertThat(index.named("n1", "web")).hasSize(1);
        assertThat(index.at("n1", InetAddress.ofLiteral("172.18.0.2"))).isEmpty();
        assertThat(index.named("n1", "other")).hasSize(1);
    }

    @Test
    void anAddressThatPassedToAnotherStaysWithTheOtherWhenTheFirstLeaves() {
        index.join(on("n1"), member("s1", "172.18.0.2", "old"));
        index.join(on("n1"), member("s2", "172.18.0.2", "new"));
        index.leave("s1");
        assertThat(index.at("n1", InetAddress.ofLiteral("172.18.0.2")))
                .map(Member::name)
                .contains("new");
    }

    @Test
    void leavingWhatWasNeverJoinedDoesNothing() {
        index.leave("nobody");
        index.leave("nobody", "nowhere");
        assertThat(index.named("nowhere", "x")).isEmpty();
    }
}
