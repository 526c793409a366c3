package jdocker.network;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ways between containers that their bridge keeps apart. A bridge passes nothing from one isolated port to another, so
 * a linked container's packets take the way through the host, where rules decide: the host answers the bridge's ARP
 * questions for all its containers (a private VLAN, {@code proxy_arp_pvlan}), and routes what it gets by that back into
 * the bridge. Without rules of ours it does not, because then nothing would keep the others out.
 */
final class KernelLinks {
    private static final Logger log = LoggerFactory.getLogger(KernelLinks.class);

    private final KernelBridges bridges;
    private final Firewall firewall;
    private final NetworkOptions options;
    private final Set<String> routing = new HashSet<>();

    KernelLinks(KernelBridges bridges, Firewall firewall, NetworkOptions options) {
        this.bridges = bridges;
        this.firewall = firewall;
        this.options = options;
    }

    /** The rules first: what is routed from the first moment on has to pass them. */
    synchronized void set(List<LinkedPort> all) {
        if (options.iptables() && !firewall.state().links().equals(all)) {
            firewall.change(state -> state.linked(all));
            route(all);
        }
    }

    /** After a restart, when the rules are on their way already. */
    synchronized void route(List<LinkedPort> all) {
        Set<String> wanted = new HashSet<>();
        for (LinkedPort link : all) {
            bridges.spec(link.networkId()).filter(spec -> !spec.icc()).ifPresent(spec -> wanted.add(spec.bridgeName()));
        }
        wanted.forEach(bridge -> set(bridge, "1"));
        routing.stream().filter(bridge -> !wanted.contains(bridge)).forEach(bridge -> set(bridge, "0"));
        routing.clear();
        routing.addAll(wanted);
    }

    private static void set(String bridge, String value) {
        Optional<String> warning = HostSettings.set("ipv4/conf/" + bridge + "/proxy_arp_pvlan", value);
        warning.ifPresent(why -> log.warn("links on the bridge {} lead nowhere: {}", bridge, why));
    }
}
