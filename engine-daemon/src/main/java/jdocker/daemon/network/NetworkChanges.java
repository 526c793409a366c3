package jdocker.daemon.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import jdocker.api.EndpointSettings;
import jdocker.daemon.error.EngineException.Conflict;
import jdocker.daemon.error.EngineException.Forbidden;
import jdocker.daemon.error.EngineException.NotFound;
import jdocker.daemon.error.Undo;
import jdocker.daemon.network.LiveSandboxes.Live;
import jdocker.daemon.network.NetworkSandboxes.Starting;
import jdocker.daemon.state.Durability;
import jdocker.daemon.state.Snapshot;
import jdocker.daemon.state.Transaction;
import jdocker.kernel.Fd;
import jdocker.network.Publication;

/**
 * Puts running containers on networks and takes them off; their published ports go with the default route. The caller
 * holds the container's lock; makes native calls, so on work threads.
 */
public final class NetworkChanges {
    private final SandboxRows rows;
    private final LiveSandboxes live;
    private final KernelSpecs specs;
    private final EndpointAllocation addresses;
    private final PortPublisher publisher;
    private final ContainerNames names;
    private final Links links;

    NetworkChanges(
            SandboxRows rows,
            LiveSandboxes live,
            KernelSpecs specs,
            EndpointAllocation addresses,
            PortPublisher publisher,
            ContainerNames names,
            Links links) {
        this.rows = rows;
        this.live = live;
        this.specs = specs;
        this.addresses = addresses;
        this.publisher = publisher;
        this.names = names;
        this.links = links;
    }

    /**
     * Puts a running container on one more network. When that fails the container is as it was, with its default route
     * and its ports.
     *
     * @param with what is saved together with it
     * @throws Conflict when the container's namespace is not ours to change
     */
    public ContainerSandbox connect(
            Starting who, Network network, EndpointSettings settings, Consumer<Transaction> with) {
        Snapshot state = rows.snapshot();
        ContainerSandbox row = SandboxRows.of(state, who.containerId());
        if (row.on(network.id()).isPresent()) {
            throw new Forbidden("endpoint with name " + who.name() + " already exists in network " + network.name());
        }
        EndpointRules.check(network.name(), Optional.of(network), settings);
        Live known = live.of(row);
        try (var spare = new Spare();
                var undo = new Undo()) {
            Endpoint endpoint = addresses.take(network, settings, who.taker());
            undo.add(() -> addresses.release(endpoint, row.containerId()));
            var all = new ArrayList<>(row.endpoints());
            all.add(endpoint);
            Optional<Endpoint> gateway = SandboxRows.gateway(state, all);
            undo.add(() -> route(state, known, row.gatewayEndpoint()));
            undo.add(() -> known.sandbox().detach(endpoint.id()));
            List<Endpoint> named = specs.attach(state, known.sandbox(), List.of(endpoint), gateway);
            all.set(all.size() - 1, named.getFirst());
            List<Publication> publications = known.publications();
            if (!gateway.map(Endpoint::id).orElse("").equals(row.gateway())) {
                publications = move(new Ports(state, row, known, who.ports()), gateway, spare, undo);
            }
            ContainerSandbox changed =
                    row.with(gateway.map(Endpoint::id).orElse(""), all, PortPublisher.ports(publications.stream()));
            undo.add(() -> names.leave(row.sandboxId(), network.id()));
            names.join(row.sandboxId(), network, named.getFirst(), endpoint.links());
            rows.write(Durability.FULL, changed, named, "connect", with);
            live.put(row.containerId(), known.with(publications));
            undo.forget();
            links.follow(rows.snapshot());
            return changed;
        }
    }

    private void route(Snapshot state, Live known, Optional<Endpoint> gateway) {
        known.sandbox().defaultRoute(gateway.map(g -> specs.endpoint(SandboxRows.network(state, g), g)));
    }

    /** What a running container has published, and wants to. */
    private record Ports(Snapshot state, ContainerSandbox row, Live known, PortPlan.Wish wish) {}

