package jdocker.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import jdocker.kernel.Errno;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.netlink.Link;
import jdocker.kernel.netlink.LinkAddress;
import jdocker.kernel.netlink.LinkChange;
import jdocker.kernel.netlink.LinkKind;
import jdocker.kernel.netlink.NetlinkException;
import jdocker.kernel.netlink.RouteNetlink;

/** Interfaces being added to one sandbox. The host's end is plugged in last: what answers has its address. */
final class Attaching {
    private final Kernel kernel;
    private final RouteNetlink host;
    private final Instance instance;
    private final Fd namespace;
    private final RouteNetlink route;
    private final List<Integer> made = new ArrayList<>();
    private final Map<String, Integer> indexes = new HashMap<>();
    private Optional<Prepared> prepared;

    Attaching(
            Kernel kernel,
            RouteNetlink host,
            Instance instance,
            Fd namespace,
            RouteNetlink route,
            Optional<Prepared> prepared) {
        this.kernel = kernel;
        this.host = host;
        this.instance = instance;
        this.namespace = namespace;
        this.route = route;
        this.prepared = prepared;
    }

    /** The name of the new interface. */
    String attach(EndpointSpec endpoint) {
        return switch (endpoint.attachment()) {
            case Attachment.Bridge bridge -> toBridge(endpoint, bridge);
            case Attachment.Macvlan macvlan ->
                onParent(
                        endpoint,
                        macvlan.parent(),
                        new LinkKind.Macvlan(macvlan.mode().number()));
            case Attachment.Ipvlan ipvlan ->
                onParent(
                        endpoint,
                        ipvlan.parent(),
                        new LinkKind.Ipvlan(
                                ipvlan.mode().number(), ipvlan.flag().number()));
        };
    }

    private String toBridge(EndpointSpec endpoint, Attachment.Bridge bridge) {
        int master = bridge(host, bridge.bridgeName()).index();
        Optional<Prepared> ready = prepared;
        prepared = Optional.empty();
        int inner;
        int outer;
        String name;
        if (ready.isPresent()) {
            inner = ready.get().innerIndex();
            outer = ready.get().hostIndex();
            name = endpoint.name().orElse(endpoint.namePrefix() + "0");
        } else {
            name = endpoint.name().orElseGet(() -> freeName(endpoint.namePrefix()));
            Link link = makeVeth(name);
            inner = link.index();
            outer = link.parent();
        }
        made.add(inner);
        if (ready.isEmpty()) {
            closeIpv6(name);
        }
        configure(endpoint, name, inner, ready.isPresent() ? Prepared.NAME : name);
        if (endpoint.mtu() != 0) {
            host.change(outer, new LinkChange().mtu(endpoint.mtu()));
        }
        plug(host, outer, master, bridge, endpoint.endpointId());
        return name;
    }

    static Link bridge(RouteNetlink host, String name) {
        return host.link(name)
                .filter(link -> link.kind().equals("bridge"))
                .orElseThrow(() -> new NetworkException("the bridge " + name + " has gone"));
    }

    private Link makeVeth(String name) {
        LinkChange inner = new LinkChange().name(name).namespace(namespace);
        String outer = Prepared.randomName();
        host.create(new LinkKind.Veth(inner), new LinkChange().name(outer).group(instance.linkGroup()));
        return route.link(name).orElseThrow();
    }

    static void plug(RouteNetlink host, int outer, int master, Attachment.Bridge bridge, String endpointId) {
        try {
            host.change(outer, new LinkChange().alias(endpointId).master(master).up(true));
        } catch (NetlinkException e) {
            if (e.is(Errno.EXFULL)) {
                throw new NetworkException(
                        "the bridge " + bridge.bridgeName() + " has all the 1023 ports that the kernel allows;"
                                + " put further containers on another network",
                        e);
            }
            throw e;
        }
        // With br_netfilter a published port of one's own address comes back by the port it went out.
        boolean hairpin =
                HostSettings.read("bridge/bridge-nf-call-iptables").orElse("0").equals("1");
        if (hairpin || !bridge.icc()) {
            host.change(outer, new LinkChange().port(new LinkChange.BridgePort(hairpin, !bridge.icc())));
        }
    }

    private String onParent(EndpointSpec endpoint, Optional<String> parent, LinkKind kind) {
        Link below = parent.isPresent() ? parent(parent.get(), kind) : internalParent(endpoint, kind);
        String name = endpoint.name().orElseGet(() -> freeName(endpoint.namePrefix()));
        try {
            host.create(kind, new LinkChange().name(name).parent(below.index()).namespace(namespace));
        } catch (NetlinkException e) {
            throw new NetworkException(
                    e.is(Errno.EOPNOTSUPP)
                            ? "the kernel has no " + kind.label() + " (module " + kind.label() + ")"
                            : "no " + kind.label() + " interface on " + below.name() + ": " + e.getMessage(),
                    e);
        }
        int index = route.link(name).orElseThrow().index();
        made.add(index);
        closeIpv6(name);
        configure(endpoint, name, index, name);
        return name;
    }

