package jdocker.network;

import java.net.InetAddress;
import java.util.List;

/**
 * A container's port that shall be reachable by the host's addresses. All of {@code hostAddresses} get the same port, the
 * first of the range that is free on all: {@code -p 8080:80} is 0.0.0.0 and ::, 8080-8080, to 80.
 */
public record PortRequest(Protocol protocol, List<InetAddress> hostAddresses, PortRange hostPorts, int containerPort) {
    public PortRequest {
        hostAddresses = List.copyOf(hostAddresses);
        if (hostAddresses.isEmpty()) {
            throw new IllegalArgumentException("a port is published on one address at least");
        }
        if (containerPort < 1 || containerPort > 65535) {
            throw new IllegalArgumentException("no port: " + containerPort);
        }
    }
}