    /** More copies of the ports' sockets: should their move fail, they are still ours when they are moved back. */
    private static final class Spare implements AutoCloseable {
        private List<Fd> sockets = List.of();

        List<Fd> take() {
            List<Fd> taken = sockets;
            sockets = List.of();
            return taken;
        }

        @Override
        public void close() {
            take().forEach(Fd::close);
        }
    }

    /**
     * The ports follow the default route: they are led to the address that answers come back from. Connections to them
     * arrive there when this returns.
     */
    private List<Publication> move(Ports ports, Optional<Endpoint> gateway, Spare spare, Undo undo) {
        Live known = ports.known();
        spare.sockets = known.sockets();
        List<Fd> kept = known.sockets();
        var moved = new ArrayList<Publication>();
        undo.add(() -> moveBack(ports, moved, spare.take()));
        try {
            known.publications().forEach(Publication::close);
        } catch (RuntimeException e) {
            kept.forEach(Fd::close);
            throw e;
        }
        gateway.ifPresentOrElse(g -> publish(ports, g, kept).ifPresent(moved::add), () -> kept.forEach(Fd::close));
        moved.forEach(Publication::await);
        return List.copyOf(moved);
    }

    private Optional<Publication> publish(Ports ports, Endpoint gateway, List<Fd> kept) {
        ContainerSandbox row = ports.row();
        Network network = SandboxRows.network(ports.state(), gateway);
        return row.ports().isEmpty()
                ? publisher.publish(network, gateway, row.sandboxId(), row.owner(), ports.wish(), kept)
                : publisher.again(network, gateway, row.sandboxId(), row.owner(), row.ports(), kept);
    }

    private void moveBack(Ports ports, List<Publication> moved, List<Fd> kept) {
        ContainerSandbox row = ports.row();
        try {
            moved.forEach(Publication::close);
            ports.known().publications().forEach(Publication::close);
        } catch (RuntimeException e) {
            kept.forEach(Fd::close);
            throw e;
        }
        live.put(row.containerId(), ports.known().with(List.of()));
        if (row.ports().isEmpty() || row.gatewayEndpoint().isEmpty()) {
            kept.forEach(Fd::close);
            return;
        }
        Optional<Publication> back = row.gatewayEndpoint().flatMap(g -> publish(ports, g, kept));
        live.put(row.containerId(), ports.known().with(back.stream().toList()));
        back.ifPresent(Publication::await);
    }

    /**
     * Takes a running container off a network; likewise.
     *
     * @param with what is saved together with it
     * @throws NotFound when it is not on it
     */
    public ContainerSandbox disconnect(
            String containerId, Network network, PortPlan.Wish ports, Consumer<Transaction> with) {
        Snapshot state = rows.snapshot();
        ContainerSandbox row = SandboxRows.of(state, containerId);
        Endpoint endpoint = row.on(network.id())
                .orElseThrow(() ->
                        new NotFound("container " + containerId + " is not connected to network " + network.name()));
        Live known = live.of(row);
        List<Endpoint> left = row.endpoints().stream()
                .filter(e -> !e.id().equals(endpoint.id()))
                .toList();
        Optional<Endpoint> gateway = SandboxRows.gateway(state, left);
        ContainerSandbox changed;
        try (var spare = new Spare();
                var undo = new Undo()) {
            List<Publication> publications = known.publications();
            if (endpoint.id().equals(row.gateway())) {
                publications = move(new Ports(state, row, known, ports), gateway, spare, undo);
            }
            undo.add(() -> route(state, known, row.gatewayEndpoint()));
            known.sandbox().detach(endpoint.id());
            undo.add(() -> specs.attach(state, known.sandbox(), List.of(endpoint), Optional.empty()));
            route(state, known, gateway);
            changed = row.with(gateway.map(Endpoint::id).orElse(""), left, PortPublisher.ports(publications.stream()));
            rows.write(Durability.FULL, changed, List.of(endpoint), "disconnect", with);
            live.put(containerId, known.with(publications));
            undo.forget();
        }
        names.leave(row.sandboxId(), network.id());
        links.followEnd(rows.snapshot());
        addresses.release(endpoint, row.containerId());
        return changed;
    }
}
