package jdocker.daemon.container;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import jdocker.api.EndpointSettings;
import jdocker.api.HostConfig;
import jdocker.api.NetworkSettings;
import jdocker.api.Port;
import jdocker.api.PortBinding;
import jdocker.daemon.network.ContainerSandbox;
import jdocker.daemon.network.ContainerSandbox.HostPort;
import jdocker.daemon.network.Endpoint;
import jdocker.daemon.network.Network;
import jdocker.daemon.network.Networks;
import jdocker.daemon.network.PortPlan.ContainerPort;
import jdocker.daemon.state.Snapshot;
import jdocker.daemon.state.StateStore;
import org.jspecify.annotations.Nullable;

/** What inspect and lists show of a container's networks and ports. */
final class NetworkViews {
    private final StateStore store;

    NetworkViews(StateStore store) {
        this.store = store;
    }

    /** Links are shown by both containers' names, which clients take apart again. */
    HostConfig shown(Container c) {
        List<String> links = HostConfigRules.listOf(c.hostConfig().links());
        if (links.isEmpty()) {
            return c.hostConfig();
        }
        var containers = new Containers(store);
        List<String> names = links.stream()
                .map(HostConfigRules::link)
                .map(link -> "/"
                        + containers.find(link.container()).map(Container::name).orElse(link.container()) + ":/"
                        + c.name() + "/" + link.alias())
                .toList();
        return c.hostConfig().toBuilder().links(names).build();
    }

    NetworkSettings settings(Container c) {
        Snapshot state = store.snapshot();
        Optional<ContainerSandbox> sandbox = sandbox(state, c);
        Map<String, EndpointSettings> endpoints = endpoints(state, c);
        EndpointSettings bridge = endpoints.getOrDefault("bridge", EndpointSettings.empty());
        return new NetworkSettings(
                "",
                sandbox.map(ContainerSandbox::sandboxId).orElse(""),
                sandbox.map(ContainerSandbox::path).orElse(""),
                ports(c, sandbox),
                false,
                "",
                0,
                null,
                null,
                bridge.endpointId(),
                bridge.gateway(),
                bridge.globalIpv6Address(),
                bridge.globalIpv6PrefixLen(),
                bridge.ipAddress(),
                bridge.ipPrefixLen(),
                bridge.ipv6Gateway(),
                bridge.macAddress(),
                endpoints);
    }

    private static Optional<ContainerSandbox> sandbox(Snapshot state, Container c) {
        return c.isRunning() ? state.get(ContainerSandbox.ALL, c.id()) : Optional.empty();
    }

    // An exposed port that is not published has null for its bindings.
    private static Map<String, List<PortBinding>> ports(Container c, Optional<ContainerSandbox> sandbox) {
        var ports = new TreeMap<String, @Nullable List<PortBinding>>();
        if (!c.isRunning()) {
            return ports;
        }
        if (c.config().exposedPorts() != null) {
            c.config().exposedPorts().keySet().forEach(port -> ports.put(port, null));
        }
        for (HostPort port : sandbox.map(ContainerSandbox::ports).orElse(List.of())) {
            String key = port.containerPort() + "/" + port.protocol();
            List<PortBinding> known = ports.get(key);
            var all = known == null ? new ArrayList<PortBinding>() : new ArrayList<>(known);
            all.add(new PortBinding(port.address(), Integer.toString(port.port())));
            ports.put(key, all);
        }
        return ports;
    }

    Map<String, EndpointSettings> endpoints(Container c) {
        return endpoints(store.snapshot(), c);
    }

    private static Map<String, EndpointSettings> endpoints(Snapshot state, Container c) {
        Optional<ContainerSandbox> sandbox = sandbox(state, c);
        var endpoints = new TreeMap<String, EndpointSettings>();
        c.networks().forEach((name, settings) -> {
            Optional<Network> network = Networks.find(state, name);
            Optional<Endpoint> endpoint = network.flatMap(n -> sandbox.flatMap(s -> s.on(n.id())));
            EndpointSettings.Builder shown = settings.toBuilder();
            network.ifPresent(n -> shown.networkId(n.id()));
            if (endpoint.isPresent()) {
                operational(shown, endpoint.get());
            } else {
                shown.macAddress("");
                if (c.isRunning() && network.isPresent() && !ContainerNetworks.hasOwn(c)) {
                    shown.endpointId(endpointId(c, network.get()));
                }
            }
            endpoints.put(network.map(Network::name).orElse(name), shown.build());
        });
        return endpoints;
    }

    private static void operational(EndpointSettings.Builder shown, Endpoint e) {
        shown.endpointId(e.id())
                .macAddress(e.mac())
                .gateway(e.gateway4())
                .ipAddress(e.plainIpv4())
                .ipPrefixLen(e.prefix4())
                .ipv6Gateway(e.gateway6())
                .globalIpv6Address(e.plainIpv6())
                .globalIpv6PrefixLen(e.prefix6())
                .dnsNames(e.dnsNames().isEmpty() ? null : e.dnsNames());
    }

    /** Host and none give no interface, but Docker shows an endpoint: the same one for as long as both live. */
    static String endpointId(Container c, Network network) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(c.id().getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest.digest(network.id().getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    /** The container's ports that are published, such as {@code 80/tcp}. */
    Set<String> published(Container c) {
        return sandbox(store.snapshot(), c).map(ContainerSandbox::ports).orElse(List.of()).stream()
                .map(port -> port.containerPort() + "/" + port.protocol())
                .collect(Collectors.toSet());
    }

    List<Port> listed(Container c) {
        if (!c.isRunning()) {
            return List.of();
        }
        var ports = new ArrayList<Port>();
        ports(c, sandbox(store.snapshot(), c)).forEach((text, bindings) -> {
            ContainerPort port = ContainerPort.parse(text);
            if (bindings == null) {
                ports.add(new Port("", port.number(), 0, port.protocol().label()));
                return;
            }
            for (PortBinding binding : bindings) {
                ports.add(new Port(
                        binding.hostIp(),
                        port.number(),
                        Integer.parseInt(binding.hostPort()),
                        port.protocol().label()));
            }
        });
        return ports;
    }
}
