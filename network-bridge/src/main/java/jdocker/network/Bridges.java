package jdocker.network;

import java.util.List;

/** Bridges with their addresses, settings and rules. Blocking: from platform threads. */
public interface Bridges {
    /**
     * Makes the bridge, or takes the one of this name and gives it what it lacks; idempotent. Its rules are in effect
     * when this returns.
     *
     * @return what the user should know, such as settings of the host that could not be changed
     * @throws NetworkException if the name belongs to something that is no bridge, or an address to another interface
     */
    List<String> ensure(BridgeSpec spec);

    /** Removes the rules and, unless it is the operator's, the bridge; what is gone already is no error. */
    void remove(String networkId);
}
