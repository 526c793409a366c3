package jdocker.network;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.SyscallException;
import jdocker.kernel.netlink.Connections;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link Ports} in the running kernel. */
final class KernelPorts implements Ports, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KernelPorts.class);

    private final Kernel kernel;
    private final KernelBridges bridges;
    private final Firewall firewall;
    private final Connections connections;
    private final NetworkOptions options;
    private final HostPorts hostPorts;
    private final PortProxy proxy;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, Published> current = new ConcurrentHashMap<>();

    KernelPorts(
            Kernel kernel, KernelBridges bridges, Firewall firewall, Connections connections, NetworkOptions options) {
        this.kernel = kernel;
        this.bridges = bridges;
        this.firewall = firewall;
        this.connections = connections;
        this.options = options;
        this.hostPorts = new HostPorts(kernel);
        this.proxy = new PortProxy(kernel);
    }

    @Override
    public Publication publish(PublishRequest request, List<Fd> kept) {
        try (var sockets = new KeptSockets(kernel, kept)) {
            return publish(
                    request,
                    false,
                    (port, wants) ->
                            hostPorts.take(port.protocol(), wants, port.hostPorts(), request.owner(), sockets));
        }
    }

    /** What a daemon before this one has published: the rules lead there again, the sockets come with {@link Publication#resume}. */
    Publication restore(PublishRequest request) {
        return publish(request, true, (port, wants) -> {
            int number = port.hostPorts().first();
            hostPorts.claim(port.protocol(), wants, number, request.owner());
            return new HostPorts.Got(
                    number, wants.stream().map(_ -> Optional.<Fd>empty()).toList());
        });
    }

    /** How a port is reserved at all its addresses. */
    private interface Reserving {
        HostPorts.Got reserve(PortRequest port, List<HostPorts.Want> wants);
    }

    private Publication publish(PublishRequest request, boolean again, Reserving reserving) {
        BridgeSpec network = bridges.spec(request.networkId())
                .orElseThrow(() -> new NetworkException("network " + request.networkId() + " has no bridge"));
        var published = new Published(numbers.incrementAndGet(), again);
        try {
            if (!network.internal()) {
                for (PortRequest port : request.ports()) {
                    reserve(published, network, request, port, reserving);
                }
            }
            published.begin(request.networkId());
            current.put(published.number, published);
            return published;
        } catch (RuntimeException e) {
            published.release();
            throw e;
        }
    }

    private void reserve(
            Published published, BridgeSpec network, PublishRequest request, PortRequest port, Reserving reserving) {
        List<Reservation> way = new ArrayList<>();
        List<HostPorts.Want> wants = new ArrayList<>();
        for (InetAddress host : port.hostAddresses()) {
            boolean v6 = Addresses.isV6(host);
            Optional<InetAddress> same = v6 ? request.v6() : request.v4();
            if (same.isPresent() && network.mode(v6) == GatewayMode.ROUTED) {
                // Whoever wants the port speaks to the container: the host has no part in it.
                published.add(new Reservation(
                        new PublishedPort(port.protocol(), host, 0, same.get(), port.containerPort()),
                        Optional.empty(),
                        true,
                        false));
                continue;
            }
            boolean rules = v6 ? options.ip6tables() : options.iptables();
            boolean translated = same.isPresent() && rules && !(v6 && host.isLoopbackAddress());
            boolean proxied = !translated || !network.icc() || v6 && host.isAnyLocalAddress();
            Optional<InetAddress> to = same.or(() -> v6 ? request.v4() : request.v6());
            boolean possible = options.userlandProxy() && port.protocol() != Protocol.SCTP;
            if (to.isPresent() && (translated || possible)) {
                way.add(new Reservation(
                        new PublishedPort(port.protocol(), host, 0, to.get(), port.containerPort()),
                        Optional.empty(),
                        translated,
                        proxied && possible));
                wants.add(new HostPorts.Want(host, !(proxied && possible)));
            }
        }
        if (wants.isEmpty()) {
            return;
        }
        HostPorts.Got got = reserving.reserve(port, wants);
        for (int i = 0; i < way.size(); i++) {
            published.add(withPort(way.get(i), got.port(), got.sockets().get(i)));
        }
    }

    private static Reservation withPort(Reservation planned, int number, Optional<Fd> socket) {
        PublishedPort port = planned.port();
        return new Reservation(
                new PublishedPort(
                        port.protocol(), port.hostAddress(), number, port.containerAddress(), port.containerPort()),
                socket,
                planned.translated(),
                planned.proxied());
    }

    @Override
    public List<PublishedPort> published() {
        return current.values().stream().flatMap(one -> one.ports().stream()).toList();
    }

    @Override
    public void close() {
        proxy.close();
        current.values().forEach(Published::closeSockets);
    }

    private final class Published implements Publication {
        private final long number;
        private final boolean again;
        private final List<Reservation> reservations = new ArrayList<>();
        private CompletableFuture<Boolean> rules = CompletableFuture.completedFuture(true);
        private boolean closed;

        /** @param again whether the container has them already, and keeps them although the rules can't be made yet */
        Published(long number, boolean again) {
            this.number = number;
            this.again = again;
        }

        void add(Reservation reservation) {
            reservations.add(reservation);
        }

        void begin(String networkId) {
            List<PublishedPort> translated = reservations.stream()
                    .filter(Reservation::translated)
                    .map(Reservation::port)
                    .toList();
            if (!translated.isEmpty()) {
                var ports = new FirewallState.Ports(networkId, translated);
                UnaryOperator<FirewallState> edit = state -> state.with(number, ports);
                rules = again ? firewall.insist(edit) : firewall.begin(edit);
            }
            reservations.forEach(this::pass);
        }

        private void pass(Reservation one) {
            if (one.proxied()) {
                one.socket().ifPresent(socket -> proxy.pass(socket, one.port()));
            }
        }

        @Override
        public synchronized List<Fd> sockets() {
            List<Fd> copies = new ArrayList<>();
            try {
                reservations.forEach(one -> one.socket().map(Fd::duplicate).ifPresent(copies::add));
                return copies;
            } catch (RuntimeException e) {
                copies.forEach(Fd::close); // the process has as many descriptors as it may
                throw e;
            }
        }

        @Override
        public synchronized void resume(List<Fd> kept) {
            try (var sockets = new KeptSockets(kernel, kept)) {
                for (int i = 0; i < reservations.size() && !closed; i++) {
                    Reservation one = reservations.get(i);
                    if (one.socket().isEmpty() && one.port().hostPort() != 0) {
                        Reservation resumed = withPort(one, one.port().hostPort(), socket(one, sockets));
                        reservations.set(i, resumed);
                        pass(resumed);
                    }
                }
            }
        }

        private Optional<Fd> socket(Reservation one, KeptSockets sockets) {
            PublishedPort port = one.port();
            try {
                var want = new HostPorts.Want(port.hostAddress(), !one.proxied());
                return hostPorts.resume(port.protocol(), want, port.hostPort(), sockets);
            } catch (PortInUse | NetworkException | SyscallException e) {
                // The rules are there, and the container had it first.
                log.warn("the port {} is published but not reserved: {}", port.hostText(), e.getMessage());
                return Optional.empty();
            }
        }

        @Override
        public List<PublishedPort> ports() {
            return reservations.stream().map(Reservation::port).toList();
        }

        @Override
        public void await() {
            Firewall.await(rules);
            forgetDatagrams();
        }

        @Override
        public synchronized void close() {
            if (closed) {
                return;
            }
            closed = true;
            current.remove(number);
            try {
                if (reservations.stream().anyMatch(Reservation::translated)) {
                    firewall.remove(state -> state.withoutPorts(number));
                }
            } finally {
                release();
            }
            forgetDatagrams();
        }

        void release() {
            closeSockets();
            for (Reservation one : reservations) {
                PublishedPort port = one.port();
                if (port.hostPort() != 0) {
                    hostPorts.give(port.protocol(), port.hostAddress(), port.hostPort());
                }
            }
        }

        void closeSockets() {
            for (Reservation one : reservations) {
                one.socket().ifPresent(proxy::forget);
                one.socket().ifPresent(Fd::close);
            }
        }

        /** A client that keeps sending would keep the way that was right when its first datagram came. */
        private void forgetDatagrams() {
            for (boolean v6 : new boolean[] {false, true}) {
                List<Integer> ports = ports().stream()
                        .filter(port -> port.protocol() == Protocol.UDP && Addresses.isV6(port.hostAddress()) == v6)
                        .map(PublishedPort::hostPort)
                        .toList();
                if (!ports.isEmpty()) {
                    connections
                            .flows(
                                    v6,
                                    flow -> flow.original().protocol() == Protocol.UDP.number()
                                            && ports.contains(flow.original().destinationPort()))
                            .forEach(connections::forget);
                }
            }
        }
    }
}
