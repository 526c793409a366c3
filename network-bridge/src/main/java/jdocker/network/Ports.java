package jdocker.network;

import java.util.List;

/** Published ports: reserved by bound sockets, led to the sandboxes by rules. Blocking: from platform threads. */
public interface Ports {
    /**
     * Reserves the ports and begins to make the rules.
     *
     * @throws PortInUse if a port, or every port of a range, is taken
     * @throws NetworkException if an address is not the host's
     */
    Publication publish(PublishRequest request);

    /** Everything published now, for diagnosis. */
    List<PublishedPort> published();
}
