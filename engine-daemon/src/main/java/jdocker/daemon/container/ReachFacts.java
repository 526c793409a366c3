package jdocker.daemon.container;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import jdocker.daemon.container.Listeners.Listener;
import jdocker.network.SandboxView;

/** What {@link ReachWalk} has to know of the two containers at this moment. */
interface ReachFacts {
    /** What the one that asks is told for a name; empty when the resolver knows none like it. */
    List<InetAddress> resolve(String name);

    /** The interfaces and routes of the one that asks. */
    SandboxView view();

    /** The ports at an address that links open, where the network keeps its containers apart. */
    List<ReachWalk.Port> linked(InetAddress address);

    /** Who waits in the network namespace of the one that is asked for. */
    List<Listener> listeners();

    /** Tries a TCP connection from the one that asks; empty when it came about, else what happened instead. */
    Optional<String> connect(InetAddress address, int port);

    /**
     * One of the two.
     *
     * @param status as {@code ps} shows it
     * @param shares the container whose network this one uses; empty for its own
     * @param places on networks; none with the host's network, and without one
     */
    record Side(
            String name,
            boolean running,
            boolean paused,
            String status,
            boolean host,
            String shares,
            List<Place> places) {
        public Side {
            places = List.copyOf(places);
        }
    }

    /**
     * A container on a network.
     *
     * @param named whether names are resolved on the network
     * @param icc whether it lets its containers reach each other
     */
    record Place(String network, boolean named, boolean icc, List<InetAddress> addresses) {
        public Place {
            addresses = List.copyOf(addresses);
        }
    }
}
