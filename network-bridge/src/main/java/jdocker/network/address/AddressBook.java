package jdocker.network.address;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Who has which address of which network. Lives in memory and is filled from the stored endpoints at start, so nothing
 * can leak by a crash. An address that was given back is the last to be given out again, except to its former owner.
 */
public final class AddressBook {
    private static final int SHOWN = 8;

    private final Map<String, Network> networks = new HashMap<>();

    private static final class Network {
        private final String name;
        private final List<AddressRange> ranges;
        private final Map<IpAddress, AddressOwner> owners = new HashMap<>();
        /** What an owner had last: a container that is started again finds its address, if it is still free. */
        private final Map<String, IpAddress> former = new LinkedHashMap<>();

        private final IpAddress[] next;

        Network(String name, List<AddressRange> ranges) {
            this.name = name;
            this.ranges = List.copyOf(ranges);
            this.next = this.ranges.stream().map(AddressRange::first).toArray(IpAddress[]::new);
        }
    }

    /** Makes a network known, or known anew with what it has given out kept. */
    public synchronized void define(String network, String name, List<AddressRange> ranges) {
        Network known = new Network(name, ranges);
        Network before = networks.put(network, known);
        if (before != null) {
            known.owners.putAll(before.owners);
        }
    }

    /** The network is gone, and all its addresses with it. */
    public synchronized void forget(String network) {
        networks.remove(network);
    }

    /**
     * A free address, empty when the network has no subnet of this family.
     *
     * @param owner who gets it
     * @throws NoAddressLeft when all are given out
     */
    public synchronized Optional<IpAddress> allocate(String network, boolean v6, AddressOwner owner) {
        Network known = known(network);
        boolean any = false;
        IpAddress former = known.former.remove(key(v6, owner.id()));
        for (int i = 0; i < known.ranges.size(); i++) {
            AddressRange range = known.ranges.get(i);
            if (range.subnet().v6() != v6) {
                continue;
            }
            any = true;
            Optional<IpAddress> again = Optional.ofNullable(former)
                    .filter(a -> range.subnet().contains(a) && !range.isReserved(a) && !known.owners.containsKey(a));
            Optional<IpAddress> found = again.isPresent() ? again : search(known, i);
            if (found.isPresent()) {
                known.owners.put(found.get(), owner);
                return found;
            }
        }
        if (!any) {
            return Optional.empty();
        }
        throw new NoAddressLeft(exhausted(known, v6));
    }

    private static String key(boolean v6, String ownerId) {
        return (v6 ? "6 " : "4 ") + ownerId;
    }

    private static Optional<IpAddress> search(Network known, int index) {
        AddressRange range = known.ranges.get(index);
        IpAddress first = range.first();
        IpAddress last = range.last();
        if (first.compareTo(last) > 0) {
            return Optional.empty();
        }
        // Among so many neighbours at least one is free, if any is at all.
        long tries = Math.min(
                last.minus(first), known.owners.size() + range.reserved().size() + 2L);
        IpAddress candidate = known.next[index];
        for (long i = 0; i <= tries; i++) {
            IpAddress following = candidate.equals(last) ? first : candidate.plus(1);
            if (!range.isReserved(candidate) && !known.owners.containsKey(candidate)) {
                known.next[index] = following;
                return Optional.of(candidate);
            }
            candidate = following;
        }
        return Optional.empty();
    }

    /**
     * Takes an address that was asked for.
     *
     * @throws AddressTaken naming the owner
     * @throws IllegalArgumentException when it is not in a subnet of the network, or no machine may have it
     */
    public synchronized void claim(String network, IpAddress wanted, AddressOwner owner) {
        Network known = known(network);
        AddressRange range = known.ranges.stream()
                .filter(r -> r.subnet().contains(wanted))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "no configured subnet or ip-range contain the IP address " + wanted));
        AddressBlock subnet = range.subnet();
        if (wanted.compareTo(subnet.firstHost()) < 0 || wanted.compareTo(subnet.lastHost()) > 0) {
            throw new IllegalArgumentException("the IP address " + wanted + " is the first or last of " + subnet
                    + ", which no container may have");
        }
        if (range.gateway().filter(wanted::equals).isPresent()) {
            throw new AddressTaken("Address already in use: " + wanted + " is the gateway of network " + known.name);
        }
        if (range.reserved().contains(wanted)) {
            throw new AddressTaken(
                    "Address already in use: " + wanted + " is an auxiliary address of network " + known.name);
        }
        AddressOwner holder = known.owners.putIfAbsent(wanted, owner);
        if (holder != null && !holder.id().equals(owner.id())) {
            throw new AddressTaken("Address already in use: " + wanted + " on network " + known.name + " belongs to "
                    + holder.words());
        }
    }

    /** Takes an address that is in use already, whatever the rules say: for what a stored endpoint has. */
    public synchronized void restore(String network, IpAddress address, AddressOwner owner) {
        Network known = networks.get(network);
        if (known != null) {
            known.owners.put(address, owner);
        }
    }

    /** Gives an address back; nothing happens when the owner does not have it. */
    public synchronized void release(String network, IpAddress address, String ownerId) {
        Network known = networks.get(network);
        AddressOwner holder = known == null ? null : known.owners.get(address);
        if (known != null && holder != null && holder.id().equals(ownerId)) {
            known.owners.remove(address);
            known.former.put(key(address.v6(), ownerId), address);
        }
    }

    /** The owner is gone for good: it will not come back for its former addresses. */
    public synchronized void forgetOwner(String ownerId) {
        for (Network known : networks.values()) {
            known.former.remove(key(false, ownerId));
            known.former.remove(key(true, ownerId));
        }
    }

    /** All addresses that are given out, with their owners. */
    public synchronized Map<IpAddress, AddressOwner> owners(String network) {
        Network known = networks.get(network);
        return known == null ? Map.of() : Map.copyOf(known.owners);
    }

    private Network known(String network) {
        Network known = networks.get(network);
        if (known == null) {
            throw new IllegalArgumentException("network " + network + " not found");
        }
        return known;
    }

    private static String exhausted(Network known, boolean v6) {
        var ranges = new ArrayList<String>();
        known.ranges.stream()
                .filter(r -> r.subnet().v6() == v6)
                .forEach(r -> ranges.add(r.range().orElse(r.subnet()).toString()));
        var owners = new TreeSet<>(
                known.owners.values().stream().map(AddressOwner::words).toList());
        String shown = String.join(", ", owners.stream().limit(SHOWN).toList());
        String more = owners.size() > SHOWN ? " and " + (owners.size() - SHOWN) + " more" : "";
        return "no available " + (v6 ? "IPv6" : "IPv4") + " addresses on this network's address pools: " + known.name
                + ": all of " + String.join(", ", ranges) + " is in use"
                + (owners.isEmpty() ? "" : " by " + shown + more)
                + "; disconnect containers, or create a network with a larger --subnet";
    }
}
