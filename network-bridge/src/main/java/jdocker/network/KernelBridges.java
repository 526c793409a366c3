package jdocker.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import jdocker.kernel.Errno;
import jdocker.kernel.netlink.Link;
import jdocker.kernel.netlink.LinkAddress;
import jdocker.kernel.netlink.LinkChange;
import jdocker.kernel.netlink.LinkKind;
import jdocker.kernel.netlink.NetlinkException;
import jdocker.kernel.netlink.RouteNetlink;

/** {@link Bridges} in the running kernel. */
final class KernelBridges implements Bridges {
    private final RouteNetlink host;
    private final Firewall firewall;
    private final List<RuleFamily> families;
    private final Instance instance;
    private final NetworkOptions options;
    private final Forwarding forwarding;
    private final Map<String, BridgeSpec> known = new ConcurrentHashMap<>();

    KernelBridges(
            RouteNetlink host,
            Firewall firewall,
            List<RuleFamily> families,
            Instance instance,
            NetworkOptions options) {
        this.host = host;
        this.firewall = firewall;
        this.families = families;
        this.instance = instance;
        this.options = options;
        this.forwarding = new Forwarding(options);
    }

    Optional<BridgeSpec> spec(String networkId) {
        return Optional.ofNullable(known.get(networkId));
    }

    @Override
    public List<String> ensure(BridgeSpec spec) {
        return finish(begin(spec));
    }

    /** A network whose bridge is there and whose rules are on their way. */
    record Begun(BridgeSpec spec, boolean made, Link bridge, List<String> warnings, CompletableFuture<Boolean> rules) {}

    private Begun begin(BridgeSpec spec) {
        List<String> warnings = new ArrayList<>();
        boolean missing = host.link(spec.bridgeName()).isEmpty();
        Link bridge = spec.adopted() ? adopted(spec) : made(spec);
        forward(spec, warnings);
        known.put(spec.networkId(), spec);
        return new Begun(spec, missing, bridge, warnings, firewall.begin(state -> state.with(spec)));
    }

    /**
     * Begins with a network of a daemon before this one: begun together, many networks share one run of iptables-restore.
     * Its rules belong to the state from now on, also when they or its bridge cannot be made yet.
     */
    Begun restore(BridgeSpec spec) {
        known.put(spec.networkId(), spec);
        CompletableFuture<Boolean> rules = firewall.insist(state -> state.with(spec));
        List<String> warnings = new ArrayList<>();
        boolean missing = host.link(spec.bridgeName()).isEmpty();
        Link bridge = spec.adopted() ? adopted(spec) : made(spec);
        forward(spec, warnings);
        return new Begun(spec, missing, bridge, warnings, rules);
    }

    /**
     * The second half of {@link #restore}; done later by itself when the rules cannot be made yet.
     *
     * @throws FirewallException in that case
     */
    List<String> finishRestored(Begun begun) {
        try {
            Firewall.await(begun.rules());
        } catch (FirewallException e) {
            firewall.later(() -> complete(begun));
            throw e;
        }
        complete(begun);
        return begun.warnings();
    }

    private void complete(Begun begun) {
        BridgeSpec spec = begun.spec();
        configure(spec, ours(begun.bridge()), begun.warnings());
        if (!spec.adopted()) {
            address(spec, begun.bridge());
        }
    }

    private List<String> finish(Begun begun) {
        try {
            Firewall.await(begun.rules());
            complete(begun);
        } catch (RuntimeException e) {
            undo(begun);
            throw e;
        }
        return begun.warnings();
    }

    @Override
    public void remove(String networkId) {
        BridgeSpec spec = known.remove(networkId);
        if (spec != null) {
            remove(spec);
        }
    }

    /** Of a network that is new. A bridge that was there stays. */
    private void undo(Begun begun) {
        known.remove(begun.spec().networkId());
        firewall.remove(state -> state.withoutNetwork(begun.spec().networkId()));
        if (begun.made()) {
            host.delete(begun.bridge().index());
        }
    }

    private void remove(BridgeSpec spec) {
        firewall.remove(state -> state.withoutNetwork(spec.networkId()));
        if (!spec.adopted()) {
            host.link(spec.bridgeName()).filter(this::ours).ifPresent(link -> host.delete(link.index()));
        }
    }

    /** Bridges that this daemon has made and whose names nobody wants. */
    List<Link> orphans(List<BridgeSpec> wanted) {
        List<String> names = wanted.stream().map(BridgeSpec::bridgeName).toList();
        return host.links().stream()
                .filter(link -> link.kind().equals("bridge") && ours(link) && !names.contains(link.name()))
                .toList();
    }

    private boolean ours(Link link) {
        return link.group() == instance.linkGroup();
    }

    private Link adopted(BridgeSpec spec) {
        Link link = host.link(spec.bridgeName())
                .orElseThrow(() -> new NetworkException("there is no bridge " + spec.bridgeName()
                        + ": make it, or leave --bridge away to have one made"));
        requireBridge(link);
        List<LinkAddress> present = host.addresses();
        for (InterfaceAddress gateway : spec.gateways()) {
            if (!present.contains(on(link, gateway))) {
                throw new NetworkException("the bridge " + spec.bridgeName() + " has no address " + gateway);
            }
        }
        return link;
    }

