package jdocker.daemon.network;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import jdocker.kernel.Fd;
import jdocker.network.Addresses;
import jdocker.network.BridgeNetworks;
import jdocker.network.BridgeSpec;
import jdocker.network.Bridges;
import jdocker.network.EndpointSpec;
import jdocker.network.LinkedPort;
import jdocker.network.NetworkException;
import jdocker.network.PortInUse;
import jdocker.network.PortRequest;
import jdocker.network.Ports;
import jdocker.network.Publication;
import jdocker.network.PublishRequest;
import jdocker.network.PublishedPort;
import jdocker.network.Reconciled;
import jdocker.network.Sandbox;
import jdocker.network.SandboxView;
import jdocker.network.Sandboxes;
import jdocker.network.WantedState;
import jdocker.network.dns.DnsSockets;

/** A kernel with bridges, namespaces and ports that are names in maps; it can be told to fail. */
public final class FakeKernel implements BridgeNetworks, Bridges, Ports {
    private static final int FIRST_EPHEMERAL = 32_768;

    public final Map<String, BridgeSpec> bridges = new HashMap<>();
    public final Map<String, FakeSandbox> namespaces = new LinkedHashMap<>();
    public final Map<String, String> portOwners = new HashMap<>();
    /** The address to which a port leads. */
    public final Map<String, String> portTargets = new HashMap<>();

    public List<LinkedPort> links = List.of();
    public final Set<String> failing = new HashSet<>();
    private final Set<String> failingOnce = new HashSet<>();
    private final AtomicInteger numbers = new AtomicInteger();
    /** Where nobody answers, nobody asks for them. */
    public Supplier<DnsSockets> resolverSockets = () -> {
        throw new UnsupportedOperationException("nobody answers here");
    };

    private int nextPort = FIRST_EPHEMERAL;

    /**
     * From now on this fails: {@code bridge}, {@code attach}, {@code publish}, {@code sockets}, {@code await}, {@code close} or
     * {@code detach}.
     */
    public void fail(String what) {
        failing.add(what);
    }

    /** The next time this fails. */
    public void failOnce(String what) {
        failingOnce.add(what);
    }

    private void check(String what) {
        if (failingOnce.remove(what) || failing.contains(what)) {
            throw new NetworkException("the kernel refuses: " + what);
        }
    }

    @Override
    public Bridges bridges() {
        return this;
    }

    @Override
    public Sandboxes sandboxes() {
        return new Namespaces();
    }

    @Override
    public Ports ports() {
        return this;
    }

    @Override
    public List<String> ensure(BridgeSpec spec) {
        check("bridge");
        bridges.put(spec.networkId(), spec);
        return List.of();
    }

    @Override
    public void remove(String networkId) {
        bridges.remove(networkId);
    }

    @Override
    public void link(List<LinkedPort> all) {
        links = all;
    }

    @Override
    public Reconciled reconcile(WantedState wanted) {
        links = wanted.links();
        bridges.clear();
        wanted.bridges().forEach(this::ensure);
        Set<String> kept = new HashSet<>();
        var publications = new HashMap<String, List<Publication>>();
        portOwners.clear();
        for (WantedState.WantedSandbox sandbox : wanted.sandboxes()) {
            kept.add(sandbox.sandboxId());
            publications.put(
                    sandbox.sandboxId(),
                    sandbox.ports().stream().map(this::publish).toList());
        }
        namespaces.keySet().retainAll(kept);
        return new Reconciled(publications, List.of(), List.of());
    }

    @Override
    public Publication publish(PublishRequest request, List<Fd> kept) {
        check("publish");
        var chosen = new ArrayList<PublishedPort>();
        for (PortRequest port : request.ports()) {
            int number;
            try {
                number = choose(port);
            } catch (PortInUse e) {
                chosen.forEach(done -> portOwners.remove(done.hostText()));
                throw e;
            }
            for (InetAddress address : port.hostAddresses()) {
                var published = new PublishedPort(
                        port.protocol(),
                        address,
                        number,
                        request.v4().or(request::v6).orElseThrow(),
                        port.containerPort());
                portOwners.put(published.hostText(), request.owner());
                portTargets.put(published.hostText(), Addresses.text(published.containerAddress()));
                chosen.add(published);
            }
        }
        return new FakePublication(chosen);
    }

    private int choose(PortRequest port) {
        if (port.hostPorts().isAny()) {
            return nextPort++;
        }
        String holder = "";
        for (int number = port.hostPorts().first(); number <= port.hostPorts().last(); number++) {
            int candidate = number;
            Optional<String> taken = port.hostAddresses().stream()
                    .map(a -> portOwners.get(new PublishedPort(port.protocol(), a, candidate, a, 1).hostText()))
                    .filter(java.util.Objects::nonNull)
                    .findFirst();
            if (taken.isEmpty()) {
                return number;
            }
            holder = taken.get();
        }
        throw new PortInUse(Addresses.text(port.hostAddresses().getFirst()) + ":" + port.hostPorts(), holder);
    }

    @Override
    public List<PublishedPort> published() {
        return List.of();
    }

    @Override
    public void close() {}

    private final class FakePublication implements Publication {
        private final List<PublishedPort> ports;
        private boolean closed;

        FakePublication(List<PublishedPort> ports) {
            this.ports = List.copyOf(ports);
        }

        @Override
        public List<PublishedPort> ports() {
            return ports;
        }

        @Override
        public void await() {
            check("await");
        }

        @Override
        public List<Fd> sockets() {
            check("sockets");
            return List.of();
        }

        @Override
        public void resume(List<Fd> kept) {
            kept.forEach(Fd::close);
        }

        @Override
        public void close() {
            check("close");
            if (!closed) {
                closed = true;
                ports.forEach(port -> portOwners.remove(port.hostText()));
                ports.forEach(port -> portTargets.remove(port.hostText()));
            }
        }
    }

    private final class Namespaces implements Sandboxes {
        @Override
        public Sandbox create() {
            var sandbox = new FakeSandbox("%064x".formatted(numbers.incrementAndGet()));
            namespaces.put(sandbox.id(), sandbox);
            return sandbox;
        }

        @Override
        public Optional<Sandbox> open(String id) {
            return Optional.ofNullable(namespaces.get(id));
        }
    }

    /** A namespace. */
    public final class FakeSandbox implements Sandbox {
        private final String id;
        public final Map<String, EndpointSpec> endpoints = new LinkedHashMap<>();
        public Optional<EndpointSpec> route = Optional.empty();

        FakeSandbox(String id) {
            this.id = id;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public Path path() {
            return Path.of("/run/fake/netns", id);
        }

        @Override
        public List<String> attach(List<EndpointSpec> added, Optional<EndpointSpec> defaultRoute) {
            check("attach");
            var names = new ArrayList<String>();
            for (EndpointSpec spec : added) {
                names.add(spec.namePrefix() + endpoints.size());
                endpoints.put(spec.endpointId(), spec);
            }
            route = defaultRoute;
            return names;
        }

        @Override
        public void detach(String endpointId) {
            check("detach");
            endpoints.remove(endpointId);
        }

        @Override
        public void defaultRoute(Optional<EndpointSpec> endpoint) {
            route = endpoint;
        }

        @Override
        public SandboxView view() {
            return new SandboxView(List.of(), List.of());
        }

        @Override
        public <T> T inside(Supplier<T> work) {
            return work.get();
        }

        @Override
        public DnsSockets resolverSockets() {
            return resolverSockets.get();
        }

        @Override
        public Fd openNamespace() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void delete() {
            namespaces.remove(id);
        }
    }
}
