package jdocker.daemon.network;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import jdocker.api.EndpointSettings;
import jdocker.daemon.error.EngineException.Forbidden;
import jdocker.daemon.error.EngineException.NotFound;
import jdocker.daemon.error.Undo;
import jdocker.daemon.network.EndpointAllocation.Taker;
import jdocker.daemon.network.LiveSandboxes.Live;
import jdocker.daemon.state.Durability;
import jdocker.daemon.state.Snapshot;
import jdocker.daemon.state.Transaction;
import jdocker.kernel.Fd;
import jdocker.network.BridgeNetworks;
import jdocker.network.Publication;
import jdocker.network.Sandbox;

/**
 * The network namespaces of running containers: made before their first process, changed while they run, released when
 * they have ended. The caller holds the container's lock; makes native calls, so on work threads.
 */
public final class NetworkSandboxes {
    private static final int RESOLVER_SOCKETS = 2;

    private final SandboxRows rows;
    private final LiveSandboxes live;
    private final BridgeNetworks kernel;
    private final KernelSpecs specs;
    private final EndpointAllocation addresses;
    private final PortPublisher publisher;
    private final ContainerNames names;
    private final Links links;
    private final String bootId;

    NetworkSandboxes(
            SandboxRows rows,
            LiveSandboxes live,
            BridgeNetworks kernel,
            KernelSpecs specs,
            EndpointAllocation addresses,
            PortPublisher publisher,
            ContainerNames names,
            Links links,
            String bootId) {
        this.rows = rows;
        this.live = live;
        this.kernel = kernel;
        this.specs = specs;
        this.addresses = addresses;
        this.publisher = publisher;
        this.names = names;
        this.links = links;
        this.bootId = bootId;
    }

    /**
     * What a container's shim is to hold.
     *
     * @param first the number of the first
     * @param sockets copies, the caller's to close
     */
    public record Holding(int first, List<Fd> sockets) {}

    /**
     * A container that starts.
     *
     * @param first the network that gets the first interface
     * @param endpoints what is asked for on each network
     * @param dns the servers it wants asked for names that are not ours; empty for the host's
     * @param links of the default bridge
     */
    public record Starting(
            String containerId,
            String name,
            String hostname,
            String first,
            Map<String, EndpointSettings> endpoints,
            PortPlan.Wish ports,
            List<String> dns,
            List<ContainerSandbox.Linked> links) {

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
        Snapshot state = rows.snapshot();
        List<Target> targets = targets(state, wish);
        try (var undo = new Undo()) {
            var endpoints = new ArrayList<Endpoint>();
            for (Target target : targets) {
                Endpoint endpoint = addresses.take(target.network(), target.settings(), wish.taker());
                undo.add(() -> addresses.release(endpoint, wish.containerId()));
                endpoints.add(endpoint);
            }
            Optional<Endpoint> gateway = SandboxRows.gateway(state, endpoints);
            Sandbox sandbox = kernel.sandboxes().create();
            undo.add(sandbox::delete);
            List<Endpoint> named = specs.attach(state, sandbox, endpoints, gateway);
            Optional<Publication> publication = gateway.flatMap(g -> publisher.publish(
                    SandboxRows.network(state, g), g, sandbox.id(), wish.owner(), wish.ports(), List.of()));
            publication.ifPresent(p -> undo.add(p::close));
            var row = new ContainerSandbox(
                    wish.containerId(),
                    wish.owner(),
                    sandbox.id(),
                    sandbox.path().toString(),
                    bootId,
                    gateway.map(Endpoint::id).orElse(""),
                    named,
                    PortPublisher.ports(publication),
                    wish.links());
            undo.add(() -> names.close(sandbox.id()));
            named.forEach(e -> names.join(sandbox.id(), SandboxRows.network(state, e), e, e.links()));
            List<Fd> dns = names.open(sandbox, wish.dns(), List.of());
            undo.add(() -> dns.forEach(Fd::close));
            List<Fd> ports = publication.map(Publication::sockets).orElse(List.of());
            undo.add(() -> ports.forEach(Fd::close));
            var joined =
                    new Joined(row, Stream.concat(dns.stream(), ports.stream()).toList());
            rows.write(Durability.NORMAL, row, named, "connect", _ -> {});
            live.put(
                    wish.containerId(),
                    new Live(sandbox, publication.stream().toList(), OptionalInt.of(dns.size()), false));
            undo.forget();
            return opened(joined);
        }
    }

    // There is a row already: what is left of a failure here goes with leave.
    private Joined opened(Joined joined) {
        try {
            links.follow(rows.snapshot());
            return joined;
        } catch (RuntimeException e) {
            joined.close();
            throw e;
        }
    }

    /**
     * The sockets of a running container's ports when they are others than its shim has: then the shim is to hold these,
     * and nothing beyond them. Told once after each change.
     */
    public Optional<Holding> toHold(String containerId) {
        Optional<Live> known = live.find(containerId)
                .filter(one -> one.moved() && one.firstPort().isPresent());
        known.ifPresent(one -> live.put(containerId, one.held()));
        return known.map(one -> new Holding(one.firstPort().getAsInt(), one.sockets()));
    }

