package jdocker.daemon.network;

import java.util.Map;
import java.util.TreeMap;
import jdocker.daemon.event.Event;

/** Events of networks, with Docker's attributes. */
final class NetworkEvents {
    private NetworkEvents() {}

    static Event of(Network network, String action) {
        return of(network, action, Map.of());
    }

    static Event ofMember(Network network, String action, String containerId) {
        return of(network, action, Map.of("container", containerId));
    }

    private static Event of(Network network, String action, Map<String, String> more) {
        var attributes = new TreeMap<>(more);
        attributes.put("name", network.name());
        attributes.put("type", network.driver());
        return Event.now("network", action, network.id(), attributes);
    }
}
