package jdocker.network;

import java.util.List;
import jdocker.kernel.Fd;

/** Published ports: reserved by bound sockets, led to the sandboxes by rules. Blocking: from platform threads. */
public interface Ports {
    /**
     * Reserves the ports and begins to make the rules.
     *
     * @throws PortInUse if a port, or every port of a range, is taken
     * @throws NetworkException if an address is not the host's
     */
    default Publication publish(PublishRequest request) {
        return publish(request, List.of());
    }

    /**
     * The same with ports that are kept already.
     *
     * @param kept {@link Publication#sockets} of one before, from now on ours
     */
    Publication publish(PublishRequest request, List<Fd> kept);

    /** Everything published now, for diagnosis. */
    List<PublishedPort> published();
}
