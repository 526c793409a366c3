package jdocker.daemon.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import jdocker.api.EndpointSettings;
import jdocker.api.PortBinding;
import jdocker.daemon.network.NetworkSandboxes.Starting;
import jdocker.daemon.state.Durability;
import jdocker.daemon.state.StateStore;
import jdocker.daemon.state.Transaction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A change of a running container's networks is made or it is not. */
class NetworkChangesTest {
    private static final String CONTAINER = "0123456789abcdef";
    private static final PortPlan.Wish PORTS =
            new PortPlan.Wish(Set.of(), Map.of("80/tcp", List.of(new PortBinding("", "8080"))), false);

    /** Before "bridge" in the alphabet: the default route leads by it. */
    private static final Network FIRST = new Network(
            "a".repeat(64),
            "apart",
            Instant.EPOCH,
            Network.BRIDGE,
            true,
            false,
            false,
            false,
            Map.of(),
            List.of(new Network.Range("10.9.0.0/24", "", "10.9.0.1", Map.of(), true)),
            Map.of(),
            Map.of(),
            false,
            "");

    private final FakeKernel kernel = new FakeKernel();

    @TempDir
    Path directory;

    private StateStore store;
    private NetworkEngine engine;

    @BeforeEach
    void open() {
        store = StateStore.open(directory.resolve("state.db"));
        store.write(Durability.NORMAL, transaction -> {
            transaction.put(Network.ALL, FIRST.id(), FIRST);
            return true;
        });
        engine = NetworkFakes.engine(store, kernel, directory);
        engine.recover();
        engine.sandboxes().join(starting("web")).close();
    }

    @AfterEach
    void close() {
        engine.close();
        store.close();
    }

    private static void addNothing(Transaction transaction) {
        assertThat(transaction).isNotNull();
    }

    private static void failOfFullDisk(Transaction transaction) {
        throw new IllegalStateException("the disk is full for " + transaction);
    }

    private static Starting starting(String name) {
        return new Starting(
                CONTAINER,
                name,
                "web",
                "bridge",
                Map.of("bridge", EndpointSettings.empty()),
                PORTS,
                List.of(),
                List.of());
    }

    private ContainerSandbox row() {
        return store.snapshot().get(ContainerSandbox.ALL, CONTAINER).orElseThrow();
    }

    private void connect(Consumer<Transaction> with) {
        engine.changes().connect(starting("web"), FIRST, EndpointSettings.empty(), with);
    }

    private void disconnect(Network network) {
        engine.changes().disconnect(CONTAINER, network, PORTS, NetworkChangesTest::failOfFullDisk);
    }

    /** All that the container has in the kernel. */
    private record Has(Set<String> endpoints, String route, Map<String, String> ports) {}

    private Has has() {
        FakeKernel.FakeSandbox sandbox = kernel.namespaces.get(row().sandboxId());
        return new Has(
                Set.copyOf(sandbox.endpoints.keySet()),
                sandbox.route.orElseThrow().endpointId(),
                Map.copyOf(kernel.portTargets));
    }

    @Test
    void theDefaultRouteAndThePortsFollow() {
        Has before = has();
        connect(NetworkChangesTest::addNothing);
        assertThat(has().route()).isNotEqualTo(before.route());
        assertThat(has().ports()).hasSameSizeAs(before.ports()).containsValue("10.9.0.2");
        engine.changes().disconnect(CONTAINER, FIRST, PORTS, NetworkChangesTest::addNothing);
        assertThat(has()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"attach", "close", "publish", "await", "disk"})
    void aConnectionThatFailsLeavesTheContainerAsItWas(String what) {
        Has before = has();
        ContainerSandbox row = row();
        if (!what.equals("disk")) {
            kernel.failOnce(what);
        }
        Consumer<Transaction> with =
                what.equals("disk") ? NetworkChangesTest::failOfFullDisk : NetworkChangesTest::addNothing;
        assertThatThrownBy(() -> connect(with)).isInstanceOf(RuntimeException.class);
        assertThat(has()).isEqualTo(before);
        assertThat(row()).isEqualTo(row);
        engine.sandboxes().leave(CONTAINER);
        assertThat(kernel.portOwners).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"detach", "close", "publish", "await", "disk"})
    void aDisconnectionThatFailsLeavesTheContainerAsItWas(String what) {
        connect(NetworkChangesTest::addNothing);
        Has before = has();
        ContainerSandbox row = row();
        if (!what.equals("disk")) {
            kernel.failOnce(what);
        }
        assertThatThrownBy(() -> disconnect(FIRST)).isInstanceOf(RuntimeException.class);
        assertThat(has()).isEqualTo(before);
        assertThat(row()).isEqualTo(row);
        engine.sandboxes().leave(CONTAINER);
        assertThat(kernel.portOwners).isEmpty();
    }

    @Test
    void aContainerThatWasRenamedGivesItsAddressesBack() {
        store.write(Durability.NORMAL, transaction -> {
            engine.sandboxes().rename(transaction, CONTAINER, "web", "shop");
            return true;
        });
        assertThat(row().owner()).isEqualTo("container shop (0123456789ab)");
        var fixed = new EndpointSettings.EndpointIpamConfig("10.9.0.7", "", null);
        EndpointSettings settings =
                EndpointSettings.empty().toBuilder().ipamConfig(fixed).build();
        engine.changes().connect(starting("shop"), FIRST, settings, NetworkChangesTest::addNothing);
        engine.changes().disconnect(CONTAINER, FIRST, PORTS, NetworkChangesTest::addNothing);
        var other = new Starting(
                "fedcba9876543210",
                "other",
                "other",
                FIRST.name(),
                Map.of(FIRST.name(), settings),
                new PortPlan.Wish(Set.of(), Map.of(), false),
                List.of(),
                List.of());
        try (var joined = engine.sandboxes().join(other)) {
            assertThat(joined.sandbox().endpoints().getFirst().plainIpv4()).isEqualTo("10.9.0.7");
        }
    }
}
