package jdocker.daemon.network;

import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import jdocker.daemon.config.DaemonConfig;
import jdocker.daemon.state.Durability;
import jdocker.daemon.state.StateStore;
import jdocker.network.NetworkException;
import jdocker.network.address.AddressBlock;
import jdocker.network.address.AddressPools;
import jdocker.network.address.HostAddress;
import jdocker.network.address.IpAddress;
import jdocker.network.address.NoAddressLeft;
import jdocker.network.address.Occupied;

/** The networks bridge, host and none: made at the first start, changed when the configuration has changed. */
final class DefaultNetworks {
    /** Of the default network's bridge. It may run beside Docker's docker0. */
    static final String BRIDGE_NAME = "jdocker0";

    private static final AddressBlock USUAL = AddressBlock.of("172.17.0.0/16");
    private static final int ID_BYTES = 32;

    private final StateStore store;
    private final DaemonConfig.Networks settings;
    private final AddressPools pools;
    private final HostSubnets host;

    DefaultNetworks(StateStore store, DaemonConfig.Networks settings, AddressPools pools, HostSubnets host) {
        this.store = store;
        this.settings = settings;
        this.pools = pools;
        this.host = host;
    }

    /** Writes the rows; the kernel's part comes with all other networks'. */
    void ensure() {
        fixed(Network.HOST, "host");
        fixed(Network.NONE, "null");
        Optional<Network> before = Networks.named(store.snapshot(), Network.BRIDGE);
        if (settings.bridge().equals("none")) {
            before.ifPresent(network -> store.write(Durability.FULL, transaction -> {
                transaction.remove(Network.ALL, network.id());
                return true;
            }));
            return;
        }
        Network wanted = bridge(before);
        if (before.isEmpty() || !before.get().equals(wanted)) {
            put(wanted);
        }
    }

    private void fixed(String name, String driver) {
        if (Networks.named(store.snapshot(), name).isEmpty()) {
            put(network(newId(), name, Instant.now(), driver, false, List.of(), Map.of()));
        }
    }

    private void put(Network network) {
        store.write(Durability.FULL, transaction -> {
            transaction.put(Network.ALL, network.id(), network);
            return true;
        });
    }

    private Network network(
            String id,
            String name,
            Instant created,
            String driver,
            boolean ipv6,
            List<Network.Range> ranges,
            Map<String, String> options) {
        return new Network(
                id, name, created, driver, true, ipv6, false, false, Map.of(), ranges, options, Map.of(), false, "");
    }

    private Network bridge(Optional<Network> before) {
        String name = settings.bridge().isEmpty() ? BRIDGE_NAME : settings.bridge();
        var options = new TreeMap<String, String>();
        options.put(NetworkRules.DEFAULT_BRIDGE, "true");
        options.put(NetworkRules.ICC, Boolean.toString(settings.icc()));
        options.put(NetworkRules.MASQUERADE, Boolean.toString(settings.masquerade()));
        options.put(
                NetworkRules.BIND_V4,
                settings.publishAddress().map(IpAddress::toString).orElse("0.0.0.0"));
        options.put(NetworkRules.BRIDGE_NAME, name);
        options.put(NetworkRules.MTU, Integer.toString(settings.mtu() == 0 ? 1500 : settings.mtu()));
        List<Network.Range> ranges = settings.bridge().isEmpty() ? ranges(before) : existing(name);
        boolean ipv6 = ranges.stream().anyMatch(r -> r.block().v6());
        return network(
                before.map(Network::id).orElseGet(DefaultNetworks::newId),
                Network.BRIDGE,
                before.map(Network::created).orElseGet(Instant::now),
                Network.BRIDGE,
                ipv6,
                ranges,
                options);
    }

    /** What is configured, else what it had, else what is free. */
    private List<Network.Range> ranges(Optional<Network> before) {
        var ranges = new ArrayList<Network.Range>();
        ranges.add(settings.bip()
                .map(bip -> range(bip, settings.fixedCidr()))
                .or(() -> before.flatMap(n -> n.first(false)).map(r -> withRange(r, settings.fixedCidr())))
                .orElseGet(() -> range(free(false), settings.fixedCidr())));
        if (settings.ipv6()
                || settings.bip6().isPresent()
                || settings.fixedCidrV6().isPresent()) {
            ranges.add(settings.bip6()
                    .map(bip -> range(bip, settings.fixedCidrV6()))
                    .or(() -> settings.fixedCidrV6().map(b -> range(first(b), Optional.empty())))
                    .or(() -> before.flatMap(n -> n.first(true)))
                    .orElseGet(() -> range(free(true), Optional.empty())));
        }
        return ranges;
    }

    private static Network.Range range(HostAddress address, Optional<AddressBlock> part) {
        return new Network.Range(
                address.subnet().toString(),
                part.map(AddressBlock::toString).orElse(""),
                address.address().toString(),
                Map.of(),
                false);
    }

    private static Network.Range withRange(Network.Range range, Optional<AddressBlock> part) {
        return new Network.Range(
                range.subnet(), part.map(AddressBlock::toString).orElse(""), range.gateway(), Map.of(), false);
    }

    private static HostAddress first(AddressBlock block) {
        return new HostAddress(block.firstHost(), block.prefix());
    }

    // Docker's own subnet where it is free; beside a Docker it is not, nor on many a company's network.
    private HostAddress free(boolean v6) {
        List<Occupied> taken = new ArrayList<>(SubnetChoice.occupied(store.snapshot()));
        taken.addAll(host.read());
        if (!v6
                && settings.pools().stream().allMatch(pool -> pool.base().v6())
                && taken.stream().noneMatch(o -> o.subnet().overlaps(USUAL))) {
            return first(USUAL);
        }
        try {
            return first(pools.choose(v6, Optional.empty(), taken));
        } catch (NoAddressLeft e) {
            throw new NetworkException(
                    "no subnet for the default bridge: " + e.getMessage() + ", or name one with --bip", e);
        }
    }

    private List<Network.Range> existing(String name) {
        try {
            NetworkInterface bridge = NetworkInterface.getByName(name);
            var ranges = new ArrayList<Network.Range>();
            if (bridge != null) {
                for (InterfaceAddress own : bridge.getInterfaceAddresses()) {
                    IpAddress address = IpAddress.of(own.getAddress());
                    if (!address.isMulticastOrLinkLocal()) {
                        ranges.add(range(
                                new HostAddress(address, own.getNetworkPrefixLength()),
                                address.v6() ? settings.fixedCidrV6() : settings.fixedCidr()));
                    }
                }
            }
            if (ranges.isEmpty()) {
                throw new NetworkException("there is no bridge '" + name + "' with an address: --bridge names an"
                        + " existing one; leave it out for a bridge of the engine's own, or create it with an address");
            }
            return ranges;
        } catch (SocketException e) {
            throw new NetworkException("cannot read the addresses of bridge '" + name + "': " + e.getMessage(), e);
        }
    }

    private static String newId() {
        byte[] bytes = new byte[ID_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
