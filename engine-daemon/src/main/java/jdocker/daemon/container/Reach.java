package jdocker.daemon.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jdocker.api.NetworkReach;
import jdocker.daemon.container.Listeners.Listener;
import jdocker.daemon.container.ReachFacts.Place;
import jdocker.daemon.container.ReachFacts.Side;
import jdocker.daemon.network.ContainerSandbox;
import jdocker.daemon.network.Endpoint;
import jdocker.daemon.network.Network;
import jdocker.daemon.network.NetworkSandboxes;
import jdocker.daemon.state.Snapshot;
import jdocker.daemon.state.StateStore;
import jdocker.network.Sandbox;
import jdocker.network.SandboxView;
import jdocker.network.address.IpAddress;

/** Gathers what {@link ReachWalk} needs from state and kernel. Makes native calls and may wait a second: on work threads. */
final class Reach {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final String ICC = "com.docker.network.bridge.enable_icc";

    private final StateStore store;
    private final Containers containers;
    private final NetworkSandboxes sandboxes;
    private final Path proc;

    Reach(StateStore store, NetworkSandboxes sandboxes, Path proc) {
        this.store = store;
        this.containers = new Containers(store);
        this.sandboxes = sandboxes;
        this.proc = proc;
    }

    /**
     * Walks the way from one container to another.
     *
     * @param called what the first calls the second: a name, an id, or an alias that it has for it
     */
    NetworkReach walk(String from, String called, Optional<ReachWalk.Port> port) {
        Container first = containers.resolve(from);
        Container second = other(first, called);
        return ReachWalk.walk(side(first), side(second), called, port, new Facts(first, second));
    }

    /** By name or id like everywhere; else whoever answers to the name on the networks of the first. */
    private Container other(Container first, String called) {
        return containers
                .find(called)
                .or(() -> sandbox(networkOwner(first))
                        .flatMap(sandbox -> sandboxes.ownerOf(sandbox.id(), called))
                        .flatMap(containers::find))
                .orElseGet(() -> containers.resolve(called));
    }

    private Side side(Container c) {
        Container owner = networkOwner(c);
        return new Side(
                c.name(),
                c.isRunning() && c.state().process().isPresent(),
                c.state() instanceof ContainerState.Paused,
                c.state().status(),
                owner.hostConfig().networkMode().equals("host"),
                owner.id().equals(c.id()) ? "" : owner.name(),
                places(owner));
    }

    /** The container whose network it uses: with {@code --network container:NAME} another. */
    private Container networkOwner(Container c) {
        return HostConfigRules.otherContainer(c.hostConfig().networkMode())
                .map(containers::resolve)
                .orElse(c);
    }

    private List<Place> places(Container owner) {
        Snapshot state = store.snapshot();
        List<Place> places = new ArrayList<>();
        for (Endpoint endpoint : state.get(ContainerSandbox.ALL, owner.id())
                .map(ContainerSandbox::endpoints)
                .orElse(List.of())) {
            Optional<Network> network = state.get(Network.ALL, endpoint.networkId());
            List<InetAddress> addresses = new ArrayList<>();
            for (String address : List.of(endpoint.plainIpv4(), endpoint.plainIpv6())) {
                IpAddress.parse(address).map(IpAddress::toInet).ifPresent(addresses::add);
            }
            if (!addresses.isEmpty()) {
                places.add(new Place(
                        endpoint.networkName(),
                        network.map(Network::isUserDefined).orElse(false),
                        network.map(n -> !n.options().getOrDefault(ICC, "true").equalsIgnoreCase("false"))
                                .orElse(true),
                        addresses));
            }
        }
        return places;
    }

    private Optional<Sandbox> sandbox(Container owner) {
        return sandboxes.sandbox(owner.id());
    }

    private final class Facts implements ReachFacts {
        private final Container from;
        private final Container to;

        Facts(Container from, Container to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public List<InetAddress> resolve(String name) {
            Container owner = networkOwner(from);
            boolean resolver = places(owner).stream().anyMatch(Place::named);
            return !resolver
                    ? List.of()
                    : sandbox(owner)
                            .map(sandbox -> sandboxes.addressesOf(sandbox.id(), name))
                            .orElse(List.of());
        }

        @Override
        public SandboxView view() {
            return sandbox(networkOwner(from)).map(Sandbox::view).orElse(new SandboxView(List.of(), List.of()));
        }

        @Override
        public List<ReachWalk.Port> linked(InetAddress address) {
            return sandboxes.linked(networkOwner(from).id(), address).stream()
                    .map(port ->
                            new ReachWalk.Port(port.number(), port.protocol().label()))
                    .toList();
        }

        @Override
        public List<Listener> listeners() {
            String pid = to.state()
                    .process()
                    .map(running -> Long.toString(running.pid()))
                    .orElse("");
            try {
                return pid.isEmpty() ? List.of() : Listeners.of(proc.resolve(pid));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read the sockets of container " + to.name(), e);
            }
        }

        @Override
        public Optional<String> connect(InetAddress address, int port) {
            Optional<Sandbox> sandbox = sandbox(networkOwner(from));
            return sandbox.isPresent()
                    ? sandbox.get().inside(() -> attempt(address, port))
                    : attempt(address, port); // the host's own
        }

        private static Optional<String> attempt(InetAddress address, int port) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(address, port), (int) PATIENCE.toMillis());
                return Optional.empty();
            } catch (IOException e) {
                return Optional.of(String.valueOf(e.getMessage()));
            }
        }
    }
}
