package jdocker.daemon.network;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import jdocker.api.EndpointSettings;
import jdocker.daemon.error.EngineException.Conflict;
import jdocker.daemon.error.EngineException.Forbidden;
import jdocker.daemon.error.EngineException.NotFound;
import jdocker.daemon.error.Undo;
import jdocker.daemon.network.EndpointAllocation.Taker;
import jdocker.daemon.state.Durability;
import jdocker.daemon.state.Snapshot;
import jdocker.daemon.state.StateStore;
import jdocker.daemon.state.Transaction;
import jdocker.kernel.Fd;
import jdocker.network.BridgeNetworks;
import jdocker.network.EndpointSpec;
import jdocker.network.Publication;
import jdocker.network.Sandbox;

/**
 * The network namespaces of running containers: made before their first process, changed while they run, released when
 * they have ended. The caller holds the container's lock; makes native calls, so on work threads.
 */
public final class NetworkSandboxes {
    private static final int RESOLVER_SOCKETS = 2;

    private final StateStore store;
    private final BridgeNetworks kernel;
    private final KernelSpecs specs;
    private final EndpointAllocation addresses;
    private final PortPublisher publisher;
    private final ContainerNames names;
    private final String bootId;
    private final Map<String, Live> live = new ConcurrentHashMap<>();

    NetworkSandboxes(
            StateStore store,
            BridgeNetworks kernel,
            KernelSpecs specs,
            EndpointAllocation addresses,
            PortPublisher publisher,
            ContainerNames names,
            String bootId) {
        this.store = store;
        this.kernel = kernel;
        this.specs = specs;
        this.addresses = addresses;
        this.publisher = publisher;
        this.names = names;
        this.bootId = bootId;
    }

    /**
     * @param held the number of the first port's socket that the shim holds; empty when it holds none
     */
    private record Live(Sandbox sandbox, List<Publication> publications, OptionalInt held) {
        Live with(List<Publication> others) {
            return new Live(sandbox, others, held);
        }
    }

    /**
     * A container that starts.
     *
     * @param first the network that gets the first interface
     * @param endpoints what is asked for on each network
     * @param dns the servers it wants asked for names that are not ours; empty for the host's
     */
    public record Starting(
            String containerId,
            String name,
            String hostname,
            String first,
            Map<String, EndpointSettings> endpoints,
            PortPlan.Wish ports,
            List<String> dns) {

        String owner() {
            return ownerName(containerId, name);
        }

        Taker taker() {
            return new Taker(owner(), containerId, name, hostname);
        }
    }

    /**
     * A sandbox that is ready.
     *
     * @param held descriptors that shall outlive the daemon; the caller's to close
     */
    public record Joined(ContainerSandbox sandbox, List<Fd> held) implements AutoCloseable {
        public Joined {
            held = List.copyOf(held);
        }

        @Override
        public void close() {
            held.forEach(Fd::close);
        }
    }

    /** A network and what is asked for on it. */
    private record Target(Network network, EndpointSettings settings) {}

    /**
     * Makes a container's namespace with all its interfaces and begins to publish its ports; the row is written when
     * this returns.
     *
     * @throws NotFound when a network does not exist
     */
    public Joined join(Starting wish) {
        Snapshot state = store.snapshot();
        List<Target> targets = targets(state, wish);
        try (var undo = new Undo()) {
            var endpoints = new ArrayList<Endpoint>();
            for (Target target : targets) {
                Endpoint endpoint = addresses.take(target.network(), target.settings(), wish.taker());
                undo.add(() -> addresses.release(endpoint, wish.owner()));
                endpoints.add(endpoint);
            }
            Optional<Endpoint> gateway = gateway(state, endpoints);
            Sandbox sandbox = kernel.sandboxes().create();
            undo.add(sandbox::delete);
            List<Endpoint> named = attach(state, sandbox, endpoints, gateway);
            Optional<Publication> publication = gateway.flatMap(
                    g -> publisher.publish(network(state, g), g, sandbox.id(), wish.owner(), wish.ports(), List.of()));
            publication.ifPresent(p -> undo.add(p::close));
            var row = new ContainerSandbox(
                    wish.containerId(),
                    wish.owner(),
                    sandbox.id(),
                    sandbox.path().toString(),
                    bootId,
                    gateway.map(Endpoint::id).orElse(""),
                    named,
                    PortPublisher.ports(publication));
            undo.add(() -> names.close(sandbox.id()));
            named.forEach(e -> names.join(sandbox.id(), network(state, e), e, e.links()));
            List<Fd> dns = names.open(sandbox, wish.dns(), List.of());
            List<Fd> ports = publication.map(Publication::sockets).orElse(List.of());
            var joined =
                    new Joined(row, Stream.concat(dns.stream(), ports.stream()).toList());
            undo.add(joined::close);
            write(Durability.NORMAL, row, named, "connect", _ -> {});
            live.put(
                    wish.containerId(),
                    new Live(sandbox, publication.stream().toList(), first(dns.size(), joined.held())));
            undo.forget();
            return joined;
        }
    }

