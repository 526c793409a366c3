package jdocker.network;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One interface of a sandbox, as it shall be.
 *
 * @param endpointId identifies it within the host
 * @param mac of the interface inside; absent where the kind has none of its own (ipvlan) or the kernel may choose
 * @param addresses IPv4 and IPv6; without an IPv6 one the interface has no IPv6 at all, not even link-local
 * @param gateways where the default routes through this endpoint lead, at most one per family; a route without a gateway
 *     (ipvlan l3) is {@code ::} or {@code 0.0.0.0}
 * @param mtu in bytes; 0 the parent's
 * @param namePrefix of the interface inside, which gets the first free number behind it: {@code eth}
 * @param name the whole name of the interface inside, if it is wished for
 * @param sysctls below net.ipv4.conf.IFNAME and so on, by their full name with the literal {@code IFNAME}
 */
public record EndpointSpec(
        String endpointId,
        String networkId,
        Attachment attachment,
        Optional<MacAddress> mac,
        List<InterfaceAddress> addresses,
        List<InetAddress> gateways,
        int mtu,
        String namePrefix,
        Optional<String> name,
        Map<String, String> sysctls) {
    public EndpointSpec {
        addresses = List.copyOf(addresses);
        gateways = List.copyOf(gateways);
        sysctls = Map.copyOf(sysctls);
        InterfaceNames.check(namePrefix);
        name.ifPresent(InterfaceNames::check);
    }
}
