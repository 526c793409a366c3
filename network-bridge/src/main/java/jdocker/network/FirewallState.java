package jdocker.network;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the rules are made for: networks by id, published ports by publication, and links. Immutable. */
record FirewallState(Map<String, BridgeSpec> networks, Map<Long, Ports> ports, List<LinkedPort> links) {
    static final FirewallState EMPTY = new FirewallState(Map.of(), Map.of(), List.of());

    /** Ports that lead to addresses on one network. */
    record Ports(String networkId, List<PublishedPort> list) {
        Ports {
            list = List.copyOf(list);
        }
    }

    /** Copies keep the order in which things came, so that a change is most often an addition at the end. */
    FirewallState {
        networks = Collections.unmodifiableMap(new LinkedHashMap<>(networks));
        ports = Collections.unmodifiableMap(new LinkedHashMap<>(ports));
        links = List.copyOf(links);
    }

    FirewallState with(BridgeSpec network) {
        var changed = new LinkedHashMap<>(networks);
        changed.put(network.networkId(), network);
        return new FirewallState(changed, ports, links);
    }

    FirewallState withoutNetwork(String networkId) {
        var changed = new LinkedHashMap<>(networks);
        changed.remove(networkId);
        return new FirewallState(changed, ports, links);
    }

    FirewallState with(long publication, Ports published) {
        var changed = new LinkedHashMap<>(ports);
        changed.put(publication, published);
        return new FirewallState(networks, changed, links);
    }

    FirewallState withoutPorts(long publication) {
        var changed = new LinkedHashMap<>(ports);
        changed.remove(publication);
        return new FirewallState(networks, changed, links);
    }

    FirewallState linked(List<LinkedPort> all) {
        return new FirewallState(networks, ports, all);
    }
}
