package jdocker.network;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import jdocker.kernel.Fd;
import jdocker.network.dns.DnsSockets;

/**
 * A network namespace with a container's interfaces. Blocking: from platform threads, one call at a time; where a
 * process already runs in it, the same calls work while it runs.
 */
public interface Sandbox {
    /** 64 hexadecimal digits. */
    String id();

    /** Where it is kept: for a {@code RuntimeSpec}'s network namespace, and the API's SandboxKey. */
    Path path();

    /**
     * Adds interfaces in the order given; they are up, with addresses, when this returns. All or, if it throws, none.
     *
     * @param defaultRoute through which of the sandbox's endpoints the default routes lead; empty none
     * @return the endpoints' interface names, in the same order
     */
    List<String> attach(List<EndpointSpec> endpoints, Optional<EndpointSpec> defaultRoute);

    /** Removes an endpoint's interface; one that is gone already is no error. */
    void detach(String endpointId);

    /** Replaces the default routes by those through this endpoint, or removes them. */
    void defaultRoute(Optional<EndpointSpec> endpoint);

    /** What the kernel has now, for diagnosis. */
    SandboxView view();

    /** Runs the work on a throw-away thread inside the namespace: sockets made there belong to it. */
    <T> T inside(Supplier<T> work);

    /**
     * The resolver's sockets in it, which a new sandbox has already; called again they replace those before. The caller
     * closes them.
     */
    DnsSockets resolverSockets();

    /** The namespace; the caller closes the descriptor. */
    Fd openNamespace();

    /** Removes the interfaces and lets go of the namespace, which ends with its last process. Idempotent. */
    void delete();
}
