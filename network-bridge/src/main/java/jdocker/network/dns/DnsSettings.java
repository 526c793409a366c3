package jdocker.network.dns;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * What one container asks for.
 *
 * @param servers {@code --dns}: asked instead of the host's, from within the container's network namespace, so that a
 *     server that only the container reaches (on its own loopback, on a macvlan, behind its own VPN) works; empty for the
 *     host's servers
 */
public record DnsSettings(List<InetSocketAddress> servers) {
    /** The host's servers, asked from the host. */
    public static final DnsSettings HOST = new DnsSettings(List.of());

    public DnsSettings {
        servers = List.copyOf(servers);
    }
}