    private void closeIpv6(String name) {
        KernelSandbox.inside(kernel, namespace, () -> {
            Prepared.closeIpv6(name);
            return true;
        });
    }

    private Link parent(String name, LinkKind kind) {
        return host.link(name)
                .orElseThrow(() -> new NetworkException(
                        "the host has no interface " + name + " to put a " + kind.label() + " interface on"));
    }

    /** A dummy link that leads nowhere, one per network. */
    private Link internalParent(EndpointSpec endpoint, LinkKind kind) {
        String name = "dm-"
                + endpoint.networkId()
                        .substring(0, Math.min(12, endpoint.networkId().length()));
        Optional<Link> present = host.link(name);
        if (present.isPresent()) {
            return present.get();
        }
        try {
            host.create(
                    new LinkKind.Dummy(),
                    new LinkChange().name(name).group(instance.linkGroup()).up(true));
        } catch (NetlinkException e) {
            throw new NetworkException(
                    "a " + kind.label()
                            + " network without a parent needs a dummy interface, which the kernel refuses: "
                            + e.getMessage() + "; name a parent (-o parent=)",
                    e);
        }
        return host.link(name).orElseThrow();
    }

    /** Of an endpoint's interface, which may have been there before. */
    int indexOf(String endpointId) {
        Integer known = indexes.get(endpointId);
        return known != null ? known : KernelSandbox.indexOf(route, endpointId);
    }

    /** @param nameNow which is not the final one yet where the interface was prepared */
    private void configure(EndpointSpec endpoint, String name, int index, String nameNow) {
        indexes.put(endpoint.endpointId(), index);
        LinkChange change = new LinkChange().alias(endpoint.endpointId()).mtu(endpoint.mtu());
        endpoint.mac().ifPresent(mac -> change.address(mac.bytes()));
        if (!name.equals(nameNow)) {
            change.name(name);
        }
        boolean v6 = endpoint.addresses().stream().anyMatch(InterfaceAddress::isV6);
        if (v6 || !endpoint.sysctls().isEmpty()) {
            route.change(index, change);
            KernelSandbox.inside(kernel, namespace, () -> {
                settings(endpoint, name, v6);
                return true;
            });
            route.change(index, new LinkChange().up(true));
        } else {
            route.change(index, change.up(true));
        }
        for (InterfaceAddress address : endpoint.addresses()) {
            route.add(new LinkAddress(index, address.address(), address.prefix()));
        }
    }

    private static void settings(EndpointSpec endpoint, String name, boolean v6) {
        if (v6) {
            HostSettings.set("ipv6/conf/" + name + "/disable_ipv6", "0");
        }
        for (Map.Entry<String, String> one : endpoint.sysctls().entrySet()) {
            String setting = path(one.getKey(), name);
            if (HostSettings.read(setting).isEmpty()) {
                throw new NetworkException("there is no setting " + one.getKey() + " of the interface " + name);
            }
            HostSettings.set(setting, one.getValue()).ifPresent(problem -> {
                throw new NetworkException(problem);
            });
        }
    }

    /** {@code net.ipv4.conf.IFNAME.log_martians}, below /proc/sys/net. */
    private static String path(String sysctl, String name) {
        String[] words = sysctl.split("\\.");
        boolean known = words.length == 5
                && words[0].equals("net")
                && Set.of("ipv4", "ipv6", "mpls").contains(words[1])
                && Set.of("conf", "neigh").contains(words[2])
                && words[3].equals("IFNAME")
                && words[4].matches("[a-z0-9_]+");
        if (!known) {
            throw new NetworkException("not a setting of an interface (net.ipv4.conf.IFNAME.…): " + sysctl);
        }
        return words[1] + "/" + words[2] + "/" + name + "/" + words[4];
    }

    private String freeName(String prefix) {
        Set<String> taken = route.links().stream().map(Link::name).collect(Collectors.toSet());
        int number = 0;
        while (taken.contains(prefix + number)) {
            number++;
        }
        return prefix + number;
    }

    /** A sandbox on other kinds of network has no use for the interface that was prepared. */
    void dropUnused() {
        prepared.ifPresent(unused -> route.delete(unused.innerIndex()));
        prepared = Optional.empty();
    }

    void undo() {
        dropUnused();
        made.forEach(route::delete);
    }
}
