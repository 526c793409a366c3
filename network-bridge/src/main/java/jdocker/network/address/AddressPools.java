package jdocker.network.address;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Where networks that name no subnet get theirs from. The space is Docker's own, cut into many networks of 1022
 * addresses rather than a few of 65,534: a Linux bridge has 1023 ports, so more could never be used.
 */
public final class AddressPools {
    /** How long a list of occupants in a message may be. */
    private static final int SHOWN = 12;

    private static final int V4_SIZE = 22;
    private static final int ULA_PREFIX = 48;
    private static final int V6_SIZE = 64;

    private final List<Pool> pools;

    /** A block, and the prefix of the subnets it is cut into. */
    public record Pool(AddressBlock base, int size) {

        /** @throws IllegalArgumentException when the subnets do not fit into the block */
        public Pool {
            if (size < base.prefix() || size > base.base().bits()) {
                throw new IllegalArgumentException(
                        "invalid default address pool: subnets of size /" + size + " do not fit into " + base);
            }
        }
    }

    public AddressPools(List<Pool> pools) {
        this.pools = List.copyOf(pools);
    }

    /**
     * The pools of an engine that configures none.
     *
     * @param globalId 40 bits that make its IPv6 addresses unique (RFC 4193, section 3.2)
     */
    public static AddressPools standard(long globalId) {
        var pools = new ArrayList<Pool>();
        for (String base :
                List.of("172.18.0.0/16", "172.20.0.0/14", "172.24.0.0/14", "172.28.0.0/14", "192.168.0.0/16")) {
            pools.add(new Pool(AddressBlock.of(base), V4_SIZE));
        }
        pools.add(2, new Pool(AddressBlock.of("172.19.0.0/16"), V4_SIZE));
        pools.sort(Comparator.comparing(Pool::base));
        pools.add(localV6(globalId));
        return new AddressPools(pools);
    }

    /** The block of unique local addresses that belongs to an engine. */
    public static Pool localV6(long globalId) {
        long high = 0xfdL << 56 | (globalId & 0xff_ffff_ffffL) << 16;
        return new Pool(new AddressBlock(new IpAddress(true, high, 0), ULA_PREFIX), V6_SIZE);
    }

    /** The same with another pool at the end, unless there is one of its family already. */
    public AddressPools orElse(Pool pool) {
        if (pools.stream().anyMatch(p -> p.base().v6() == pool.base().v6())) {
            return this;
        }
        var more = new ArrayList<>(pools);
        more.add(pool);
        return new AddressPools(more);
    }

    /**
     * A subnet that overlaps with nothing occupied: the first free one.
     *
     * @param size the prefix wanted; empty for the pools' own
     * @throws NoAddressLeft naming what occupies the pools
     */
    public AddressBlock choose(boolean v6, Optional<Integer> size, List<Occupied> occupied) {
        List<Pool> candidates =
                pools.stream().filter(pool -> pool.base().v6() == v6).toList();
        for (Pool pool : candidates) {
            Optional<AddressBlock> free = free(pool.base(), size.orElse(pool.size()), occupied);
            if (free.isPresent()) {
                return free.get();
            }
        }
        throw new NoAddressLeft(exhausted(v6, candidates, occupied));
    }

    private static Optional<AddressBlock> free(AddressBlock pool, int size, List<Occupied> occupied) {
        if (size < pool.prefix() || size > pool.base().bits()) {
            return Optional.empty();
        }
        AddressBlock candidate = new AddressBlock(pool.base(), size);
        while (true) {
            AddressBlock current = candidate;
            Optional<AddressBlock> inTheWay = occupied.stream()
                    .map(Occupied::subnet)
                    .filter(current::overlaps)
                    .min(Comparator.comparingInt(AddressBlock::prefix));
            if (inTheWay.isEmpty()) {
                return Optional.of(current);
            }
            // Behind whichever is larger, so that a full pool is not walked one small subnet after the other.
            AddressBlock jump = inTheWay.get().prefix() < size ? inTheWay.get() : current;
            AddressBlock next = new AddressBlock(jump.last().plus(1), size);
            if (!pool.contains(next) || next.base().compareTo(current.base()) <= 0) {
                return Optional.empty();
            }
            candidate = next;
        }
    }

    private static String exhausted(boolean v6, List<Pool> pools, List<Occupied> occupied) {
        String family = v6 ? "IPv6" : "IPv4";
        if (pools.isEmpty()) {
            return "there is no " + family + " address pool: add one with --default-address-pool, or name a --subnet";
        }
        List<String> occupants = occupied.stream()
                .filter(o -> pools.stream().anyMatch(pool -> pool.base().overlaps(o.subnet())))
                .sorted(Comparator.comparing(Occupied::subnet))
                .map(Occupied::toString)
                .toList();
        String shown = String.join(", ", occupants.subList(0, Math.min(SHOWN, occupants.size())));
        String more = occupants.size() > SHOWN ? " and " + (occupants.size() - SHOWN) + " more" : "";
        return "could not find an available, non-overlapping " + family
                + " address pool among the defaults to assign to the network: the pools "
                + String.join(", ", pools.stream().map(p -> p.base().toString()).toList()) + " are occupied by " + shown
                + more + "; remove networks that are not used (network prune), name a --subnet, or widen"
                + " default-address-pools";
    }
}
