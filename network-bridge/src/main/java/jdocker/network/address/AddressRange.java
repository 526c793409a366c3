package jdocker.network.address;

import java.util.Optional;
import java.util.Set;

/**
 * One subnet of a network.
 *
 * @param range the part that addresses nobody asked for are drawn from; empty for all of it
 * @param gateway the bridge's own address; empty when there is none
 * @param reserved addresses that are somebody else's
 */
public record AddressRange(
        AddressBlock subnet, Optional<AddressBlock> range, Optional<IpAddress> gateway, Set<IpAddress> reserved) {
    public AddressRange {
        reserved = Set.copyOf(reserved);
    }

    IpAddress first() {
        IpAddress start = range.map(AddressBlock::base).orElse(subnet.firstHost());
        return start.compareTo(subnet.firstHost()) < 0 ? subnet.firstHost() : start;
    }

    IpAddress last() {
        IpAddress end = range.map(AddressBlock::last).orElse(subnet.lastHost());
        return end.compareTo(subnet.lastHost()) > 0 ? subnet.lastHost() : end;
    }

    boolean isReserved(IpAddress address) {
        return gateway.filter(address::equals).isPresent() || reserved.contains(address);
    }
}