    /** Waits until connections to the container's ports arrive. */
    public void awaitPorts(String containerId) {
        live.find(containerId).ifPresent(known -> known.publications().forEach(Publication::await));
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

    /** Releases everything that a container that has ended has had; nothing happens when there is nothing. */
    public void leave(String containerId) {
        Optional<ContainerSandbox> row = rows.snapshot().get(ContainerSandbox.ALL, containerId);
        Optional<Live> known = live.find(containerId);
        row.ifPresent(r -> names.close(r.sandboxId()));
        if (known.isPresent()) {
            known.get().publications().forEach(Publication::close);
            known.get().sandbox().delete();
            live.remove(containerId); // not before: who tries again after a failure finds what is left
        } else {
            row.flatMap(r -> kernel.sandboxes().open(r.sandboxId())).ifPresent(Sandbox::delete);
        }
        if (row.isPresent()) {
            rows.remove(row.get());
            links.followEnd(rows.snapshot()); // before its address is another's
            row.get().endpoints().forEach(e -> addresses.release(e, containerId));
        }
    }

    /**
     * Answers an adopted container's queries again and keeps its ports, by the sockets that its shim has held.
     *
     * @param holds whether the shim can hold any
     * @param held from now on ours
     * @return what the shim is to hold now, when that is not the same
     */
    public Optional<Holding> adopt(String containerId, List<String> dns, boolean holds, List<Fd> held) {
        Optional<Live> found = live.find(containerId);
        if (found.isEmpty()) {
            held.forEach(Fd::close);
            return Optional.empty();
        }
        Live known = found.get();
        // In the order of join. A shim of before holds none, or the resolver's alone.
        int resolver = held.size() < RESOLVER_SOCKETS ? 0 : RESOLVER_SOCKETS;
        List<Fd> ports = held.subList(resolver, held.size());
        known.publications().forEach(publication -> publication.resume(ports));
        if (known.publications().isEmpty()) {
            ports.forEach(Fd::close);
        }
        List<Fd> anew = names.open(known.sandbox(), dns, held.subList(0, resolver));
        int first = resolver == 0 ? anew.size() : resolver;
        Live adopted = new Live(
                known.sandbox(), known.publications(), holds ? OptionalInt.of(first) : OptionalInt.empty(), false);
        live.put(containerId, adopted);
        List<Fd> sockets = adopted.sockets();
        if (!holds || anew.isEmpty() && sockets.size() == ports.size()) {
            anew.forEach(Fd::close);
            sockets.forEach(Fd::close);
            return Optional.empty();
        }
        return Optional.of(new Holding(
                first - anew.size(),
                Stream.concat(anew.stream(), sockets.stream()).toList()));
    }

    /** A running container is called otherwise: its row in the transaction, its names at once. */
    public void rename(Transaction transaction, String containerId, String before, String after) {
        transaction.get(ContainerSandbox.ALL, containerId).ifPresent(row -> {
            List<Endpoint> renamed =
                    row.endpoints().stream().map(e -> e.renamed(before, after)).toList();
            ContainerSandbox changed =
                    row.with(row.gateway(), renamed, row.ports()).ownedBy(ownerName(containerId, after));
            transaction.put(ContainerSandbox.ALL, containerId, changed);
            names.restore(transaction, changed);
        });
    }

    private static String ownerName(String containerId, String name) {
        return "container " + name + " (" + containerId.substring(0, 12) + ")";
    }

    /** A running container has lost links, or gained some. */
    public void link(String containerId, List<ContainerSandbox.Linked> others) {
        rows.snapshot().get(ContainerSandbox.ALL, containerId).ifPresent(row -> {
            rows.put(row.linkedTo(others));
            links.follow(rows.snapshot());
        });
    }

    /** The ports at an address that links open to a container although its network keeps all apart. */
    public List<PortPlan.ContainerPort> linked(String containerId, InetAddress address) {
        return Links.of(rows.snapshot(), containerId, address);
    }

    /** A container is removed: nobody keeps its former addresses in mind. */
    public void forget(String containerId) {
        addresses.forget(containerId);
    }

    /** Whether there is a resolver to ask. */
    public boolean hasResolver() {
        return names.isAnswered();
    }

    /** The namespace of a running container, for diagnosis; empty where it has none of its own. */
    public Optional<Sandbox> sandbox(String containerId) {
        return live.find(containerId).map(Live::sandbox);
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
                .flatMap(member -> rows.snapshot().all(ContainerSandbox.ALL).values().stream()
                        .filter(row -> row.sandboxId().equals(member.sandbox())))
                .map(ContainerSandbox::containerId)
                .findFirst();
    }

    /** Takes over a sandbox that a daemon before this one has made. */
    void adopt(ContainerSandbox row, List<Publication> publications) {
        names.restore(rows.snapshot(), row);
        row.endpoints().forEach(e -> addresses.restore(e, row));
        kernel.sandboxes()
                .open(row.sandboxId())
                .ifPresent(sandbox ->
                        live.put(row.containerId(), new Live(sandbox, publications, OptionalInt.empty(), false)));
    }
}