    private Link made(BridgeSpec spec) {
        Optional<Link> present = host.link(spec.bridgeName());
        if (present.isPresent()) {
            requireBridge(present.get());
            if (!ours(present.get()) && !namedByUs(spec)) {
                return present.get(); // the operator's, who has named it: the network is a guest on it
            }
            host.change(present.get().index(), new LinkChange().mtu(spec.mtu()).group(instance.linkGroup()));
            return link(spec);
        }
        // Without an address of its own it would change it with every port that comes and goes.
        host.create(
                new LinkKind.Bridge(),
                new LinkChange()
                        .name(spec.bridgeName())
                        .address(MacAddress.random().bytes())
                        .mtu(spec.mtu())
                        .group(instance.linkGroup()));
        return link(spec);
    }

    private Link link(BridgeSpec spec) {
        return host.link(spec.bridgeName())
                .orElseThrow(() -> new NetworkException("the bridge " + spec.bridgeName() + " has gone"));
    }

    /** Nobody else calls a bridge by our network's id: one left behind, if only by a daemon with another exec root. */
    private static boolean namedByUs(BridgeSpec spec) {
        String name = spec.bridgeName();
        return name.length() == InterfaceNames.MAX
                && name.startsWith("br-")
                && spec.networkId().startsWith(name.substring("br-".length()));
    }

    private static void requireBridge(Link link) {
        if (!link.kind().equals("bridge")) {
            throw new NetworkException("the interface " + link.name() + " is not a bridge but "
                    + (link.kind().isEmpty() ? "a device" : "a " + link.kind() + " link")
                    + "; choose another name for the network's (com.docker.network.bridge.name)");
        }
    }

    private void address(BridgeSpec spec, Link bridge) {
        for (InterfaceAddress gateway : spec.gateways()) {
            try {
                host.add(on(bridge, gateway));
            } catch (NetlinkException e) {
                if (!e.is(Errno.EEXIST)) {
                    throw new NetworkException(
                            "the bridge " + spec.bridgeName() + " cannot get " + gateway + ": " + e.getMessage(), e);
                }
            }
        }
        host.change(bridge.index(), new LinkChange().up(true));
    }

    private static LinkAddress on(Link link, InterfaceAddress address) {
        return new LinkAddress(link.index(), address.address(), address.prefix());
    }

    private void forward(BridgeSpec spec, List<String> warnings) {
        if (spec.internal()) {
            return;
        }
        for (boolean v6 : new boolean[] {false, true}) {
            if (spec.subnets(v6).isEmpty()) {
                continue;
            }
            Forwarding.Result result = forwarding.enable(v6);
            warnings.addAll(result.warnings());
            if (result.switchedOn() && options.forwardDrop()) {
                families.stream().filter(family -> family.isV6() == v6).forEach(RuleFamily::dropForwarded);
            }
        }
    }

    /** Before the bridge is up, and after the rules that shut what these settings open. */
    private void configure(BridgeSpec spec, boolean ours, List<String> warnings) {
        String v4 = "ipv4/conf/" + spec.bridgeName() + "/";
        String v6 = "ipv6/conf/" + spec.bridgeName() + "/";
        boolean hasV6 = !spec.subnets(true).isEmpty();
        var settings = new ArrayList<List<String>>();
        if (ours) { // by another's the host itself may be on its network, with an address and a route that it was told
            settings.add(List.of(v6 + "accept_ra", "0"));
            // Its link-local address is needed to ask for neighbours, and would not be used for a second.
            settings.add(List.of(v6 + "accept_dad", "0"));
            settings.add(List.of(v6 + "disable_ipv6", hasV6 ? "0" : "1"));
        }
        boolean guarded =
                options.iptables() && !spec.internal() && !spec.subnets(false).isEmpty();
        if (guarded) {
            settings.add(List.of(v4 + "route_localnet", "1")); // published ports answer at 127.0.0.1
        }
        settings.forEach(
                pair -> HostSettings.set(pair.getFirst(), pair.getLast()).ifPresent(warnings::add));
        bridgedPackets(spec, warnings);
    }

    /** With br_netfilter, frames between a bridge's ports pass iptables too, and without IPv6 rules of ours by chance. */
    private void bridgedPackets(BridgeSpec spec, List<String> warnings) {
        for (boolean v6 : new boolean[] {false, true}) {
            boolean passes = HostSettings.read("bridge/bridge-nf-call-" + (v6 ? "ip6tables" : "iptables"))
                    .orElse("0")
                    .equals("1");
            boolean rules = v6 ? options.ip6tables() : options.iptables();
            if (passes && !rules && !spec.subnets(v6).isEmpty()) {
                warnings.add("net.bridge.bridge-nf-call-" + (v6 ? "ip6tables" : "iptables")
                        + " is 1 and our rules are off: what the host's own rules drop, containers of one network"
                        + " can't send each other");
            }
        }
    }
}
