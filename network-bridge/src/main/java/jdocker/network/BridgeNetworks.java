package jdocker.network;

import java.util.List;

/**
 * All that a daemon has of networks in the kernel. Two daemons on one host have different instances, and neither touches
 * what belongs to the other. Closing it stops what runs in the daemon (the pool, the proxies, the watch over the rules)
 * and leaves the kernel as it is.
 */
public interface BridgeNetworks extends AutoCloseable {
    Bridges bridges();

    Sandboxes sandboxes();

    Ports ports();

    /**
     * Makes the kernel's state the wanted one, once, before anything else is asked: bridges and rules are put back,
     * interfaces, namespaces and rules of this instance that nobody wants are removed, ports are reserved again.
     */
    Reconciled reconcile(WantedState wanted);

    /**
     * Opens these ports between containers that are kept apart otherwise, and shuts all that have been opened before and
     * are not among them. Waits for the rules.
     */
    void link(List<LinkedPort> all);

    @Override
    void close();
}
