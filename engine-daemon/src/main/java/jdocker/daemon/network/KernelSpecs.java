package jdocker.daemon.network;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import jdocker.daemon.config.DaemonConfig;
import jdocker.daemon.state.Snapshot;
import jdocker.network.Attachment;
import jdocker.network.Attachment.IpvlanFlag;
import jdocker.network.Attachment.IpvlanMode;
import jdocker.network.Attachment.MacvlanMode;
import jdocker.network.BridgeSpec;
import jdocker.network.EndpointSpec;
import jdocker.network.GatewayMode;
import jdocker.network.InterfaceAddress;
import jdocker.network.MacAddress;
import jdocker.network.Sandbox;
import jdocker.network.address.HostAddress;
import jdocker.network.address.IpAddress;

/** From stored networks and endpoints to what the kernel shall have: always the same for the same rows. */
final class KernelSpecs {
    private static final String SYSCTLS = "com.docker.network.endpoint.sysctls";
    private static final String INTERFACE_NAME = "com.docker.network.endpoint.ifname";

    private final DaemonConfig.Networks settings;

    KernelSpecs(DaemonConfig.Networks settings) {
        this.settings = settings;
    }

    static String bridgeName(Network network) {
        return network.option(NetworkRules.BRIDGE_NAME, "br-" + network.shortId());
    }

    BridgeSpec bridge(Network network) {
        var gateways = new ArrayList<InterfaceAddress>();
        GatewayMode v4 = mode(network, NetworkRules.MODE_V4);
        GatewayMode v6 = mode(network, NetworkRules.MODE_V6);
        boolean inhibited = NetworkRules.flag(network.options(), NetworkRules.INHIBIT_V4, false);
        for (Network.Range range : network.ranges()) {
            boolean none = (range.block().v6() ? v6 : v4) == GatewayMode.ISOLATED
                    || inhibited && !range.block().v6();
            if (!none) {
                range.gatewayOnLink().map(HostAddress::toInterface).ifPresent(gateways::add);
            }
        }
        return new BridgeSpec(
                network.id(),
                bridgeName(network),
                network.ranges().stream().map(r -> r.block().toSubnet()).toList(),
                gateways,
                network.internal(),
                NetworkRules.flag(network.options(), NetworkRules.ICC, true),
                NetworkRules.flag(network.options(), NetworkRules.MASQUERADE, true),
                NetworkRules.mtu(network.options()),
                v4,
                v6,
                isAdopted(network));
    }

    boolean isAdopted(Network network) {
        return network.name().equals(Network.BRIDGE) && !settings.bridge().isEmpty();
    }

    private static GatewayMode mode(Network network, String option) {
        return switch (network.option(option, "nat")) {
            case "nat-unprotected" -> GatewayMode.NAT_UNPROTECTED;
            case "routed" -> GatewayMode.ROUTED;
            case "isolated" -> GatewayMode.ISOLATED;
            default -> GatewayMode.NAT;
        };
    }

    EndpointSpec endpoint(Network network, Endpoint endpoint) {
        var gateways = new ArrayList<InetAddress>();
        IpAddress.parse(endpoint.gateway4()).map(IpAddress::toInet).ifPresent(gateways::add);
        IpAddress.parse(endpoint.gateway6()).map(IpAddress::toInet).ifPresent(gateways::add);
        List<InterfaceAddress> addresses = Stream.concat(
                        endpoint.addresses().stream().map(HostAddress::toInterface),
                        endpoint.linkLocalAddresses().stream())
                .toList();
        return new EndpointSpec(
                endpoint.id(),
                network.id(),
                attachment(network),
                endpoint.mac().isEmpty() ? Optional.empty() : Optional.of(new MacAddress(endpoint.mac())),
                addresses,
                gateways,
                NetworkRules.mtu(network.options()),
                network.option(NetworkRules.PREFIX, "eth"),
                Optional.ofNullable(endpoint.options().get(INTERFACE_NAME)),
                sysctls(endpoint.options()));
    }

    /** Puts a sandbox on its networks: the endpoints with the names of their interfaces. */
    List<Endpoint> attach(Snapshot state, Sandbox sandbox, List<Endpoint> endpoints, Optional<Endpoint> gateway) {
        List<EndpointSpec> wanted = endpoints.stream()
                .map(e -> endpoint(SandboxRows.network(state, e), e))
                .toList();
        List<String> names = sandbox.attach(wanted, gateway.map(g -> endpoint(SandboxRows.network(state, g), g)));
        var named = new ArrayList<Endpoint>();
        for (int i = 0; i < endpoints.size(); i++) {
            named.add(endpoints.get(i).named(names.get(i)));
        }
        return named;
    }

    private static Attachment attachment(Network network) {
        Optional<String> parent = Optional.ofNullable(network.options().get("parent"));
        return switch (network.driver()) {
            case "macvlan" -> new Attachment.Macvlan(parent, MacvlanMode.of(network.option("macvlan_mode", "bridge")));
            case "ipvlan" ->
                new Attachment.Ipvlan(
                        parent,
                        IpvlanMode.of(network.option("ipvlan_mode", "l2")),
                        IpvlanFlag.of(network.option("ipvlan_flag", "bridge")));
            default ->
                new Attachment.Bridge(
                        bridgeName(network), NetworkRules.flag(network.options(), NetworkRules.ICC, true));
        };
    }

    /** {@code net.ipv4.conf.IFNAME.forwarding=1,…}. */
    static Map<String, String> sysctls(Map<String, String> options) {
        var sysctls = new HashMap<String, String>();
        String text = options.getOrDefault(SYSCTLS, "");
        for (String pair : text.isEmpty() ? new String[0] : text.split(",")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                sysctls.put(pair.substring(0, equals).replace(".ifname.", ".IFNAME."), pair.substring(equals + 1));
            }
        }
        return sysctls;
    }
}
