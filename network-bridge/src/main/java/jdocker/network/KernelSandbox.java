package jdocker.network;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.NamespaceKind;
import jdocker.kernel.netlink.Link;
import jdocker.kernel.netlink.LinkAddress;
import jdocker.kernel.netlink.LinkChange;
import jdocker.kernel.netlink.NetlinkException;
import jdocker.kernel.netlink.Route;
import jdocker.kernel.netlink.RouteNetlink;
import jdocker.network.dns.DnsSockets;
import org.jspecify.annotations.Nullable;

/**
 * {@link Sandbox} in the running kernel. It remembers nothing that the kernel knows: an endpoint is found by its id, which
 * is the alias of its links.
 */
final class KernelSandbox implements Sandbox {
    private final Kernel kernel;
    private final RouteNetlink host;
    private final Instance instance;
    private final NamespaceFiles files;
    private final String id;
    /** From the pool, until its interface is used. */
    private @Nullable Prepared prepared;
    /** From the pool, until they are asked for. */
    private @Nullable DnsSockets resolver;

    KernelSandbox(Kernel kernel, RouteNetlink host, Instance instance, NamespaceFiles files, Prepared prepared) {
        this(kernel, host, instance, files, prepared.id());
        this.prepared = prepared;
        this.resolver = prepared.resolver().orElse(null);
    }

