package jdocker.daemon.network;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import jdocker.daemon.config.DaemonConfig;
import jdocker.daemon.http.Router;
import jdocker.daemon.state.Durability;
import jdocker.daemon.state.Snapshot;
import jdocker.daemon.state.StateStore;
import jdocker.network.BridgeNetworks;
import jdocker.network.BridgeSpec;
import jdocker.network.EndpointSpec;
import jdocker.network.PublishRequest;
import jdocker.network.Reconciled;
import jdocker.network.WantedState;
import jdocker.network.WantedState.WantedSandbox;
import jdocker.network.address.AddressBook;
import jdocker.network.address.AddressPools;
import jdocker.network.address.IpAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything about networks, wired; what the rest of the daemon sees of it. */
public final class NetworkEngine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkEngine.class);

    private final StateStore store;
    private final BridgeNetworks kernel;
    private final DaemonConfig.Networks settings;
    private final KernelSpecs specs;
    private final AddressBook book = new AddressBook();
    private final DefaultNetworks defaults;
    private final NetworkLifecycle lifecycle;
    private final NetworkSandboxes sandboxes;
    private final NetworkChanges changes;
    private final String bootId;

    /**
     * What networks stand on.
     *
     * @param engineId makes the engine's IPv6 addresses its own
     * @param root where the host's files are found
     * @param names of containers, and who answers for them
     */
    public record Foundation(
            StateStore store,
            BridgeNetworks kernel,
            DaemonConfig.Networks settings,
            String engineId,
            String bootId,
            Path root,
            ContainerNames names) {}

    public NetworkEngine(Foundation f) {
        store = f.store();
        kernel = f.kernel();
        settings = f.settings();
        bootId = f.bootId();
        specs = new KernelSpecs(settings);
        var host = new HostSubnets(f.root());
        AddressPools pools = pools(f);
        defaults = new DefaultNetworks(store, settings, pools, host);
        lifecycle = new NetworkLifecycle(store, kernel.bridges(), specs, new SubnetChoice(pools, host), book, settings);
        var rows = new SandboxRows(store);
        var live = new LiveSandboxes();
        var addresses = new EndpointAllocation(book, settings);
        var publisher = new PortPublisher(kernel.ports(), settings);
        var links = new Links(kernel);
        sandboxes = new NetworkSandboxes(rows, live, kernel, specs, addresses, publisher, f.names(), links, bootId);
        changes = new NetworkChanges(rows, live, specs, addresses, publisher, f.names(), links);
    }

    private static AddressPools pools(Foundation f) {
        long id = UUID.nameUUIDFromBytes(f.engineId().getBytes(StandardCharsets.UTF_8))
                .getMostSignificantBits();
        return f.settings().pools().isEmpty()
                ? AddressPools.standard(id)
                : new AddressPools(f.settings().pools()).orElse(AddressPools.localV6(id));
    }

    public NetworkSandboxes sandboxes() {
        return sandboxes;
    }

    public NetworkChanges changes() {
        return changes;
    }

    /** What a daemon does first: puts back what shall be and removes what nobody has. Before containers recover. */
    public void recover() {
        forgetOtherBoots();
        defaults.ensure();
        Snapshot state = store.snapshot();
        Collection<Network> networks = state.all(Network.ALL).values();
        networks.stream().filter(n -> !n.configOnly()).forEach(n -> book.define(n.id(), n.name(), n.addressRanges()));
        List<BridgeSpec> bridges =
                networks.stream().filter(Network::isBridge).map(specs::bridge).toList();
        List<ContainerSandbox> rows = state.all(ContainerSandbox.ALL).values().stream()
                .filter(row -> row.bootId().equals(bootId))
                .toList();
        Reconciled reconciled = kernel.reconcile(new WantedState(
                bridges, rows.stream().map(row -> wanted(state, row)).toList(), Links.opened(state)));
        reconciled.removed().forEach(what -> LOG.info("removed, as nobody has it: {}", what));
        reconciled.problems().forEach(what -> LOG.error("networks: {}", what));
        for (ContainerSandbox row : rows) {
            sandboxes.adopt(row, reconciled.publications().getOrDefault(row.sandboxId(), List.of()));
        }
    }

    /**
     * Forgets sandboxes that went with the machine. A disk that is full must not keep the daemon from starting: that is when
     * somebody has to make room by it.
     *
     * @return whether that is done
     */
    public boolean forgetOtherBoots() {
        List<ContainerSandbox> old = store.snapshot().all(ContainerSandbox.ALL).values().stream()
                .filter(row -> !row.bootId().equals(bootId))
                .toList();
        if (old.isEmpty()) {
            return true;
        }
        try {
            store.write(Durability.NORMAL, transaction -> {
                old.forEach(row -> transaction.remove(ContainerSandbox.ALL, row.containerId()));
                return true;
            });
            return true;
        } catch (RuntimeException e) {
            LOG.error("cannot forget the network sandboxes of before the last boot", e);
            return false;
        }
    }

    private WantedSandbox wanted(Snapshot state, ContainerSandbox row) {
        var endpoints = new ArrayList<EndpointSpec>();
        var ports = new ArrayList<PublishRequest>();
        for (Endpoint endpoint : row.endpoints()) {
            state.get(Network.ALL, endpoint.networkId())
                    .ifPresent(network -> endpoints.add(specs.endpoint(network, endpoint)));
        }
        Optional<Endpoint> gateway = row.gatewayEndpoint();
        gateway.flatMap(g -> state.get(Network.ALL, g.networkId()))
                .flatMap(network -> PortPublisher.request(
                        network, gateway.orElseThrow(), row.sandboxId(), row.owner(), PortPlan.again(row.ports())))
                .ifPresent(ports::add);
        return new WantedSandbox(row.sandboxId(), endpoints, ports);
    }

    /** Releases what containers have that do not run. After containers have recovered. */
    public void sweep(Predicate<String> isRunning) {
        for (String id : store.snapshot().all(ContainerSandbox.ALL).keySet()) {
            if (!isRunning.test(id)) {
                try {
                    sandboxes.leave(id);
                } catch (RuntimeException e) {
                    LOG.error("cannot free the network namespace of container {}", id, e);
                }
            }
        }
    }

    public void addRoutes(Router router, NetworkMembers members) {
        new NetworkRoutes(store, lifecycle, members).addTo(router);
    }

    /** What {@code host-gateway} stands for: what is configured, else the default bridge's addresses. */
    public List<String> hostGateways() {
        if (!settings.hostGateways().isEmpty()) {
            return settings.hostGateways().stream().map(IpAddress::toString).toList();
        }
        return Networks.named(store.snapshot(), Network.BRIDGE).stream()
                .flatMap(network -> network.ranges().stream())
                .map(Network.Range::gateway)
                .filter(gateway -> !gateway.isEmpty())
                .toList();
    }

    @Override
    public void close() {
        kernel.close();
    }
}
