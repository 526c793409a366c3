package jdocker.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Rules as text: what state they come from, and the way from one to another. */
class RulesTest {
    private static final Instance INSTANCE = Instance.of(Path.of("/run/jdocker"));
    private static final BridgeSpec SEVEN = Lan.spec(7, false, true);

    private static RuleBook v4(FirewallState state) {
        return RuleBook.of(state, INSTANCE, false, false);
    }

    private static FirewallState.Ports port(String host, int number) {
        return new FirewallState.Ports(
                "net7",
                List.of(new PublishedPort(
                        Protocol.TCP, Addresses.parse(host), number, Addresses.parse("10.7.0.2"), 80)));
    }

    private static List<String> chain(RuleBook book, String table, String chain) {
        return book.tables().get(table).get(chain);
    }

    @Test
    void aContainerHasNoRuleButItsPorts() {
        RuleBook without = v4(FirewallState.EMPTY.with(SEVEN));
        RuleBook with = v4(FirewallState.EMPTY.with(SEVEN).with(1, port("0.0.0.0", 8080)));
        assertThat(RuleChanges.between(without, with))
                .isEqualTo(
                        "*nat\n-A JDOCKER -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.7.0.2:80\nCOMMIT\n");
        assertThat(RuleChanges.between(with, without))
                .isEqualTo(
                        "*nat\n-D JDOCKER -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.7.0.2:80\nCOMMIT\n");
        assertThat(RuleChanges.between(with, with)).isEmpty();
    }

    @Test
    void loopbackPortsAreRulesOfTheHostsOwnTraffic() {
        RuleBook book = v4(FirewallState.EMPTY.with(SEVEN).with(1, port("127.0.0.1", 8080)));
        assertThat(chain(book, "nat", "JDOCKER")).isEmpty();
        assertThat(chain(book, "nat", "JDOCKER-LOCAL"))
                .containsExactly("-d 127.0.0.1/32 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.7.0.2:80");
    }

    @Test
    void aNetworkLetsInAnswersAndTranslatedPacketsAlone() {
        RuleBook book = v4(FirewallState.EMPTY.with(SEVEN));
        assertThat(chain(book, "filter", "JDOCKER"))
                .containsExactly(
                        "-o jdt7 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
                        "-o jdt7 -m conntrack --ctstate DNAT -j ACCEPT",
                        "-i jdt7 -o jdt7 -j ACCEPT",
                        "! -i jdt7 -o jdt7 -j DROP");
        assertThat(chain(book, "raw", "JDOCKER-RAW"))
                .containsExactly(
                        "-d 127.0.0.0/8 -i jdt7 -j DROP",
                        "-s 127.0.0.0/8 -i jdt7 -j DROP",
                        "-d 10.7.0.0/24 ! -i jdt7 -m addrtype ! --dst-type LOCAL -j DROP");
    }

    @Test
    void aLinkOpensOnePortWhereContainersAreKeptApart() {
        BridgeSpec apart = Lan.spec(7, false, false);
        var link = new LinkedPort("net7", Addresses.parse("10.7.0.2"), Addresses.parse("10.7.0.3"), Protocol.TCP, 5432);
        RuleBook book = v4(FirewallState.EMPTY.with(apart).linked(List.of(link)));
        assertThat(chain(book, "filter", "JDOCKER"))
                .containsSubsequence(
                        "-s 10.7.0.2/32 -d 10.7.0.3/32 -i jdt7 -o jdt7 -p tcp -m tcp --dport 5432 -j ACCEPT",
                        "-i jdt7 -o jdt7 -j DROP");
        RuleBook v6 = RuleBook.of(FirewallState.EMPTY.with(apart).linked(List.of(link)), INSTANCE, true, false);
        assertThat(chain(v6, "filter", "JDOCKER")).noneMatch(rule -> rule.contains("5432"));
        RuleBook together = v4(FirewallState.EMPTY.with(SEVEN).linked(List.of(link)));
        assertThat(chain(together, "filter", "JDOCKER")).noneMatch(rule -> rule.contains("5432"));
    }

    @Test
    void aFamilyThatTheNetworkHasNotIsDropped() {
        BridgeSpec onlyV4 = new BridgeSpec(
                "net7",
                "jdt7",
                List.of(Subnet.parse("10.7.0.0/24")),
                List.of(),
                false,
                true,
                true,
                0,
                GatewayMode.NAT,
                GatewayMode.NAT,
                false);
        RuleBook book = RuleBook.of(FirewallState.EMPTY.with(onlyV4), INSTANCE, true, false);
        assertThat(chain(book, "filter", "JDOCKER-ISOLATION")).containsExactly("-i jdt7 -j DROP", "-o jdt7 -j DROP");
    }

