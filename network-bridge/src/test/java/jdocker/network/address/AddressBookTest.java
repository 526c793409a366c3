package jdocker.network.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AddressBookTest {
    private final AddressBook book = new AddressBook();

    private static IpAddress ip(String text) {
        return IpAddress.parse(text).orElseThrow();
    }

    private static AddressRange range(String subnet, String gateway) {
        return new AddressRange(AddressBlock.of(subnet), Optional.empty(), Optional.of(ip(gateway)), Set.of());
    }

    @BeforeEach
    void define() {
        book.define("n", "front", List.of(range("10.0.0.0/29", "10.0.0.1"), range("fd00::/64", "fd00::1")));
    }

    private static AddressOwner owner(String name) {
        return new AddressOwner(name, name);
    }

    @Test
    void anOwnerThatIsCalledOtherwiseIsTheSame() {
        IpAddress address = book.allocate("n", false, new AddressOwner("1", "container old"))
                .orElseThrow();
        book.claim("n", address, new AddressOwner("1", "container new"));
        assertThatThrownBy(() -> book.claim("n", address, new AddressOwner("2", "container old")))
                .hasMessageContaining("belongs to container old");
        book.release("n", address, "2");
        assertThat(book.owners("n")).containsKey(address);
        book.release("n", address, "1");
        assertThat(book.owners("n")).isEmpty();
        assertThat(book.allocate("n", false, new AddressOwner("1", "container newest")))
                .contains(address);
    }

    private String next(String owner) {
        return book.allocate("n", false, owner(owner)).orElseThrow().toString();
    }

    @Test
    void addressesAreGivenOutInOrderAndNeverTwice() {
        assertThat(List.of(next("a"), next("b"), next("c"), next("d"), next("e")))
                .containsExactly("10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6");
        assertThat(book.allocate("n", true, owner("a"))).contains(ip("fd00::2"));
        assertThatThrownBy(() -> next("f"))
                .isInstanceOf(NoAddressLeft.class)
                .hasMessageStartingWith("no available IPv4 addresses on this network's address pools: front")
                .hasMessageContaining("10.0.0.0/29 is in use by a, b, c, d, e");
    }

    @Test
    void whatWasGivenBackIsTheLastToBeGivenOutAgain() {
        next("a");
        book.release("n", ip("10.0.0.2"), "a");

        assertThat(next("b")).isEqualTo("10.0.0.3");
        assertThat(next("c")).isEqualTo("10.0.0.4");
        assertThat(next("d")).isEqualTo("10.0.0.5");
        assertThat(next("e")).isEqualTo("10.0.0.6");
        assertThat(next("f")).isEqualTo("10.0.0.2");
    }

    @Test
    void theFormerOwnerFindsItsAddressWhenItIsStillFree() {
        next("a");
        book.release("n", ip("10.0.0.2"), "a");
        assertThat(next("a")).isEqualTo("10.0.0.2");

        book.release("n", ip("10.0.0.2"), "a");
        book.claim("n", ip("10.0.0.2"), owner("b"));
        assertThat(next("a")).isEqualTo("10.0.0.3");

        book.release("n", ip("10.0.0.3"), "a");
        book.forgetOwner("a");
        assertThat(next("a")).isEqualTo("10.0.0.4");
    }

    @Test
    void onlyTheOwnerCanGiveAnAddressBack() {
        next("a");
        book.release("n", ip("10.0.0.2"), "b");
        book.release("gone", ip("10.0.0.2"), "a");

        assertThatThrownBy(() -> book.claim("n", ip("10.0.0.2"), owner("b")))
                .isInstanceOf(AddressTaken.class)
                .hasMessage("Address already in use: 10.0.0.2 on network front belongs to a");
    }

    @Test
    void whatIsAskedForMustBePossible() {
        book.define(
                "m",
                "back",
                List.of(new AddressRange(
                        AddressBlock.of("10.1.0.0/24"),
                        Optional.of(AddressBlock.of("10.1.0.128/30")),
                        Optional.of(ip("10.1.0.254")),
                        Set.of(ip("10.1.0.129")))));

        book.claim("m", ip("10.1.0.7"), owner("a")); // outside the range, but within the subnet: allowed by name
        assertThatThrownBy(() -> book.claim("m", ip("10.1.0.254"), owner("a"))).hasMessageContaining("gateway");
        assertThatThrownBy(() -> book.claim("m", ip("10.1.0.129"), owner("a"))).hasMessageContaining("auxiliary");
        assertThatThrownBy(() -> book.claim("m", ip("10.1.0.255"), owner("a"))).hasMessageContaining("first or last");
        assertThatThrownBy(() -> book.claim("m", ip("10.1.0.0"), owner("a"))).hasMessageContaining("first or last");
        assertThatThrownBy(() -> book.claim("m", ip("10.2.0.1"), owner("a")))
                .hasMessage("no configured subnet or ip-range contain the IP address 10.2.0.1");
        assertThat(book.allocate("m", false, owner("b"))).contains(ip("10.1.0.128"));
        assertThat(book.allocate("m", false, owner("c"))).contains(ip("10.1.0.130"));
        assertThat(book.allocate("m", false, owner("d"))).contains(ip("10.1.0.131"));
        assertThatThrownBy(() -> book.allocate("m", false, owner("e"))).hasMessageContaining("10.1.0.128/30");
        assertThat(book.allocate("m", true, owner("e"))).isEmpty();
    }

    @Test
    void whatTheStateSaysIsTakenAgain() {
        book.restore("n", ip("10.0.0.3"), owner("a"));
        book.restore("gone", ip("10.0.0.3"), owner("a"));

        assertThat(next("b")).isEqualTo("10.0.0.2");
        assertThat(next("c")).isEqualTo("10.0.0.4");
        assertThat(book.owners("n")).containsEntry(ip("10.0.0.3"), owner("a"));
    }

    @Test
    void manyAtOnceGetDifferentAddresses() throws Exception {
        book.define("big", "big", List.of(range("10.5.0.0/16", "10.5.0.1")));
        var jobs = new ArrayList<Callable<IpAddress>>();
        for (int i = 0; i < 2000; i++) {
            AddressOwner owner = owner("c" + i);
            jobs.add(() -> book.allocate("big", false, owner).orElseThrow());
        }
        var all = new HashSet<IpAddress>();
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (var future : threads.invokeAll(jobs)) {
                all.add(future.get());
            }
        }

        assertThat(all).hasSize(2000);
    }
}
