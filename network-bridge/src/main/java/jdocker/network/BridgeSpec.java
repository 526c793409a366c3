package jdocker.network;

import java.util.List;

/**
 * A network on a bridge of its own, as it shall be in the kernel.
 *
 * @param networkId identifies it to this module
 * @param bridgeName of the interface, at most 15 bytes
 * @param subnets all of its containers' addresses, IPv4 and IPv6
 * @param gateways the host's addresses on the bridge; none where the host shall have none (isolated, inhibit_ipv4)
 * @param internal whether nothing but the host is reached from it, nor it from anywhere else
 * @param icc whether its containers reach each other other than by published ports
 * @param masquerade whether what leaves for elsewhere gets the host's address
 * @param mtu in bytes; 0 the kernel's default
 * @param adopted whether the bridge is the operator's (--bridge): it is neither made, changed nor removed, and its
 *     gateways must be there
 */
public record BridgeSpec(
        String networkId,
        String bridgeName,
        List<Subnet> subnets,
        List<InterfaceAddress> gateways,
        boolean internal,
        boolean icc,
        boolean masquerade,
        int mtu,
        GatewayMode modeV4,
        GatewayMode modeV6,
        boolean adopted) {
    public BridgeSpec {
        InterfaceNames.check(bridgeName);
        subnets = List.copyOf(subnets);
        gateways = List.copyOf(gateways);
    }

    GatewayMode mode(boolean v6) {
        return v6 ? modeV6 : modeV4;
    }

    List<Subnet> subnets(boolean v6) {
        return subnets.stream().filter(subnet -> subnet.isV6() == v6).toList();
    }
}