    @Test
    void aRoutedNetworkOpensPortsAtTheContainersOwnAddresses() {
        BridgeSpec routed = new BridgeSpec(
                "net7",
                "jdt7",
                SEVEN.subnets(),
                SEVEN.gateways(),
                false,
                true,
                true,
                0,
                GatewayMode.ROUTED,
                GatewayMode.NAT,
                false);
        RuleBook book = v4(FirewallState.EMPTY.with(routed).with(1, port("0.0.0.0", 0)));
        assertThat(chain(book, "filter", "JDOCKER"))
                .contains("-d 10.7.0.2/32 ! -i jdt7 -o jdt7 -p tcp -m tcp --dport 80 -j ACCEPT")
                .noneMatch(rule -> rule.contains("DNAT"));
        assertThat(chain(book, "nat", "JDOCKER")).isEmpty();
        assertThat(chain(book, "nat", "JDOCKER-POST")).isEmpty();
        assertThat(chain(book, "raw", "JDOCKER-RAW")).noneMatch(rule -> rule.contains("10.7."));
    }

    @Test
    void manyRemovalsEmptyTheChain() {
        FirewallState many = FirewallState.EMPTY.with(SEVEN);
        for (int i = 0; i < 100; i++) {
            many = many.with(i, port("0.0.0.0", 9000 + i));
        }
        FirewallState few = FirewallState.EMPTY.with(SEVEN).with(99, port("0.0.0.0", 9099));
        assertThat(RuleChanges.between(v4(many), v4(few)))
                .isEqualTo("*nat\n:JDOCKER - [0:0]\n-A JDOCKER -p tcp -m tcp --dport 9099 -j DNAT"
                        + " --to-destination 10.7.0.2:80\nCOMMIT\n");
    }

    @Test
    void makesChainsAndTheWaysToThem() {
        String text = RuleChanges.all(
                v4(FirewallState.EMPTY.with(SEVEN)),
                SavedRules.parse(""),
                RuleBook.hooks(INSTANCE, false),
                Optional.of("DROP"));
        assertThat(text)
                .contains(":FORWARD DROP [0:0]\n", ":JDOCKER-USER - [0:0]\n", ":JDOCKER-ISOLATION - [0:0]\n")
                .contains("-I FORWARD 1 -j JDOCKER-FORWARD\n-I FORWARD 1 -j JDOCKER-USER\nCOMMIT\n");
    }

    @Test
    void keepsWhatTheOperatorHasAndItsPlace() {
        SavedRules present = SavedRules.parse("""
                *filter
                :FORWARD ACCEPT [0:0]
                :JDOCKER-USER - [0:0]
                -A FORWARD -i eth9 -j ACCEPT
                -A FORWARD -j JDOCKER-USER
                -A JDOCKER-USER -s 192.0.2.0/24 -j DROP
                COMMIT
                """);
        String text =
                RuleChanges.all(v4(FirewallState.EMPTY), present, RuleBook.hooks(INSTANCE, false), Optional.empty());
        assertThat(text).doesNotContain(":JDOCKER-USER", ":FORWARD").contains("-I FORWARD 3 -j JDOCKER-FORWARD\n");
    }

    @Test
    void movesItselfBehindTheOperatorsChain() {
        SavedRules present = SavedRules.parse("""
                *filter
                :FORWARD ACCEPT [0:0]
                :JDOCKER-USER - [0:0]
                -A FORWARD -j JDOCKER-FORWARD
                -A FORWARD -j JDOCKER-USER
                COMMIT
                """);
        assertThat(present.holds(v4(FirewallState.EMPTY), RuleBook.hooks(INSTANCE, false)))
                .isFalse();
        assertThat(RuleChanges.all(v4(FirewallState.EMPTY), present, RuleBook.hooks(INSTANCE, false), Optional.empty()))
                .contains("-D FORWARD -j JDOCKER-FORWARD\n-I FORWARD 2 -j JDOCKER-FORWARD\n");
    }

    @Test
    void readsWhateverSaveSays() {
        SavedRules saved = SavedRules.parse("""
                # Generated by iptables-save
                # Warning: iptables-legacy tables present, use iptables-legacy-save to see them
                garbage
                *nat
                :JDOCKER - [12:345]
                [3:4] -A ignored
                -A JDOCKER
                -A OTHER -m comment --comment "a :b *c" -j ACCEPT
                COMMIT
                """);
        assertThat(saved.hasChain("nat", "JDOCKER")).isTrue();
        assertThat(saved.hasChain("nat", "OTHER")).isTrue();
        assertThat(saved.hasChain("filter", "JDOCKER")).isFalse();
        assertThat(saved.position(new RuleBook.Hook("nat", "OTHER", "-m comment --comment \"a :b *c\" -j ACCEPT")))
                .isEqualTo(1);
    }
}
