package jdocker.network;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.netlink.Connections;

/** {@link Ports} in the running kernel. */
final class KernelPorts implements Ports, AutoCloseable {
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
        this.bridges = bridges;
        this.firewall = firewall;
        this.connections = connections;
        this.options = options;
        this.hostPorts = new HostPorts(kernel);
        this.proxy = new PortProxy(kernel);
    }

    @Override
    public Publication publish(PublishRequest request) {
        BridgeSpec network = bridges.spec(request.networkId())
                .orElseThrow(() -> new NetworkException("network " + request.networkId() + " has no bridge"));
        var published = new Published(numbers.incrementAndGet());
        try {
            if (!network.internal()) {
                for (PortRequest port : request.ports()) {
                    reserve(published, network, request, port);
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

    private void reserve(Published published, BridgeSpec network, PublishRequest request, PortRequest port) {
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
        HostPorts.Got got = hostPorts.take(port.protocol(), wants, port.hostPorts(), request.owner());
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
        private final List<Reservation> reservations = new ArrayList<>();
        private CompletableFuture<Boolean> rules = CompletableFuture.completedFuture(true);
        private boolean closed;

        Published(long number) {
            this.number = number;
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
                rules = firewall.begin(state -> state.with(number, ports));
            }
            for (Reservation one : reservations) {
                if (one.proxied()) {
                    one.socket().ifPresent(socket -> proxy.pass(socket, one.port()));
                }
            }
        }

        @Override
        public List<PublishedPort> ports() {
            return reservations.stream().map(Reservation::port).toList();
        }

        @Override
        public void await() {
            try {
                Firewall.await(rules);
            } catch (RuntimeException e) {
                close();
                throw e;
            }
            forgetDatagrams();
        }

        @Override
        public synchronized void close() {
            if (closed) {
                return;
            }
            closed = true;
            current.remove(number);
            if (reservations.stream().anyMatch(Reservation::translated)) {
                firewall.change(state -> state.withoutPorts(number));
            }
            release();
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
