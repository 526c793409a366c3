package jdocker.daemon.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.api.Ipam.IpamConfig;
import jdocker.daemon.error.EngineException.Forbidden;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.state.Snapshot;
import jdocker.network.address.AddressBlock;
import jdocker.network.address.AddressPools;
import jdocker.network.address.IpAddress;
import jdocker.network.address.NoAddressLeft;
import jdocker.network.address.Occupied;

/** Finds a new network's subnets: those that were named, else some that nothing on this host has. */
final class SubnetChoice {
    private final AddressPools pools;
    private final HostSubnets host;

    SubnetChoice(AddressPools pools, HostSubnets host) {
        this.pools = pools;
        this.host = host;
    }

    /**
     * The ranges of a network of this configuration; one IPv4 and one IPv6 at least, where the family is wanted.
     *
     * @param gateway whether a gateway is chosen where none is named
     * @throws Forbidden when a named subnet overlaps with another network's
     * @throws InvalidRequest when the pools are used up
     */
    List<Network.Range> choose(Snapshot state, List<IpamConfig> wanted, boolean ipv4, boolean ipv6, boolean gateway) {
        var ranges = new ArrayList<Network.Range>();
        List<Occupied> networks = occupied(state);
        for (IpamConfig config : wanted) {
            Optional<AddressBlock> subnet = AddressBlock.parse(config.subnet());
            boolean bySize = subnet.isPresent() && subnet.get().base().isUnspecified();
            if (subnet.isPresent() && (subnet.get().v6() ? ipv6 : ipv4)) {
                AddressBlock block = bySize
                        ? free(subnet.get().v6(), Optional.of(subnet.get().prefix()), networks, ranges)
                        : unclaimed(subnet.get(), networks);
                ranges.add(range(block, config, gateway, true));
            }
        }
        var empty = new IpamConfig("", "", "", null);
        if (ipv4 && ranges.stream().allMatch(r -> r.block().v6())) {
            ranges.addFirst(range(free(false, Optional.empty(), networks, ranges), empty, gateway, false));
        }
        if (ipv6 && ranges.stream().noneMatch(r -> r.block().v6())) {
            ranges.add(range(free(true, Optional.empty(), networks, ranges), empty, gateway, false));
        }
        return ranges;
    }

    /** All other networks' subnets. */
    static List<Occupied> occupied(Snapshot state) {
        var all = new ArrayList<Occupied>();
        for (Network network : state.all(Network.ALL).values()) {
            if (!network.configOnly()) {
                network.ranges().forEach(r -> all.add(new Occupied(r.block(), "network " + network.name())));
            }
        }
        return all;
    }

    private AddressBlock free(
            boolean v6, Optional<Integer> size, List<Occupied> networks, List<Network.Range> alreadyOurs) {
        var taken = new ArrayList<>(networks);
        taken.addAll(host.read());
        alreadyOurs.forEach(r -> taken.add(new Occupied(r.block(), "this network")));
        try {
            return pools.choose(v6, size, taken);
        } catch (NoAddressLeft e) {
            throw new InvalidRequest(String.valueOf(e.getMessage()));
        }
    }

    private static AddressBlock unclaimed(AddressBlock wanted, List<Occupied> networks) {
        for (Occupied other : networks) {
            if (other.subnet().overlaps(wanted)) {
                throw new Forbidden("invalid pool request: Pool overlaps with other one on this address space: "
                        + wanted + " overlaps with " + other.subnet() + " of " + other.by());
            }
        }
        return wanted;
    }

    private static Network.Range range(AddressBlock block, IpamConfig config, boolean gateway, boolean asked) {
        Map<String, String> aux = config.auxiliaryAddresses() == null ? Map.of() : config.auxiliaryAddresses();
        String address = config.gateway();
        if (address.isEmpty() && gateway) {
            IpAddress first = block.firstHost();
            while (aux.containsValue(first.toString())) {
                first = first.plus(1);
            }
            address = first.toString();
        }
        return new Network.Range(block.toString(), config.ipRange(), address, aux, asked);
    }
}