    KernelSandbox(Kernel kernel, RouteNetlink host, Instance instance, NamespaceFiles files, String id) {
        this.kernel = kernel;
        this.host = host;
        this.instance = instance;
        this.files = files;
        this.id = id;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Path path() {
        return files.path(id);
    }

    @Override
    public synchronized List<String> attach(List<EndpointSpec> endpoints, Optional<EndpointSpec> defaultRoute) {
        Prepared ready = prepared;
        prepared = null;
        try (Fd namespace = ready == null ? openNamespace() : ready.namespace();
                RouteNetlink route = ready == null ? openRoute(namespace) : ready.route()) {
            var attaching = new Attaching(kernel, host, instance, namespace, route, Optional.ofNullable(ready));
            try {
                List<String> names = endpoints.stream().map(attaching::attach).toList();
                attaching.dropUnused();
                defaultRoute.ifPresent(endpoint -> routesBy(endpoint, attaching.indexOf(endpoint.endpointId()))
                        .forEach(route::replace));
                return names;
            } catch (RuntimeException e) {
                attaching.undo();
                throw e instanceof NetlinkException refused
                        ? new NetworkException("the endpoint can't be made: " + refused.getMessage(), refused)
                        : e;
            }
        }
    }

    @Override
    public synchronized void detach(String endpointId) {
        onRoute(route -> {
            find(route, endpointId).ifPresent(link -> route.delete(link.index()));
            return true;
        });
    }

    @Override
    public synchronized void defaultRoute(Optional<EndpointSpec> endpoint) {
        onRoute(route -> {
            List<Route> old = route.routes().stream()
                    .filter(one -> one.isDefault() && one.table() == Route.MAIN)
                    .toList();
            List<Route> wanted = endpoint.map(spec -> routesBy(spec, indexOf(route, spec.endpointId())))
                    .orElse(List.of());
            old.stream().filter(one -> !wanted.contains(one)).forEach(route::delete);
            wanted.forEach(route::replace);
            return true;
        });
    }

    static int indexOf(RouteNetlink route, String endpointId) {
        return find(route, endpointId)
                .orElseThrow(() -> new NetworkException("the default route can't lead by endpoint " + endpointId
                        + ": the sandbox has no such interface"))
                .index();
    }

    private static List<Route> routesBy(EndpointSpec endpoint, int index) {
        return endpoint.gateways().stream()
                .map(gateway -> Route.byDefault(gateway, index))
                .toList();
    }

    static Optional<Link> find(RouteNetlink route, String endpointId) {
        return route.links().stream()
                .filter(link -> link.alias().equals(endpointId))
                .findFirst();
    }

    @Override
    public SandboxView view() {
        return onRoute(route -> {
            List<LinkAddress> addresses = route.addresses();
            List<Link> links = route.links();
            List<SandboxView.Interface> interfaces = links.stream()
                    .map(link -> new SandboxView.Interface(
                            link.name(),
                            link.mac(),
                            link.mtu(),
                            link.up() && link.running(),
                            addresses.stream()
                                    .filter(address -> address.index() == link.index())
                                    .map(address -> new InterfaceAddress(address.address(), address.prefix()))
                                    .toList()))
                    .toList();
            List<SandboxView.Route> routes = new ArrayList<>();
            for (Route one : route.routes()) {
                Optional<String> name = links.stream()
                        .filter(link -> link.index() == one.index())
                        .map(Link::name)
                        .findFirst();
                if (one.table() == Route.MAIN && name.isPresent()) {
                    routes.add(new SandboxView.Route(
                            new Subnet(one.destination(), one.prefix()), one.gateway(), name.get()));
                }
            }
            return new SandboxView(interfaces, routes);
        });
    }

    @Override
    public <T> T inside(Supplier<T> work) {
        try (Fd namespace = openNamespace()) {
            return inside(kernel, namespace, work);
        }
    }

    @Override
    public synchronized DnsSockets resolverSockets() {
        DnsSockets ready = resolver;
        resolver = null;
        return ready != null ? ready : inside(() -> DnsSockets.openHere(kernel));
    }

    static <T> T inside(Kernel kernel, Fd namespace, Supplier<T> work) {
        return kernel.namespaces().onThrowAwayThread(() -> {
            kernel.namespaces().enter(namespace, NamespaceKind.NETWORK);
            return work.get();
        });
    }

    @Override
    public Fd openNamespace() {
        return files.open(id).orElseThrow(() -> new NetworkException("the network namespace " + path() + " has gone"));
    }

    private RouteNetlink openRoute(Fd namespace) {
        return inside(kernel, namespace, () -> new RouteNetlink(kernel));
    }

    private interface RouteWork<T> {
        T with(RouteNetlink route);
    }

    private <T> T onRoute(RouteWork<T> work) {
        Prepared ready = prepared;
        if (ready != null) {
            return work.with(ready.route());
        }
        try (Fd namespace = openNamespace();
                RouteNetlink route = openRoute(namespace)) {
            return work.with(route);
        }
    }

    /** Puts an endpoint's port back on its bridge; false where the interface itself has gone. */
    synchronized boolean repair(EndpointSpec endpoint) {
        return onRoute(route -> {
            Optional<Link> inner = find(route, endpoint.endpointId());
            if (inner.isEmpty() || !(endpoint.attachment() instanceof Attachment.Bridge bridge)) {
                return inner.isPresent();
            }
            Link outer = host.link(inner.get().parent()).orElseThrow();
            int master = Attaching.bridge(host, bridge.bridgeName()).index();
            if (outer.master() != master || !outer.up()) {
                Attaching.plug(host, outer.index(), master, bridge, endpoint.endpointId());
            }
            return true;
        });
    }

    /**
     * The interfaces go with the namespace, of which the kernel clears away many at once; taking one out by itself takes
     * some 20 ms. But they are cut off at once, so that their addresses can be given to others.
     */
    @Override
    public synchronized void delete() {
        Prepared unused = prepared;
        prepared = null;
        if (resolver != null) {
            resolver.close();
            resolver = null;
        }
        if (unused != null) {
            unused.discard();
        } else {
            unplug();
        }
        files.release(id);
    }

    private void unplug() {
        Optional<Fd> present = files.open(id);
        if (present.isEmpty()) {
            return;
        }
        try (Fd namespace = present.get();
                RouteNetlink route = openRoute(namespace)) {
            for (Link link : route.links()) {
                if (link.kind().equals("veth") && !link.alias().isEmpty()) {
                    host.link(link.parent())
                            .filter(outer -> outer.alias().equals(link.alias()))
                            .ifPresent(outer -> host.change(
                                    outer.index(), new LinkChange().master(0).up(false)));
                } else if (!link.alias().isEmpty()) {
                    route.delete(link.index());
                }
            }
        }
    }
}
