package jdocker.daemon.network;

import java.util.Map;
import jdocker.api.EndpointSettings;
import jdocker.api.NetworkInspect.EndpointResource;
import jdocker.daemon.state.Snapshot;

/** What networks ask of containers, which stand above them. */
public interface NetworkMembers {

    /** Puts a container on a network, now when it runs, else at its next start. On a work thread. */
    void connect(String container, String network, EndpointSettings settings);

    /** Takes a container off a network. On a work thread. */
    void disconnect(String container, String network, boolean force);

    /** The running containers on a network, by their ids. */
    Map<String, EndpointResource> on(Snapshot state, Network network);
}
