package jdocker.network;

import java.util.List;

/** Everything that shall exist, as the daemon's state has it after a restart. */
public record WantedState(List<BridgeSpec> bridges, List<WantedSandbox> sandboxes, List<LinkedPort> links) {
    public WantedState {
        links = List.copyOf(links);
        bridges = List.copyOf(bridges);
        sandboxes = List.copyOf(sandboxes);
    }

    /**
     * A sandbox with a running container.
     *
     * @param ports with ranges of exactly the ports that were chosen
     */
    public record WantedSandbox(String sandboxId, List<EndpointSpec> endpoints, List<PublishRequest> ports) {
        public WantedSandbox {
            endpoints = List.copyOf(endpoints);
            ports = List.copyOf(ports);
        }
    }
}