    private static OptionalInt first(int port, List<Fd> held) {
        return held.size() > port ? OptionalInt.of(port) : OptionalInt.empty();
    }

    /**
     * When a running container's shim holds sockets of ports that are published no more: the number of the first. Then
     * they are the caller's to release, who is told once.
     */
    public OptionalInt heldInVain(String containerId) {
        Live known = live.get(containerId);
        if (known == null
                || known.held().isEmpty()
                || known.publications().stream()
                        .flatMap(publication -> publication.ports().stream())
                        .anyMatch(port -> port.hostPort() != 0)) {
            return OptionalInt.empty();
        }
        live.put(containerId, new Live(known.sandbox(), known.publications(), OptionalInt.empty()));
        return known.held();
    }

    /** Waits until connections to the container's ports arrive. */
    public void awaitPorts(String containerId) {
        Live known = live.get(containerId);
        if (known != null) {
            known.publications().forEach(Publication::await);
        }
    }

    private static List<Target> targets(Snapshot state, Starting wish) {
        var byNetwork = new LinkedHashMap<String, Target>();
        Stream.concat(
                        wish.endpoints().keySet().stream().filter(wish.first()::equals),
                        wish.endpoints().keySet().stream()
                                .filter(name -> !name.equals(wish.first()))
                                .sorted())
                .forEach(name -> {
                    Network network = Networks.resolve(state, name);
                    EndpointSettings settings =
                            Objects.requireNonNull(wish.endpoints().get(name));
                    EndpointRules.check(network.name(), Optional.of(network), settings);
                    if (network.configOnly()) {
                        throw new Forbidden("cannot connect to configuration-only network " + network.name()
                                + ": it is a template");
                    }
                    if (network.hasInterfaces()) {
                        byNetwork.putIfAbsent(network.id(), new Target(network, settings));
                    }
                });
        return List.copyOf(byNetwork.values());
    }

    private static Network network(Snapshot state, Endpoint endpoint) {
        return state.get(Network.ALL, endpoint.networkId())
                .orElseThrow(() -> new NotFound("network " + endpoint.networkName() + " not found"));
    }

    // As Docker: the highest priority wins, then the first name; networks that lead nowhere do not count.
    private static Optional<Endpoint> gateway(Snapshot state, List<Endpoint> endpoints) {
        return endpoints.stream()
                .filter(e -> !e.gateway4().isEmpty() || !e.gateway6().isEmpty())
                .filter(e -> state.get(Network.ALL, e.networkId()).isPresent())
                .min(Comparator.comparingInt(Endpoint::gatewayPriority)
                        .reversed()
                        .thenComparing(Endpoint::networkName));
    }

    private List<Endpoint> attach(
            Snapshot state, Sandbox sandbox, List<Endpoint> endpoints, Optional<Endpoint> gateway) {
        List<EndpointSpec> wanted = endpoints.stream()
                .map(e -> specs.endpoint(network(state, e), e))
                .toList();
        List<String> names = sandbox.attach(wanted, gateway.map(g -> specs.endpoint(network(state, g), g)));
        var named = new ArrayList<Endpoint>();
        for (int i = 0; i < endpoints.size(); i++) {
            named.add(endpoints.get(i).named(names.get(i)));
        }
        return named;
    }

    /** In one transaction with what the caller adds; a network that has gone meanwhile fails it. */
    private void write(
            Durability durability,
            ContainerSandbox row,
            List<Endpoint> changed,
            String action,
            Consumer<Transaction> more) {
        store.write(durability, transaction -> {
            for (Endpoint endpoint : changed) {
                Network network = transaction
                        .get(Network.ALL, endpoint.networkId())
                        .orElseThrow(() -> new NotFound("network " + endpoint.networkName() + " not found"));
                transaction.append(NetworkEvents.ofMember(network, action, row.containerId()));
            }
            transaction.put(ContainerSandbox.ALL, row.containerId(), row);
            more.accept(transaction);
            return row;
        });
    }

