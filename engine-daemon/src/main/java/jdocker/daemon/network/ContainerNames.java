package jdocker.daemon.network;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jdocker.daemon.state.Snapshot;
import jdocker.kernel.Fd;
import jdocker.network.Sandbox;
import jdocker.network.address.IpAddress;
import jdocker.network.dns.DnsServer;
import jdocker.network.dns.DnsSettings;
import jdocker.network.dns.DnsSockets;
import jdocker.network.dns.NameIndex;
import jdocker.network.dns.NameTable.Member;
import jdocker.network.dns.NameTable.Membership;

/** Tells the resolver who is called what, and gives each sandbox its sockets. */
public final class ContainerNames {
    private static final int PORT = 53;

    private final NameIndex index;
    private final Optional<DnsServer> server;

    private ContainerNames(NameIndex index, Optional<DnsServer> server) {
        this.index = index;
        this.server = server;
    }

    /** Names that nobody answers for: an engine without a resolver. */
    static ContainerNames silent() {
        return new ContainerNames(new NameIndex(), Optional.empty());
    }

    /**
     * @param index the one that the server answers from
     */
    public static ContainerNames answeredBy(DnsServer server, NameIndex index) {
        return new ContainerNames(index, Optional.of(server));
    }

    boolean isAnswered() {
        return server.isPresent();
    }

    /**
     * Begins to answer a sandbox's queries, whose names are known by {@link #join}.
     *
     * @param servers asked for names that are not ours; empty for the host's
     * @param before sockets that a shim has held for us; none for a new sandbox
     * @return descriptors for the shim to hold, the caller's to close
     */
    List<Fd> open(Sandbox sandbox, List<String> servers, List<Fd> before) {
        if (server.isEmpty()) {
            before.forEach(Fd::close);
            return List.of();
        }
        DnsSockets sockets = before.size() == 2 ? DnsSockets.of(before) : sandbox.resolverSockets();
        List<Fd> held = before.isEmpty() ? sockets.duplicate().descriptors() : List.of();
        server.get().attach(sandbox.id(), sockets, settings(servers), sandbox::openNamespace);
        return held;
    }

    private static DnsSettings settings(List<String> servers) {
        return new DnsSettings(servers.stream()
                .flatMap(text -> IpAddress.parse(text).stream())
                .map(address -> new InetSocketAddress(address.toInet(), PORT))
                .toList());
    }

    /**
     * A sandbox is on a network now, or is called otherwise there.
     *
     * @param links {@code name:alias}, for this sandbox alone
     */
    void join(String sandboxId, Network network, Endpoint endpoint, List<String> links) {
        List<InetAddress> addresses =
                endpoint.addresses().stream().map(a -> a.address().toInet()).toList();
        String first = endpoint.dnsNames().isEmpty()
                ? endpoint.id().substring(0, 12)
                : endpoint.dnsNames().getFirst();
        index.join(
                new Membership(network.id(), network.name(), network.internal(), aliases(links)),
                new Member(sandboxId, first, Set.copyOf(endpoint.dnsNames()), addresses));
    }

    private static Map<String, String> aliases(List<String> links) {
        var aliases = new HashMap<String, String>();
        for (String link : links) {
            int colon = link.indexOf(':');
            String name = colon < 0 ? link : link.substring(0, colon);
            aliases.put(colon < 0 ? link : link.substring(colon + 1), name.startsWith("/") ? name.substring(1) : name);
        }
        return aliases;
    }

    /** Those that a name means to a sandbox, as the resolver answers it. */
    List<Member> find(String sandboxId, String name) {
        return index.find(sandboxId, name.toLowerCase(Locale.ROOT));
    }

    void leave(String sandboxId, String networkId) {
        index.leave(sandboxId, networkId);
    }

    /** The sandbox is gone. */
    void close(String sandboxId) {
        server.ifPresent(s -> s.detach(sandboxId));
        index.leave(sandboxId);
    }

    /** Everything that a stored sandbox is called. */
    void restore(Snapshot state, ContainerSandbox row) {
        for (Endpoint endpoint : row.endpoints()) {
            state.get(Network.ALL, endpoint.networkId())
                    .ifPresent(network -> join(row.sandboxId(), network, endpoint, endpoint.links()));
        }
    }
}
