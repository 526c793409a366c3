package jdocker.daemon.network;

import java.util.List;
import java.util.Optional;
import jdocker.daemon.state.Collection;
import org.jspecify.annotations.Nullable;

/**
 * The network namespace of a container that runs, as it is stored. Written before the container's first process is made
 * and removed when it has ended, so that nothing it says outlives the container: what a crash leaves is released by the
 * next daemon.
 *
 * @param owner what messages call the container
 * @param path where the namespace is kept
 * @param bootId the boot it was made in: after another one it is gone
 * @param gateway the endpoint through which the default routes lead; empty for none
 * @param linked the containers whose ports links open to it on the default bridge
 */
public record ContainerSandbox(
        String containerId,
        String owner,
        String sandboxId,
        String path,
        String bootId,
        String gateway,
        List<Endpoint> endpoints,
        List<HostPort> ports,
        @Nullable List<Linked> linked) {

    /** All of them, by the container's id. */
    public static final Collection<ContainerSandbox> ALL = new Collection<>("sandboxes", ContainerSandbox.class);

    public ContainerSandbox {
        endpoints = List.copyOf(endpoints);
        ports = List.copyOf(ports);
        linked = linked == null ? List.of() : List.copyOf(linked); // older rows have none
    }

    /**
     * A container at the other end of a link.
     *
     * @param ports that it exposes: {@code 80/tcp}
     */
    public record Linked(String containerId, List<String> ports) {
        public Linked {
            ports = List.copyOf(ports);
        }
    }

    /** A published port, as it was chosen. */
    public record HostPort(String protocol, String address, int port, int containerPort) {}

    ContainerSandbox with(String newGateway, List<Endpoint> newEndpoints, List<HostPort> newPorts) {
        return new ContainerSandbox(
                containerId, owner, sandboxId, path, bootId, newGateway, newEndpoints, newPorts, linked);
    }

    ContainerSandbox ownedBy(String words) {
        return new ContainerSandbox(containerId, words, sandboxId, path, bootId, gateway, endpoints, ports, linked);
    }

    ContainerSandbox linkedTo(List<Linked> others) {
        return new ContainerSandbox(containerId, owner, sandboxId, path, bootId, gateway, endpoints, ports, others);
    }

    /** Never null. */
    List<Linked> links() {
        return linked == null ? List.of() : linked;
    }

    public Optional<Endpoint> on(String networkId) {
        return endpoints.stream().filter(e -> e.networkId().equals(networkId)).findFirst();
    }

    Optional<Endpoint> gatewayEndpoint() {
        return endpoints.stream().filter(e -> e.id().equals(gateway)).findFirst();
    }
}