    /**
     * Puts a running container on one more network.
     *
     * @param with what is saved together with it
     * @throws Conflict when the container's namespace is not ours to change
     */
    public ContainerSandbox connect(
            Starting who, Network network, EndpointSettings settings, Consumer<Transaction> with) {
        Snapshot state = store.snapshot();
        ContainerSandbox row = row(state, who.containerId());
        if (row.on(network.id()).isPresent()) {
            throw new Forbidden("endpoint with name " + who.name() + " already exists in network " + network.name());
        }
        EndpointRules.check(network.name(), Optional.of(network), settings);
        Live known = known(row);
        try (var undo = new Undo()) {
            Endpoint endpoint = addresses.take(network, settings, who.taker());
            undo.add(() -> addresses.release(endpoint, row.owner()));
            var all = new ArrayList<>(row.endpoints());
            all.add(endpoint);
            Optional<Endpoint> gateway = gateway(state, all);
            undo.add(() -> known.sandbox().detach(endpoint.id()));
            List<Endpoint> named = attach(state, known.sandbox(), List.of(endpoint), gateway);
            all.set(all.size() - 1, named.getFirst());
            List<Publication> publications = known.publications();
            if (!gateway.map(Endpoint::id).orElse("").equals(row.gateway())) {
                publications = move(state, row, known, gateway, who.ports());
            }
            ContainerSandbox changed =
                    row.with(gateway.map(Endpoint::id).orElse(""), all, PortPublisher.ports(publications.stream()));
            undo.add(() -> names.leave(row.sandboxId(), network.id()));
            names.join(row.sandboxId(), network, named.getFirst(), endpoint.links());
            write(Durability.FULL, changed, named, "connect", with);
            live.put(row.containerId(), known.with(publications));
            undo.forget();
            publications.forEach(Publication::await);
            return changed;
        }
    }

    // The ports follow the default route: they are led to the address that answers come back from.
    private List<Publication> move(
            Snapshot state, ContainerSandbox row, Live known, Optional<Endpoint> gateway, PortPlan.Wish wish) {
        List<Fd> kept = known.publications().stream()
                .flatMap(publication -> publication.sockets().stream())
                .toList();
        known.publications().forEach(Publication::close);
        if (gateway.isEmpty()) {
            kept.forEach(Fd::close);
            return List.of();
        }
        Endpoint g = gateway.get();
        Optional<Publication> moved = row.ports().isEmpty()
                ? publisher.publish(network(state, g), g, row.sandboxId(), row.owner(), wish, kept)
                : publisher.again(network(state, g), g, row.sandboxId(), row.owner(), row.ports(), kept);
        return moved.stream().toList();
    }

    /**
     * Takes a running container off a network.
     *
     * @param with what is saved together with it
     * @throws NotFound when it is not on it
     */
    public ContainerSandbox disconnect(
            String containerId, Network network, PortPlan.Wish ports, Consumer<Transaction> with) {
        Snapshot state = store.snapshot();
        ContainerSandbox row = row(state, containerId);
        Endpoint endpoint = row.on(network.id())
                .orElseThrow(() ->
                        new NotFound("container " + containerId + " is not connected to network " + network.name()));
        Live known = known(row);
        List<Endpoint> left = row.endpoints().stream()
                .filter(e -> !e.id().equals(endpoint.id()))
                .toList();
        Optional<Endpoint> gateway = gateway(state, left);
        List<Publication> publications = known.publications();
        if (endpoint.id().equals(row.gateway())) {
            publications = move(state, row, known, gateway, ports);
        }
        known.sandbox().detach(endpoint.id());
        known.sandbox().defaultRoute(gateway.map(g -> specs.endpoint(network(state, g), g)));
        ContainerSandbox changed =
                row.with(gateway.map(Endpoint::id).orElse(""), left, PortPublisher.ports(publications.stream()));
        write(Durability.FULL, changed, List.of(endpoint), "disconnect", with);
        live.put(containerId, known.with(publications));
        names.leave(row.sandboxId(), network.id());
        addresses.release(endpoint, row.owner());
        publications.forEach(Publication::await);
        return changed;
    }

    private static ContainerSandbox row(Snapshot state, String containerId) {
        return state.get(ContainerSandbox.ALL, containerId)
                .orElseThrow(() -> new Conflict("container " + containerId + " has no network namespace of its own"));
    }

