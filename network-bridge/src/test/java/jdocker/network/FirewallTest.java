package jdocker.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import jdocker.kernel.KernelTest;
import jdocker.kernel.netlink.Link;
import jdocker.kernel.netlink.RouteNetlink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules in the kernel: repaired, side by side with others', taken back. */
@KernelTest
class FirewallTest {
    private static final long PATIENCE = Duration.ofSeconds(30).toNanos();

    @TempDir
    Path root;

    @TempDir
    Path second;

    static Stream<KernelNetworks.Names> variants() {
        return PacketsTest.variants();
    }

    static void await(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - start).as(what).isLessThan(PATIENCE);
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void rulesThatOthersFlushComeBack(KernelNetworks.Names variant) {
        Lan.run(root, variant, lan -> {
            BridgeSpec network = lan.network(7);
            Sandbox server = lan.sandbox(network, 2);
            try (Publication publication = lan.publish(server, network, 2, Lan.port(Protocol.TCP, "0.0.0.0", 8080))) {
                for (String flush : List.of(
                        "*nat\n-F\nCOMMIT\n*filter\n-F\nCOMMIT\n*raw\n-F\nCOMMIT\n",
                        "*nat\n-F\n-X\nCOMMIT\n*filter\n-F\n-X\nCOMMIT\n*raw\n-F\n-X\nCOMMIT\n",
                        "*nat\n-F PREROUTING\nCOMMIT\n",
                        "*filter\n:FORWARD DROP [0:0]\nCOMMIT\n")) {
                    Lan.restore(variant.v4() + "-restore", flush);
                    // The restore above flushes everything: no --noflush.
                    await(
                            "repaired after " + flush,
                            () -> lan.next(() -> Wire.noTcp(Lan.HOST, 8080)).isPresent());
                }
                assertThat(publication.ports()).hasSize(1);
            }
        });
    }

    /** iptables of a kernel without some tables, as the legacy variant speaks. */
    private KernelNetworks.Names without(String... tables) throws IOException {
        Path directory = Files.createDirectories(root.resolve("tools"));
        var script = new StringBuilder("#!/bin/sh\ninput=$(cat)\ncase $input in\n");
        for (String table : tables) {
            script.append("*\\*")
                    .append(table)
                    .append("*) echo \"can't initialize iptables table '")
                    .append(table)
                    .append("': Table does not exist\" >&2; exit 3 ;;\n");
        }
        script.append("esac\nprintf '%s\\n' \"$input\" | exec /usr/sbin/iptables-restore \"$@\"\n");
        Path restore = Files.writeString(directory.resolve("iptables-restore"), script);
        Path save = Files.writeString(directory.resolve("iptables-save"), "#!/bin/sh\nexec /usr/sbin/iptables-save\n");
        for (Path tool : List.of(restore, save)) {
            Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
        }
        return new KernelNetworks.Names(directory.resolve("iptables").toString(), "ip6tables");
    }

    @Test
    void withoutTheTableRawItsRulesAreInMangle() throws IOException {
        Lan.run(root, without("raw"), lan -> {
            worksWithoutRaw(lan);
            assertThat(Lan.iptables("iptables-save"))
                    .contains("*mangle")
                    .anyMatch(
                            line -> line.equals("-A PREROUTING -j " + instance().rawChain()))
                    .anyMatch(line -> line.startsWith("-A " + instance().rawChain() + " -d 127.0.0.0/8 -i jdt7"));
        });
    }

    @Test
    void aTableThatTheKernelGetsLaterIsUsedFromThenOn() throws IOException {
        KernelNetworks.Names tools = without("raw");
        String guard = instance().rawChain();
        Lan.run(root, tools, lan -> {
            lan.network(7);
            assertThat(tables(guard)).containsExactly("mangle");
            allow(tools);
            var next = new AtomicInteger(8);
            await("the rules are in raw", () -> {
                lan.network(next.getAndIncrement()); // whatever is written next
                return tables(guard).contains("raw");
            });
            assertThat(tables(guard)).as("and no longer in mangle").containsExactly("raw");
            assertThat(Lan.iptables("iptables-save"))
                    .anyMatch(line -> line.startsWith("-A " + guard + " -d 127.0.0.0/8 -i jdt7"));
        });
    }

    /** Where a chain is. */
    private static List<String> tables(String chain) {
        List<String> found = new ArrayList<>();
        String table = "";
        for (String line : Lan.iptables("iptables-save")) {
            if (line.startsWith("*")) {
                table = line.substring(1);
            } else if (line.startsWith(":" + chain + " ") || line.endsWith(" -j " + chain)) {
                found.add(table);
            }
        }
        return found.stream().distinct().toList();
    }

