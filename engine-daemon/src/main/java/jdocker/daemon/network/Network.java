package jdocker.daemon.network;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import jdocker.daemon.state.Collection;
import jdocker.network.address.AddressBlock;
import jdocker.network.address.AddressRange;
import jdocker.network.address.HostAddress;
import jdocker.network.address.IpAddress;

/**
 * A network as it is stored.
 *
 * @param id 64 hexadecimal digits
 * @param driver {@code bridge}, {@code host}, {@code null}, {@code macvlan} or {@code ipvlan}
 * @param ranges its subnets; none where nobody gives out addresses
 * @param options those of the driver, as they were given, with the daemon's defaults
 * @param configFrom the network whose configuration was taken; empty for none
 */
public record Network(
        String id,
        String name,
        Instant created,
        String driver,
        boolean ipv4,
        boolean ipv6,
        boolean internal,
        boolean attachable,
        Map<String, String> ipamOptions,
        List<Range> ranges,
        Map<String, String> options,
        Map<String, String> labels,
        boolean configOnly,
        String configFrom) {

    /** All networks, by id. */
    public static final Collection<Network> ALL = new Collection<>("networks", Network.class);

    static final String BRIDGE = "bridge";
    static final String HOST = "host";
    static final String NONE = "none";
    static final Set<String> PREDEFINED = Set.of(BRIDGE, HOST, NONE);
    private static final int SHORT = 12;

    public Network {
        ipamOptions = Map.copyOf(ipamOptions);
        ranges = List.copyOf(ranges);
        options = Map.copyOf(options);
        labels = Map.copyOf(labels);
    }

    /**
     * One subnet.
     *
     * @param ipRange empty for all of it
     * @param gateway empty where there is none
     * @param auxiliary addresses that are somebody else's, by what they are for
     * @param asked whether the subnet was named rather than chosen: only then may containers ask for addresses
     */
    public record Range(String subnet, String ipRange, String gateway, Map<String, String> auxiliary, boolean asked) {
        public Range {
            auxiliary = Map.copyOf(auxiliary);
        }

        AddressBlock block() {
            return AddressBlock.of(subnet);
        }

        Optional<IpAddress> gatewayAddress() {
            return IpAddress.parse(gateway);
        }

        Optional<HostAddress> gatewayOnLink() {
            return gatewayAddress().map(address -> new HostAddress(address, block().prefix()));
        }

        AddressRange range() {
            return new AddressRange(
                    block(),
                    AddressBlock.parse(ipRange),
                    gatewayAddress(),
                    auxiliary.values().stream()
                            .flatMap(text -> IpAddress.parse(text).stream())
                            .collect(Collectors.toSet()));
        }
    }

    String shortId() {
        return id.substring(0, SHORT);
    }

    @JsonIgnore
    boolean isPredefined() {
        return PREDEFINED.contains(name);
    }

    @JsonIgnore
    boolean isBridge() {
        return driver.equals(BRIDGE) && !configOnly;
    }

    /** Whether its containers get interfaces: host and none give none. */
    @JsonIgnore
    boolean hasInterfaces() {
        return !driver.equals(HOST) && !driver.equals("null");
    }

    /** Whether names are resolved on it: not on the default bridge, as ever. */
    @JsonIgnore
    public boolean isUserDefined() {
        return !isPredefined();
    }

    List<AddressRange> addressRanges() {
        return ranges.stream().map(Range::range).toList();
    }

    Optional<Range> first(boolean v6) {
        return ranges.stream().filter(r -> r.block().v6() == v6).findFirst();
    }

    String option(String name, String otherwise) {
        return options.getOrDefault(name, otherwise);
    }
}
