package jdocker.daemon.container;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jdocker.api.ContainerConfig;
import jdocker.api.EndpointSettings;
import jdocker.api.HostConfig;
import jdocker.api.NetworkInspect.EndpointResource;
import jdocker.api.PortBinding;
import jdocker.daemon.error.EngineException.Conflict;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.error.EngineException.NotFound;
import jdocker.daemon.network.ContainerSandbox;
import jdocker.daemon.network.Endpoint;
import jdocker.daemon.network.EndpointRules;
import jdocker.daemon.network.Network;
import jdocker.daemon.network.NetworkChanges;
import jdocker.daemon.network.NetworkEngine;
import jdocker.daemon.network.NetworkMembers;
import jdocker.daemon.network.NetworkSandboxes;
import jdocker.daemon.network.NetworkSandboxes.Joined;
import jdocker.daemon.network.NetworkSandboxes.Starting;
import jdocker.daemon.network.Networks;
import jdocker.daemon.network.PortPlan;
import jdocker.daemon.state.Durability;
import jdocker.daemon.state.Snapshot;
import jdocker.daemon.state.StateStore;
import jdocker.daemon.state.Transaction;
import jdocker.kernel.Fd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Containers on networks: at their start and end, and while they run. */
final class ContainerNetworks implements NetworkMembers {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerNetworks.class);
    private static final Duration HOLD_PATIENCE = Duration.ofSeconds(5);

    private final StateStore store;
    private final Containers containers;
    private final NetworkSandboxes sandboxes;
    private final NetworkChanges changes;
    private final ContainerFiles files;
    private final ContainerLocks locks;
    private final Consoles consoles;
    private final ProcessRuntime runtime;

    ContainerNetworks(
            StateStore store,
            NetworkEngine networks,
            ContainerFiles files,
            ContainerLocks locks,
            Consoles consoles,
            ProcessRuntime runtime) {
        this.store = store;
        this.containers = new Containers(store);
        this.sandboxes = networks.sandboxes();
        this.changes = networks.changes();
        this.files = files;
        this.locks = locks;
        this.consoles = consoles;
        this.runtime = runtime;
    }

    /** Whether a container's namespace is its own and leads somewhere: not with none, the host's or another's. */
    static boolean hasOwn(Container c) {
        String mode = c.hostConfig().networkMode();
        return !mode.equals("host")
                && !mode.equals("none")
                && !c.config().networkDisabled()
                && HostConfigRules.otherContainer(mode).isEmpty();
    }

    /**
     * Makes the namespace of a container that is about to start, and its hosts and resolv.conf.
     *
     * @return empty for a container that has no namespace of its own, or nothing in it
     */
    Optional<Joined> join(Container c) {
        if (!hasOwn(c)) {
            if (HostConfigRules.otherContainer(c.hostConfig().networkMode()).isEmpty()) {
                files.writeNetwork(c, Optional.empty(), List.of(), false);
            }
            return Optional.empty();
        }
        List<String> links = links(c);
        Joined joined = sandboxes.join(starting(c));
        try {
            files.writeNetwork(c, Optional.of(joined.sandbox()), links, resolver(joined.sandbox()));
        } catch (RuntimeException e) {
            joined.close();
            sandboxes.leave(c.id());
            throw e;
        }
        return Optional.of(joined);
    }

    private Starting starting(Container c) {
        var wanted = new TreeMap<String, EndpointSettings>();
        Snapshot state = store.snapshot();
        c.networks().forEach((name, settings) -> {
            // An engine without the default bridge gives its containers no network, as Docker does.
            if (!name.equals("bridge") || Networks.find(state, name).isPresent()) {
                wanted.put(name, settings);
            }
        });
        return new Starting(
                c.id(),
                c.name(),
                c.hostname(),
                c.hostConfig().networkMode(),
                wanted,
                ports(c),
                files.servers(c),
                linked(c));
    }

    private static PortPlan.Wish ports(Container c) {
        return wish(c.config(), c.hostConfig());
    }

    /** Which ports are to be published. */
    static PortPlan.Wish wish(ContainerConfig config, HostConfig host) {
        var bindings = new TreeMap<String, List<PortBinding>>();
        host.portBindings().forEach((port, list) -> bindings.put(port, HostConfigRules.listOf(list)));
        Set<String> exposed =
                config.exposedPorts() == null ? Set.of() : config.exposedPorts().keySet();
        return new PortPlan.Wish(exposed, bindings, host.publishAllPorts());
    }

    private boolean resolver(ContainerSandbox sandbox) {
        if (!sandboxes.hasResolver()) {
            return false;
        }
        if (!files.hasServersForContainers()) {
            return true; // the host asks only itself: so it has to be asked for the containers
        }
        Snapshot state = store.snapshot();
        return sandbox.endpoints().stream()
                .anyMatch(e -> state.get(Network.ALL, e.networkId())
                        .filter(Network::isUserDefined)
                        .isPresent());
    }

    /**
     * Removes a link of a container on the default bridge; what runs loses the name at once.
     *
     * @throws NotFound when it has no such link
     */
    void unlink(String container, String alias) {
        String id = containers.resolve(container).id();
        locks.holding(id, "unlink", () -> {
            Container c = containers.current(id);
            List<String> links = HostConfigRules.listOf(c.hostConfig().links());
            List<String> left = links.stream()
                    .filter(link -> !HostConfigRules.link(link).alias().equals(alias))
                    .toList();
            if (left.size() == links.size()) {
                throw new NotFound("No such link: /" + c.name() + "/" + alias);
            }
            save(c.with(c.hostConfig().toBuilder().links(left).build()));
            if (c.isRunning()) {
                files.removeLink(id, alias);
                sandboxes.link(id, linked(containers.current(id)));
            }
            return null;
        });
    }

    /** The containers at the other ends of its links, as far as there are any. */
    private List<ContainerSandbox.Linked> linked(Container c) {
        return HostConfigRules.listOf(c.hostConfig().links()).stream()
                .flatMap(link -> containers.find(HostConfigRules.link(link).container()).stream())
                .map(other ->
                        new ContainerSandbox.Linked(other.id(), ports(other).containerPorts()))
                .toList();
    }

    /** The lines of /etc/hosts for containers that one on the default bridge is linked to. */
    private List<String> links(Container c) {
        var lines = new ArrayList<String>();
        for (String link : HostConfigRules.listOf(c.hostConfig().links())) {
            HostConfigRules.Link parsed = HostConfigRules.link(link);
            Container other = containers.resolve(parsed.container());
            if (!other.isRunning()) {
                throw new Conflict("Cannot link to a non running container: /" + other.name() + " AS /" + c.name() + "/"
                        + parsed.alias());
            }
            Snapshot state = store.snapshot();
            Optional<Endpoint> endpoint = Networks.find(state, "bridge")
                    .flatMap(bridge ->
                            state.get(ContainerSandbox.ALL, other.id()).flatMap(s -> s.on(bridge.id())));
            if (endpoint.isEmpty()) {
                throw new InvalidRequest(
                        "Cannot link to /" + other.name() + ", as it does not belong to the default network");
            }
            String names = parsed.alias().equals(other.name())
                    ? parsed.alias() + " " + other.hostname()
                    : parsed.alias() + " " + other.hostname() + " " + other.name();
            lines.add(EtcFiles.line(endpoint.get().plainIpv4(), names));
        }
        return lines;
    }

    /** A container that a daemon before this one has started goes on. */
    void adopt(Container c, ProcessRuntime.RunningProcess process) {
        // The daemon before this one may have ended between a change and telling the shim of it.
        sandboxes
                .adopt(c.id(), files.servers(c), process.holds(), process.held())
                .ifPresent(holding -> hold(c, holding));
    }

    void rename(Transaction transaction, Container before, String name) {
        sandboxes.rename(transaction, before.id(), before.name(), name);
    }

    void awaitPorts(String id) {
        sandboxes.awaitPorts(id);
    }

    /** The container is gone. */
    void forget(Container c) {
        sandboxes.forget(c.id());
    }

    /** Safe to repeat, and for containers that have nothing. */
    void leave(String id) {
        sandboxes.leave(id);
    }

    @Override
    public void connect(String container, String reference, EndpointSettings settings) {
        String id = containers.resolve(container).id();
        locks.holding(id, "connect", () -> {
            Container c = containers.current(id);
            checkChangeable(c);
            Snapshot state = store.snapshot();
            Optional<Network> network =
                    c.isRunning() ? Optional.of(Networks.resolve(state, reference)) : Networks.find(state, reference);
            String name = network.map(Network::name).orElse(reference);
            checkTogether(c, name);
            EndpointRules.check(name, network, settings);
            Container changed = c.on(name, settings);
            if (c.isRunning() && network.isPresent()) {
                connectRunning(c, changed, network.get(), settings);
            } else {
                save(changed);
            }
            return null;
        });
    }

    private void connectRunning(Container c, Container changed, Network network, EndpointSettings settings) {
        boolean before = store.snapshot()
                .get(ContainerSandbox.ALL, c.id())
                .map(this::resolver)
                .orElse(false);
        ContainerSandbox after = changes.connect(
                starting(c), network, settings, transaction -> transaction.put(Container.ALL, c.id(), changed));
        List<String> lines =
                after.on(network.id()).map(e -> EtcFiles.ownLines(c, e)).orElse(List.of());
        holdPorts(c);
        files.changeHosts(c.id(), lines, List.of());
        files.changeResolver(c, before, resolver(after));
    }

    // What the shim has nobody else gets; what it has not is free for others as soon as the daemon ends.
    private void holdPorts(Container c) {
        sandboxes.toHold(c.id()).ifPresent(holding -> hold(c, holding));
    }

    private void hold(Container c, NetworkSandboxes.Holding holding) {
        Optional<Console> console = consoles.find(c.id());
        if (console.isEmpty()) {
            holding.sockets().forEach(Fd::close);
            return;
        }
        try {
            console.get()
                    .hold(holding.first(), holding.sockets(), runtime::hold)
                    .get(HOLD_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.info(
                    "the ports of container {} will not be kept over a restart of the daemon: {}",
                    c.id(),
                    e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void checkChangeable(Container c) {
        if (c.state() instanceof ContainerState.Removing || c.state() instanceof ContainerState.Dead) {
            throw new Conflict("container " + c.id()
                    + " is marked for removal and cannot be connected or disconnected to" + " the network");
        }
    }

    private static void checkTogether(Container c, String name) {
        String mode = c.hostConfig().networkMode();
        if (HostConfigRules.otherContainer(mode).isPresent() || mode.equals("host") && !name.equals("host")) {
            throw new InvalidRequest("container sharing network namespace with another container or host cannot be"
                    + " connected to any other network");
        }
        if (name.equals("host") && !mode.equals("host")) {
            throw new InvalidRequest(
                    "cannot connect container to host network - container must be created in host" + " network mode");
        }
        if (name.equals("none") ^ mode.equals("none") && !c.networks().isEmpty()) {
            throw new InvalidRequest("container cannot be connected to multiple networks with one of the networks in"
                    + " private (none) mode");
        }
    }

    @Override
    public void disconnect(String container, String reference, boolean force) {
        String id = containers.resolve(container).id();
        locks.holding(id, "disconnect", () -> {
            Container c = containers.current(id);
            checkChangeable(c);
            Snapshot state = store.snapshot();
            Optional<Network> network = Networks.find(state, reference);
            if (c.isRunning() && network.isEmpty() && !force) {
                throw new NotFound("network " + reference + " not found");
            }
            String name = network.map(Network::name).orElse(reference);
            if (c.isRunning() && c.hostConfig().networkMode().equals("host") && name.equals("host")) {
                throw new InvalidRequest(
                        "container cannot be disconnected from host network or connected to host" + " network");
            }
            Container changed = c.off(name);
            Optional<ContainerSandbox> sandbox = state.get(ContainerSandbox.ALL, c.id());
            boolean attached = sandbox.isPresent()
                    && network.flatMap(n -> sandbox.get().on(n.id())).isPresent();
            if (!attached && !c.networks().containsKey(name)) {
                throw new NotFound("container " + c.id() + " is not connected to network " + name);
            }
            if (attached) {
                disconnectRunning(c, changed, network.orElseThrow(), sandbox.get());
            } else {
                save(changed);
            }
            return null;
        });
    }

    private void disconnectRunning(Container c, Container changed, Network network, ContainerSandbox before) {
        ContainerSandbox after = changes.disconnect(
                c.id(), network, ports(c), transaction -> transaction.put(Container.ALL, c.id(), changed));
        List<String> lines =
                before.on(network.id()).map(e -> EtcFiles.ownLines(c, e)).orElse(List.of());
        holdPorts(c);
        files.changeHosts(c.id(), List.of(), lines);
        files.changeResolver(c, resolver(before), resolver(after));
    }

    private void save(Container c) {
        store.write(Durability.FULL, transaction -> {
            transaction.put(Container.ALL, c.id(), c);
            return c;
        });
    }

    @Override
    public Map<String, EndpointResource> on(Snapshot state, Network network) {
        var members = new TreeMap<String, EndpointResource>();
        for (Container c : state.all(Container.ALL).values()) {
            Optional<Endpoint> endpoint =
                    state.get(ContainerSandbox.ALL, c.id()).flatMap(s -> s.on(network.id()));
            if (endpoint.isPresent()) {
                Endpoint e = endpoint.get();
                members.put(c.id(), new EndpointResource(c.name(), e.id(), e.mac(), e.ipv4(), e.ipv6()));
            } else if (c.isRunning() && network.name().equals(c.hostConfig().networkMode()) && !hasOwn(c)) {
                members.put(c.id(), new EndpointResource(c.name(), NetworkViews.endpointId(c, network), "", "", ""));
            }
        }
        return members;
    }
}