    /** The module has been loaded. */
    private static void allow(KernelNetworks.Names tools) {
        try {
            Files.writeString(Path.of(tools.v4() + "-restore"), "#!/bin/sh\nexec /usr/sbin/iptables-restore \"$@\"\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void withoutRawAndMangleTheOtherRulesAreThere() throws IOException {
        Lan.run(root, without("raw", "mangle"), lan -> {
            worksWithoutRaw(lan);
            assertThat(Lan.iptables("iptables-save"))
                    .noneMatch(line -> line.contains(instance().rawChain()));
        });
    }

    private static void worksWithoutRaw(Lan lan) {
        BridgeSpec network = lan.network(7);
        Sandbox server = lan.sandbox(network, 2);
        Sandbox stranger = lan.sandbox(lan.network(8), 2);
        try (Publication publication = lan.publish(server, network, 2, Lan.port(Protocol.TCP, "0.0.0.0", 8080))) {
            assertThat(lan.next(() -> Wire.tcp(Lan.HOST, 8080))).hasValue(Lan.NEIGHBOUR);
            assertThat(lan.next(() -> Wire.noTcp("10.7.0.2", 80))).isEmpty();
            assertThat(stranger.inside(() -> Wire.noTcp("10.7.0.2", 80))).isEmpty();
            Lan.restore("iptables-restore", "*nat\n-F\nCOMMIT\n*filter\n-F\nCOMMIT\n");
            await("repaired", () -> lan.next(() -> Wire.noTcp(Lan.HOST, 8080)).isPresent());
            assertThat(publication.ports()).hasSize(1);
        }
    }

    @Test
    void whatADaemonFindsIsKeptThoughItsRulesCannotBeMadeAtFirst() throws IOException {
        var tools = new FailingTools(root);
        Lan.run(root, tools.names(), lan -> {
            BridgeSpec network = lan.network(7);
            Sandbox server = lan.sandbox(network, 2);
            lan.publish(server, network, 2, Lan.port(Protocol.TCP, "0.0.0.0", 8080));
            lan.networks.close(); // as if it had died
            tools.fail();
            try (BridgeNetworks next = Lan.open(root, tools.names())) {
                Reconciled reconciled = next.reconcile(new WantedState(
                        List.of(network, Lan.spec(9, false, true)),
                        List.of(new WantedState.WantedSandbox(
                                server.id(), List.of(Lan.endpoint("ep1", network, 2)), List.of(request(server)))),
                        List.of()));
                assertThat(reconciled.problems()).isNotEmpty();
                assertThat(reconciled.publications().get(server.id())).hasSize(1);
                Lan.restore("iptables-restore", "*nat\n-F\nCOMMIT\n*filter\n-F\nCOMMIT\n");
                tools.work();
                next.bridges().ensure(Lan.spec(8, false, true));
                await(
                        "reached again",
                        () -> lan.next(() -> Wire.noTcp(Lan.HOST, 8080)).isPresent());
                await("the new bridge is up", () -> upWithAddress("jdt9"));
                assertThat(Lan.iptables("iptables-save")).anyMatch(line -> line.contains("jdt9"));
                reconciled.publications().get(server.id()).getFirst().close();
                assertThat(Lan.iptables("iptables-save")).noneMatch(line -> line.contains("8080"));
            }
        });
    }

    @Test
    void ipv6IsShutLaterWhereThatCouldNotBeDoneAtFirst() throws IOException {
        var tools = new FailingTools(root);
        Lan.run(root, tools.names(), lan -> {
            BridgeSpec both = Lan.spec(7, false, true);
            tools.fail("ip6tables");
            lan.networks.bridges().ensure(BridgesTest.withoutIpv6());
            assertThat(Lan.iptables("iptables-save")).anyMatch(line -> line.contains(both.bridgeName()));
            tools.work();
            await(
                    "IPv6 is shut",
                    () -> Lan.iptables("ip6tables-save").stream()
                            .anyMatch(line -> line.contains(both.bridgeName()) && line.endsWith("DROP")));
        });
    }

    private static boolean upWithAddress(String bridge) {
        try (var host = new RouteNetlink(Lan.KERNEL)) {
            Link link = host.link(bridge).orElseThrow();
            return link.up() && host.addresses().stream().anyMatch(address -> address.index() == link.index());
        }
    }

    private static PublishRequest request(Sandbox server) {
        return new PublishRequest(
                server.id(),
                "container c2",
                "net7",
                Optional.of(Addresses.parse("10.7.0.2")),
                Optional.empty(),
                List.of(Lan.port(Protocol.TCP, "0.0.0.0", 8080)));
    }

    private static void free(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            assertThat(socket.isBound()).isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Instance instance() {
        return Instance.of(root);
    }

    @Test
    void whatCouldNotBeRemovedIsRemovedLaterAndNobodyWaitsForIt() throws IOException {
        var tools = new FailingTools(root);
        Lan.run(root, tools.names(), lan -> {
            BridgeSpec network = lan.network(7);
            lan.network(8);
            Sandbox server = lan.sandbox(network, 2);
            Publication publication = lan.publish(server, network, 2, Lan.port(Protocol.TCP, "0.0.0.0", 8080));
            tools.fail();
            publication.close();
            free(8080);
            server.delete();
            lan.networks.bridges().remove("net7");
            assertThat(Lan.iptables("iptables-save")).anyMatch(line -> line.contains("10.7.0.2:80"));
            tools.work();
            await(
                    "the rules are gone",
                    () -> Lan.iptables("iptables-save").stream()
                            .noneMatch(line -> line.contains("10.7.0.2") || line.contains("jdt7")));
            assertThat(Lan.iptables("iptables-save")).anyMatch(line -> line.contains("jdt8"));
        });
    }

    @Test
    void theOperatorsChainComesFirstAndKeepsItsRules() {
        Lan.run(root, lan -> {
            BridgeSpec network = lan.network(7);
            Sandbox server = lan.sandbox(network, 2);
            try (Publication publication = lan.publish(server, network, 2, Lan.port(Protocol.TCP, "0.0.0.0", 8080))) {
                ofOperator("-A JDOCKER-USER -s " + Lan.NEIGHBOUR + "/32 -j DROP");
                assertThat(lan.next(() -> Wire.noTcp(Lan.HOST, 8080))).isEmpty();
                lan.network(8);
                assertThat(Lan.iptables("iptables-save"))
                        .contains("-A JDOCKER-USER -s " + Lan.NEIGHBOUR + "/32 -j DROP")
                        .filteredOn(line -> line.startsWith("-A FORWARD"))
                        .containsExactly(
                                "-A FORWARD -j JDOCKER-USER",
                                "-A FORWARD -j " + instance().forwardChain());
                assertThat(publication.ports()).hasSize(1);
            }
        });
    }

    private static void ofOperator(String rule) {
        String saved = String.join("\n", Lan.iptables("iptables-save"));
        Lan.restore(
                "iptables-restore", saved.replaceFirst("(?s)(\\*filter.*?)COMMIT", "$1" + rule + "\nCOMMIT") + "\n");
    }

    @Test
    void twoInstancesDoNotTouchEachOther() {
        Lan.run(root, lan -> {
            BridgeSpec network = lan.network(7);
            Sandbox server = lan.sandbox(network, 2);
            Publication publication = lan.publish(server, network, 2, Lan.port(Protocol.TCP, "0.0.0.0", 8080));
            try (BridgeNetworks other = Lan.open(second, KernelNetworks.Names.HOST)) {
                Reconciled reconciled = other.reconcile(new WantedState(List.of(), List.of(), List.of()));
                assertThat(reconciled.removed()).isEmpty();
                assertThat(reconciled.problems()).isEmpty();
                other.bridges().ensure(Lan.spec(9, false, true));
                assertThat(lan.next(() -> Wire.tcp(Lan.HOST, 8080))).isPresent();
                other.bridges().remove("net9");
                assertThat(lan.next(() -> Wire.tcp(Lan.HOST, 8080))).isPresent();
            } finally {
                Lan.forget(second);
            }
            publication.close();
            assertThat(Lan.iptables("iptables-save")).noneMatch(line -> line.contains("8080"));
        });
    }

    @Test
    void aRemovedNetworkLeavesNoRule() {
        Lan.run(root, lan -> {
            BridgeSpec network = lan.network(7);
            lan.network(8);
            Sandbox server = lan.sandbox(network, 2);
            Publication publication = lan.publish(server, network, 2, Lan.port(Protocol.UDP, "0.0.0.0", 8080));
            publication.close();
            publication.close();
            server.delete();
            lan.networks.bridges().remove("net7");
            lan.networks.bridges().remove("net7");
            for (String tool : List.of("iptables-save", "ip6tables-save")) {
                assertThat(Lan.iptables(tool))
                        .noneMatch(line -> line.contains("jdt7"))
                        .anyMatch(line -> line.contains("jdt8"));
            }
        });
    }

    @Test
    void manyChangesAtOnceAllHold() {
        Lan.run(root, lan -> {
            BridgeSpec network = lan.network(7);
            Sandbox server = lan.sandbox(network, 2);
            List<Publication> publications = Stream.iterate(0, i -> i + 1)
                    .limit(40)
                    .map(i -> lan.networks
                            .ports()
                            .publish(new PublishRequest(
                                    server.id(),
                                    "container c",
                                    "net7",
                                    Optional.of(Addresses.parse("10.7.0.2")),
                                    Optional.empty(),
                                    List.of(Lan.port(Protocol.TCP, "0.0.0.0", 9000 + i)))))
                    .toList();
            publications.forEach(Publication::await);
            for (int i = 0; i < 40; i++) {
                assertThat(Wire.tcp("127.0.0.1", 9000 + i)).isPresent();
            }
            publications.parallelStream().forEach(Publication::close);
            assertThat(Lan.iptables("iptables-save")).noneMatch(line -> line.contains("DNAT --to"));
        });
    }
}
