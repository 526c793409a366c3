package jdocker.daemon.network;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.api.EndpointSettings;
import jdocker.daemon.config.DaemonConfig;
import jdocker.daemon.error.EngineException.Forbidden;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.error.EngineException.Unavailable;
import jdocker.network.MacAddress;
import jdocker.network.address.AddressBook;
import jdocker.network.address.AddressOwner;
import jdocker.network.address.AddressTaken;
import jdocker.network.address.HostAddress;
import jdocker.network.address.IpAddress;
import jdocker.network.address.NoAddressLeft;

/** Makes endpoints out of what was asked for and what is free, and gives their addresses back. */
final class EndpointAllocation {
    private static final int ID_BYTES = 32;

    private final AddressBook book;
    private final DaemonConfig.Networks settings;
    private final SecureRandom random = new SecureRandom();

    EndpointAllocation(AddressBook book, DaemonConfig.Networks settings) {
        this.book = book;
        this.settings = settings;
    }

    /** Who gets an endpoint. */
    record Taker(String owner, String containerId, String name, String hostname) {
        AddressOwner addressOwner() {
            return new AddressOwner(containerId, owner);
        }
    }

    /**
     * Takes addresses; {@link #release} gives them back.
     *
     * @throws Forbidden when an address that was asked for is taken
     * @throws Unavailable when there is none left
     */
    Endpoint take(Network network, EndpointSettings settings, Taker taker) {
        EndpointSettings.EndpointIpamConfig ipam = settings.ipamConfig();
        String wanted4 = ipam == null ? "" : ipam.ipv4Address();
        String wanted6 = ipam == null ? "" : ipam.ipv6Address();
        Optional<IpAddress> v4 =
                network.ipv4() ? address(network, false, wanted4, taker.addressOwner()) : Optional.empty();
        Optional<IpAddress> v6;
        try {
            v6 = network.ipv6() ? address(network, true, wanted6, taker.addressOwner()) : Optional.empty();
        } catch (RuntimeException e) {
            v4.ifPresent(address -> book.release(network.id(), address, taker.containerId()));
            throw e;
        }
        Map<String, String> options = settings.driverOpts() == null ? Map.of() : settings.driverOpts();
        return new Endpoint(
                newId(),
                network.id(),
                network.name(),
                mac(network, settings, v4.or(() -> v6)),
                onLink(network, v4),
                gateway(network, v4),
                onLink(network, v6),
                gateway(network, v6),
                "",
                settings.gwPriority(),
                network.isUserDefined() ? dnsNames(settings, taker) : List.of(),
                settings.links() == null ? List.of() : settings.links(),
                options,
                ipam == null || ipam.linkLocalIps() == null ? List.of() : ipam.linkLocalIps());
    }

    private String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private Optional<IpAddress> address(Network network, boolean v6, String wanted, AddressOwner owner) {
        try {
            if (wanted.isEmpty()) {
                return book.allocate(network.id(), v6, owner);
            }
            IpAddress address = IpAddress.parse(wanted)
                    .orElseThrow(() -> new InvalidRequest("invalid " + (v6 ? "IPv6" : "IPv4") + " address: " + wanted));
            book.claim(network.id(), address, owner);
            return Optional.of(address);
        } catch (AddressTaken e) {
            throw new Forbidden(String.valueOf(e.getMessage()));
        } catch (NoAddressLeft e) {
            throw new Unavailable(String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            throw new InvalidRequest(String.valueOf(e.getMessage()));
        }
    }

    private static String onLink(Network network, Optional<IpAddress> address) {
        return address.flatMap(a -> network.ranges().stream()
                        .map(Network.Range::block)
                        .filter(block -> block.contains(a))
                        .findFirst()
                        .map(block -> new HostAddress(a, block.prefix()).toString()))
                .orElse("");
    }

    // Where an internal network leads is nowhere.
    private String gateway(Network network, Optional<IpAddress> address) {
        if (address.isEmpty() || network.internal()) {
            return "";
        }
        boolean v6 = address.get().v6();
        if (network.driver().equals("ipvlan")
                && !network.option("ipvlan_mode", "l2").equals("l2")) {
            return v6 ? "::" : "0.0.0.0";
        }
        if (network.name().equals(Network.BRIDGE)) {
            Optional<IpAddress> configured = v6 ? settings.defaultGatewayV6() : settings.defaultGateway();
            if (configured.isPresent()) {
                return configured.get().toString();
            }
        }
        boolean none = network.isBridge()
                && (network.option(v6 ? NetworkRules.MODE_V6 : NetworkRules.MODE_V4, "nat")
                                .equals("isolated")
                        || !v6 && NetworkRules.flag(network.options(), NetworkRules.INHIBIT_V4, false));
        return none
                ? ""
                : network.ranges().stream()
                        .filter(r -> r.block().contains(address.get()))
                        .findFirst()
                        .map(Network.Range::gateway)
                        .orElse("");
    }

    private static String mac(Network network, EndpointSettings settings, Optional<IpAddress> address) {
        if (!settings.macAddress().isEmpty()) {
            return new MacAddress(settings.macAddress()).text();
        }
        if (network.driver().equals("ipvlan")) {
            return "";
        }
        return address.map(a -> MacAddress.of(a.toInet()))
                .orElseGet(MacAddress::random)
                .text();
    }

    private static List<String> dnsNames(EndpointSettings settings, Taker taker) {
        var names = new LinkedHashSet<String>();
        names.add(taker.name());
        if (settings.aliases() != null) {
            names.addAll(settings.aliases());
        }
        names.add(taker.containerId().substring(0, 12));
        if (!taker.hostname().isEmpty()) {
            names.add(taker.hostname());
        }
        return new ArrayList<>(names);
    }

    void release(Endpoint endpoint, String containerId) {
        endpoint.addresses().forEach(a -> book.release(endpoint.networkId(), a.address(), containerId));
    }

    /** The container will not come back for what it had. */
    void forget(String containerId) {
        book.forgetOwner(containerId);
    }

    /** Takes what a stored endpoint has. */
    void restore(Endpoint endpoint, ContainerSandbox row) {
        var owner = new AddressOwner(row.containerId(), row.owner());
        endpoint.addresses().forEach(a -> book.restore(endpoint.networkId(), a.address(), owner));
    }
}
