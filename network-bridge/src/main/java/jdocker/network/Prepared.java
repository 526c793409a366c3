package jdocker.network;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.NamespaceKind;
import jdocker.kernel.SyscallException;
import jdocker.kernel.netlink.Link;
import jdocker.kernel.netlink.LinkChange;
import jdocker.kernel.netlink.LinkKind;
import jdocker.kernel.netlink.RouteNetlink;
import jdocker.network.dns.DnsSockets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network namespace with its loopback up, the resolver's sockets and one end of a veth pair in it, {@code eth0}, both ends
 * down: all of a bridge endpoint that does not depend on whose it will be, and most of its time.
 *
 * @param id of the sandbox it will be
 * @param route speaks to the namespace
 * @param hostIndex of the other end, in the host's namespace
 * @param resolver absent where they could not be made: whoever needs them tries again, and says why not
 */
record Prepared(
        String id, Fd namespace, RouteNetlink route, int innerIndex, int hostIndex, Optional<DnsSockets> resolver) {
    private static final Logger log = LoggerFactory.getLogger(Prepared.class);
    static final String NAME = "eth0";
    private static final int LOOPBACK = 1;
    private static final SecureRandom RANDOM = new SecureRandom();

    static Prepared make(Kernel kernel, Fd hostNamespace, Instance instance) {
        return kernel.namespaces().onThrowAwayThread(() -> {
            kernel.namespaces().unshare(Set.of(NamespaceKind.NETWORK));
            Fd namespace = kernel.namespaces().current(NamespaceKind.NETWORK);
            var route = new RouteNetlink(kernel);
            try {
                route.change(LOOPBACK, new LinkChange().up(true));
                LinkChange outer = new LinkChange()
                        .name(randomName())
                        .group(instance.linkGroup())
                        .namespace(hostNamespace);
                route.create(new LinkKind.Veth(outer), new LinkChange().name(NAME));
                closeIpv6(NAME);
                Link inner = route.link(NAME).orElseThrow();
                return new Prepared(randomId(), namespace, route, inner.index(), inner.parent(), resolver(kernel));
            } catch (RuntimeException e) {
                route.close();
                namespace.close();
                throw e;
            }
        });
    }

    private static Optional<DnsSockets> resolver(Kernel kernel) {
        try {
            return Optional.of(DnsSockets.openHere(kernel));
        } catch (SyscallException e) {
            log.debug("no sockets of the resolver are made ahead: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** Within the namespace: a new interface has no IPv6 until it gets an address, asks nobody whether it is its own, and never believes a router. */
    static void closeIpv6(String name) {
        HostSettings.set("ipv6/conf/" + name + "/accept_ra", "0");
        HostSettings.set("ipv6/conf/" + name + "/accept_dad", "0");
        HostSettings.set("ipv6/conf/" + name + "/disable_ipv6", "1");
    }

    static String randomName() {
        return "veth%07x".formatted(ThreadLocalRandom.current().nextInt(1 << 28));
    }

    private static String randomId() {
        byte[] raw = new byte[32];
        RANDOM.nextBytes(raw);
        return HexFormat.of().formatHex(raw);
    }

    void discard() {
        resolver.ifPresent(DnsSockets::close);
        route.close();
        namespace.close();
    }
}