    private Live known(ContainerSandbox row) {
        Live known = live.get(row.containerId());
        if (known == null) {
            throw new Conflict("the network namespace of " + row.owner() + " is lost: restart the container");
        }
        return known;
    }

    /** Releases everything that a container that has ended has had; nothing happens when there is nothing. */
    public void leave(String containerId) {
        Optional<ContainerSandbox> row = store.snapshot().get(ContainerSandbox.ALL, containerId);
        Live known = live.remove(containerId);
        row.ifPresent(r -> names.close(r.sandboxId()));
        if (known != null) {
            known.publications().forEach(Publication::close);
            known.sandbox().delete();
        } else {
            row.flatMap(r -> kernel.sandboxes().open(r.sandboxId())).ifPresent(Sandbox::delete);
        }
        if (row.isPresent()) {
            store.write(Durability.NORMAL, transaction -> {
                transaction.remove(ContainerSandbox.ALL, containerId);
                for (Endpoint endpoint : row.get().endpoints()) {
                    transaction
                            .get(Network.ALL, endpoint.networkId())
                            .ifPresent(n -> transaction.append(NetworkEvents.ofMember(n, "disconnect", containerId)));
                }
                return true;
            });
            row.get().endpoints().forEach(e -> addresses.release(e, row.get().owner()));
        }
    }

    /** Answers an adopted container's queries again and keeps its ports, by the sockets that its shim has held. */
    public void adopt(String containerId, List<String> dns, List<Fd> held) {
        Live known = live.get(containerId);
        if (known == null) {
            held.forEach(Fd::close);
            return;
        }
        // In the order of join. A shim of before holds none, or the resolver's alone.
        int resolver = held.size() < RESOLVER_SOCKETS ? 0 : RESOLVER_SOCKETS;
        List<Fd> ports = held.subList(resolver, held.size());
        known.publications().forEach(publication -> publication.resume(ports));
        if (known.publications().isEmpty()) {
            ports.forEach(Fd::close);
        }
        live.put(containerId, new Live(known.sandbox(), known.publications(), first(resolver, held)));
        names.open(known.sandbox(), dns, held.subList(0, resolver)).forEach(Fd::close);
    }

    /** A running container is called otherwise: its row in the transaction, its names at once. */
    public void rename(Transaction transaction, String containerId, String before, String after) {
        transaction.get(ContainerSandbox.ALL, containerId).ifPresent(row -> {
            List<Endpoint> renamed =
                    row.endpoints().stream().map(e -> e.renamed(before, after)).toList();
            ContainerSandbox changed = row.with(row.gateway(), renamed, row.ports());
            transaction.put(ContainerSandbox.ALL, containerId, changed);
            names.restore(transaction, changed);
        });
    }

    private static String ownerName(String containerId, String name) {
        return "container " + name + " (" + containerId.substring(0, 12) + ")";
    }

    /** A container is removed: nobody keeps its former addresses in mind. */
    public void forget(String containerId, String name) {
        addresses.forget(ownerName(containerId, name));
    }

    /** Whether there is a resolver to ask. */
    public boolean hasResolver() {
        return names.isAnswered();
    }

    /** The namespace of a running container, for diagnosis; empty where it has none of its own. */
    public Optional<Sandbox> sandbox(String containerId) {
        return Optional.ofNullable(live.get(containerId)).map(Live::sandbox);
    }

    /** What a container's resolver answers for a name of ours. */
    public List<InetAddress> addressesOf(String sandboxId, String name) {
        return names.find(sandboxId, name).stream()
                .flatMap(member -> member.addresses().stream())
                .toList();
    }

    /** The container that a name means to a sandbox; of several any. */
    public Optional<String> ownerOf(String sandboxId, String name) {
        return names.find(sandboxId, name).stream()
                .flatMap(member -> store.snapshot().all(ContainerSandbox.ALL).values().stream()
                        .filter(row -> row.sandboxId().equals(member.sandbox())))
                .map(ContainerSandbox::containerId)
                .findFirst();
    }

    /** Takes over a sandbox that a daemon before this one has made. */
    void adopt(ContainerSandbox row, List<Publication> publications) {
        names.restore(store.snapshot(), row);
        row.endpoints().forEach(e -> addresses.restore(e, row.owner()));
        kernel.sandboxes()
                .open(row.sandboxId())
                .ifPresent(
                        sandbox -> live.put(row.containerId(), new Live(sandbox, publications, OptionalInt.empty())));
    }
}
