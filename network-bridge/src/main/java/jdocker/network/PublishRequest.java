package jdocker.network;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Ports of one sandbox on one bridge.
 *
 * @param sandboxId whose they are
 * @param owner how messages name it: {@code container web (0123456789ab)}
 * @param networkId a network that {@link Bridges#ensure} knows
 * @param v4 the sandbox's address on that network
 * @param v6 likewise; absent, IPv6 connections are passed on to the IPv4 address by a proxy
 */
public record PublishRequest(
        String sandboxId,
        String owner,
        String networkId,
        Optional<InetAddress> v4,
        Optional<InetAddress> v6,
        List<PortRequest> ports) {
    public PublishRequest {
        ports = List.copyOf(ports);
        if (v4.isEmpty() && v6.isEmpty()) {
            throw new IllegalArgumentException("ports of " + owner + " need an address to lead to");
        }
    }
}
