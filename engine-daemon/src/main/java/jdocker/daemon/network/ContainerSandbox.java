package jdocker.daemon.network;

import java.util.List;
import java.util.Optional;
import jdocker.daemon.state.Collection;

/**
 * The network namespace of a container that runs, as it is stored. Written before the container's first process is made
 * and removed when it has ended, so that nothing it says outlives the container: what a crash leaves is released by the
 * next daemon.
 *
 * @param owner what messages call the container
 * @param path where the namespace is kept
 * @param bootId the boot it was made in: after another one it is gone
 * @param gateway the endpoint through which the default routes lead; empty for none
 */
public record ContainerSandbox(
        String containerId,
        String owner,
        String sandboxId,
        String path,
        String bootId,
        String gateway,
        List<Endpoint> endpoints,
        List<HostPort> ports) {

    /** All of them, by the container's id. */
    public static final Collection<ContainerSandbox> ALL = new Collection<>("sandboxes", ContainerSandbox.class);

    public ContainerSandbox {
        endpoints = List.copyOf(endpoints);
        ports = List.copyOf(ports);
    }

    /** A published port, as it was chosen. */
    public record HostPort(String protocol, String address, int port, int containerPort) {}

    ContainerSandbox with(String newGateway, List<Endpoint> newEndpoints, List<HostPort> newPorts) {
        return new ContainerSandbox(containerId, owner, sandboxId, path, bootId, newGateway, newEndpoints, newPorts);
    }

    public Optional<Endpoint> on(String networkId) {
        return endpoints.stream().filter(e -> e.networkId().equals(networkId)).findFirst();
    }

    Optional<Endpoint> gatewayEndpoint() {
        return endpoints.stream().filter(e -> e.id().equals(gateway)).findFirst();
    }
}
