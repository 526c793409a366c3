package jdocker.daemon.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jdocker.network.InterfaceAddress;
import jdocker.network.address.HostAddress;
import jdocker.network.address.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A running container's place on one network.
 *
 * @param mac empty where the interface has none of its own
 * @param ipv4 with its prefix; empty for none, as are all others that may be missing
 * @param interfaceName inside the container
 * @param dnsNames what it is called on the network, its own name first
 * @param links {@code name:alias}: what it calls others there
 * @param linkLocal addresses of the wire alone, which nobody else has to know
 */
public record Endpoint(
        String id,
        String networkId,
        String networkName,
        String mac,
        String ipv4,
        String gateway4,
        String ipv6,
        String gateway6,
        String interfaceName,
        int gatewayPriority,
        List<String> dnsNames,
        List<String> links,
        Map<String, String> options,
        @Nullable List<String> linkLocal) {
    public Endpoint {
        linkLocal = linkLocal == null ? List.of() : List.copyOf(linkLocal); // older rows have none
        dnsNames = List.copyOf(dnsNames);
        links = List.copyOf(links);
        options = Map.copyOf(options);
    }

    Endpoint named(String newInterfaceName) {
        return new Endpoint(
                id,
                networkId,
                networkName,
                mac,
                ipv4,
                gateway4,
                ipv6,
                gateway6,
                newInterfaceName,
                gatewayPriority,
                dnsNames,
                links,
                options,
                linkLocal);
    }

    /** The container is called otherwise now. */
    Endpoint renamed(String before, String after) {
        return new Endpoint(
                id,
                networkId,
                networkName,
                mac,
                ipv4,
                gateway4,
                ipv6,
                gateway6,
                interfaceName,
                gatewayPriority,
                dnsNames.stream()
                        .map(name -> name.equals(before) ? after : name)
                        .toList(),
                links,
                options,
                linkLocal);
    }

    /** With the prefixes that Docker gives them. */
    List<InterfaceAddress> linkLocalAddresses() {
        return Stream.ofNullable(linkLocal)
                .flatMap(List::stream)
                .flatMap(text -> IpAddress.parse(text).stream())
                .map(address -> new InterfaceAddress(address.toInet(), address.v6() ? 64 : 16))
                .toList();
    }

    /** IPv4 before IPv6. */
    List<HostAddress> addresses() {
        var all = new ArrayList<HostAddress>();
        HostAddress.parse(ipv4).ifPresent(all::add);
        HostAddress.parse(ipv6).ifPresent(all::add);
        return all;
    }

    /** Without its prefix; empty for none. */
    public String plainIpv4() {
        return HostAddress.parse(ipv4).map(a -> a.address().toString()).orElse("");
    }

    /** Without its prefix; empty for none. */
    public String plainIpv6() {
        return HostAddress.parse(ipv6).map(a -> a.address().toString()).orElse("");
    }

    /** 0 for none. */
    public int prefix4() {
        return HostAddress.parse(ipv4).map(HostAddress::prefix).orElse(0);
    }

    /** 0 for none. */
    public int prefix6() {
        return HostAddress.parse(ipv6).map(HostAddress::prefix).orElse(0);
    }
}
