package jdocker.daemon.network;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import jdocker.daemon.state.Snapshot;
import jdocker.network.BridgeNetworks;
import jdocker.network.FirewallException;
import jdocker.network.LinkedPort;
import jdocker.network.NetworkException;
import jdocker.network.address.IpAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@code --link} opens on a default bridge that keeps its containers apart ({@code --icc=false}): the ports that the
 * linked container exposes, to the one that has the link, by IPv4, as Docker has it.
 */
final class Links {
    private static final Logger LOG = LoggerFactory.getLogger(Links.class);

    private final BridgeNetworks kernel;

    Links(BridgeNetworks kernel) {
        this.kernel = kernel;
    }

    /** Opens and shuts what follows from this state; nothing happens when nothing has changed. */
    void follow(Snapshot state) {
        kernel.link(opened(state));
    }

    /** The same where what has changed is an end, which nothing may hold up. */
    void followEnd(Snapshot state) {
        try {
            follow(state);
        } catch (FirewallException | NetworkException e) {
            LOG.warn("a link stays open: {}", e.getMessage());
        }
    }

    /** Those of all containers that run, in an order of their own. */
    static List<LinkedPort> opened(Snapshot state) {
        Optional<Network> bridge = Networks.named(state, Network.BRIDGE).stream()
                .filter(network -> !NetworkRules.flag(network.options(), NetworkRules.ICC, true))
                .findFirst();
        if (bridge.isEmpty()) {
            return List.of();
        }
        var opened = new ArrayList<LinkedPort>();
        List<ContainerSandbox> running = state.all(ContainerSandbox.ALL).values().stream()
                .sorted(Comparator.comparing(ContainerSandbox::containerId))
                .toList();
        for (ContainerSandbox from : running) {
            for (ContainerSandbox.Linked linked : from.links()) {
                state.get(ContainerSandbox.ALL, linked.containerId())
                        .ifPresent(to -> add(opened, bridge.get().id(), from, to, linked.ports()));
            }
        }
        return List.copyOf(opened);
    }

    /** The ports of one address that a container reaches by its links. */
    static List<PortPlan.ContainerPort> of(Snapshot state, String containerId, InetAddress address) {
        Optional<ContainerSandbox> from = state.get(ContainerSandbox.ALL, containerId);
        return opened(state).stream()
                .filter(link -> link.to().equals(address)
                        && from.flatMap(sandbox -> address(sandbox, link.networkId()))
                                .filter(link.from()::equals)
                                .isPresent())
                .map(link -> new PortPlan.ContainerPort(link.port(), link.protocol()))
                .toList();
    }

    private static void add(
            List<LinkedPort> opened, String bridge, ContainerSandbox from, ContainerSandbox to, List<String> ports) {
        Optional<InetAddress> asks = address(from, bridge);
        Optional<InetAddress> answers = address(to, bridge);
        if (asks.isPresent() && answers.isPresent()) {
            ports.stream()
                    .sorted()
                    .map(PortPlan.ContainerPort::parse)
                    .map(port -> new LinkedPort(bridge, asks.get(), answers.get(), port.protocol(), port.number()))
                    .forEach(opened::add);
        }
    }

    private static Optional<InetAddress> address(ContainerSandbox sandbox, String network) {
        return sandbox.on(network)
                .map(Endpoint::plainIpv4)
                .flatMap(IpAddress::parse)
                .map(IpAddress::toInet);
    }
}
