package jdocker.daemon.network;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import jdocker.daemon.config.DaemonConfig;
import jdocker.daemon.network.ContainerSandbox.HostPort;
import jdocker.kernel.Fd;
import jdocker.network.Addresses;
import jdocker.network.NetworkException;
import jdocker.network.PortInUse;
import jdocker.network.PortRequest;
import jdocker.network.Ports;
import jdocker.network.Publication;
import jdocker.network.PublishRequest;
import jdocker.network.PublishedPort;
import jdocker.network.address.IpAddress;

/** Publishes the ports of sandboxes where Docker would. */
final class PortPublisher {
    private static final Path IPV6 = Path.of("/proc/net/if_inet6");

    private final Ports kernel;
    private final DaemonConfig.Networks settings;
    private final boolean ipv6;

    PortPublisher(Ports kernel, DaemonConfig.Networks settings) {
        this.kernel = kernel;
        this.settings = settings;
        this.ipv6 = Files.exists(IPV6);
    }

    /**
     * @param kept sockets of the ports that the container has had until now, from now on ours
     * @throws NetworkException when a port is taken, in the words that clients look for; it names the owner
     */
    Optional<Publication> publish(
            Network network, Endpoint endpoint, String sandboxId, String owner, PortPlan.Wish wish, List<Fd> kept) {
        return ask(
                request(network, endpoint, sandboxId, owner, PortPlan.requests(wish, everywhere(network))),
                endpoint,
                kept);
    }

    /** The ports that were chosen before. */
    Optional<Publication> again(
            Network network, Endpoint endpoint, String sandboxId, String owner, List<HostPort> ports, List<Fd> kept) {
        return ask(request(network, endpoint, sandboxId, owner, PortPlan.again(ports)), endpoint, kept);
    }

    static Optional<PublishRequest> request(
            Network network, Endpoint endpoint, String sandboxId, String owner, List<PortRequest> ports) {
        if (ports.isEmpty() || !network.isBridge()) {
            return Optional.empty();
        }
        return Optional.of(new PublishRequest(
                sandboxId,
                owner,
                network.id(),
                IpAddress.parse(endpoint.plainIpv4()).map(IpAddress::toInet),
                IpAddress.parse(endpoint.plainIpv6()).map(IpAddress::toInet),
                ports));
    }

    private Optional<Publication> ask(Optional<PublishRequest> wanted, Endpoint endpoint, List<Fd> kept) {
        if (wanted.isEmpty()) {
            kept.forEach(Fd::close);
            return Optional.empty();
        }
        PublishRequest request = wanted.get();
        try {
            return Optional.of(kernel.publish(request, kept));
        } catch (PortInUse e) {
            String message = String.valueOf(e.getMessage());
            String port = message.substring(0, Math.max(0, message.indexOf('/')));
            throw new NetworkException(
                    "driver failed programming external connectivity on endpoint "
                            + endpoint.id().substring(0, 12) + " of " + request.owner() + ": Bind for " + port
                            + " failed: port is already allocated: " + message,
                    e);
        }
    }

    private List<InetAddress> everywhere(Network network) {
        Optional<IpAddress> own = IpAddress.parse(network.option(NetworkRules.BIND_V4, ""))
                .filter(address -> !address.isUnspecified())
                .or(settings::publishAddress);
        if (own.isPresent()) {
            return List.of(own.get().toInet());
        }
        var all = new ArrayList<InetAddress>();
        all.add(Addresses.parse("0.0.0.0"));
        if (ipv6) {
            all.add(Addresses.parse("::"));
        }
        return all;
    }

    static List<HostPort> ports(Optional<Publication> publication) {
        return ports(publication.stream());
    }

    static List<HostPort> ports(Stream<Publication> publications) {
        return publications
                .flatMap(publication -> publication.ports().stream())
                .map(PortPublisher::port)
                .toList();
    }

    private static HostPort port(PublishedPort port) {
        return new HostPort(
                port.protocol().label(), Addresses.text(port.hostAddress()), port.hostPort(), port.containerPort());
    }
}
