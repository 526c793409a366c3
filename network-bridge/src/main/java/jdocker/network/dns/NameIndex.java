package jdocker.network.dns;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.PVector;
import org.pcollections.TreePVector;

/**
 * A {@link NameTable} that follows endpoints as they come and go. Readers see a whole state, always; writers replace it. It
 * holds what is running and is made anew by the daemon from its state at each start.
 */
public final class NameIndex implements NameTable {
    private volatile State state = new State(HashTreePMap.empty(), HashTreePMap.empty());

    private record State(PMap<String, PVector<Membership>> sandboxes, PMap<String, Network> networks) {}

    private record Network(
            PMap<String, Member> members, PMap<String, PVector<Member>> names, PMap<InetAddress, Member> at) {
        static final Network EMPTY = new Network(HashTreePMap.empty(), HashTreePMap.empty(), HashTreePMap.empty());

        Network with(Member member) {
            PMap<String, PVector<Member>> named = names;
            for (String name : member.names()) {
                named = named.plus(
                        name, named.getOrDefault(name, TreePVector.empty()).plus(member));
            }
            PMap<InetAddress, Member> located = at;
            for (InetAddress address : member.addresses()) {
                located = located.plus(address, member);
            }
            return new Network(members.plus(member.sandbox(), member), named, located);
        }

        Network without(String sandbox) {
            Member member = members.get(sandbox);
            if (member == null) {
                return this;
            }
            PMap<String, PVector<Member>> named = names;
            for (String name : member.names()) {
                PVector<Member> left =
                        named.getOrDefault(name, TreePVector.empty()).minus(member);
                named = left.isEmpty() ? named.minus(name) : named.plus(name, left);
            }
            PMap<InetAddress, Member> located = at;
            for (InetAddress address : member.addresses()) {
                // Another may have got the address meanwhile.
                located = member.equals(located.get(address)) ? located.minus(address) : located;
            }
            return new Network(members.minus(sandbox), named, located);
        }
    }

    /**
     * A sandbox joins a network, or what is known of it there changes.
     *
     * @param membership of the sandbox named in {@code member}; its link names may be in any case
     * @param member its names may be in any case
     */
    public synchronized void join(Membership membership, Member member) {
        Membership lowMembership = lower(membership);
        Member low = lower(member);
        State old = state;
        State cleared = leave(old, low.sandbox(), membership.network());
        PVector<Membership> memberships = old.sandboxes().getOrDefault(low.sandbox(), TreePVector.empty());
        int place = place(memberships, membership.network());
        PVector<Membership> changed =
                place < 0 ? memberships.plus(lowMembership) : memberships.with(place, lowMembership);
        Network network = cleared.networks().getOrDefault(membership.network(), Network.EMPTY);
        state = new State(
                cleared.sandboxes().plus(low.sandbox(), changed),
                cleared.networks().plus(membership.network(), network.with(low)));
    }

    /** A sandbox leaves a network. */
    public synchronized void leave(String sandbox, String network) {
        state = leave(state, sandbox, network);
    }

    /** A sandbox leaves all its networks. */
    public synchronized void leave(String sandbox) {
        State left = state;
        for (Membership membership : memberships(sandbox)) {
            left = leave(left, sandbox, membership.network());
        }
        state = left;
    }

    @Override
    public List<Membership> memberships(String sandbox) {
        return state.sandboxes().getOrDefault(sandbox, TreePVector.empty());
    }

    @Override
    public List<Member> named(String network, String name) {
        return network(network).names().getOrDefault(name, TreePVector.empty());
    }

    @Override
    public Optional<Member> at(String network, InetAddress address) {
        return Optional.ofNullable(network(network).at().get(address));
    }

    private Network network(String id) {
        return state.networks().getOrDefault(id, Network.EMPTY);
    }

    private static State leave(State old, String sandbox, String network) {
        PVector<Membership> memberships = old.sandboxes().getOrDefault(sandbox, TreePVector.empty());
        int place = place(memberships, network);
        if (place < 0) {
            return old;
        }
        PVector<Membership> left = memberships.minus(place);
        Network smaller = old.networks().getOrDefault(network, Network.EMPTY).without(sandbox);
        return new State(
                left.isEmpty()
                        ? old.sandboxes().minus(sandbox)
                        : old.sandboxes().plus(sandbox, left),
                smaller.members().isEmpty()
                        ? old.networks().minus(network)
                        : old.networks().plus(network, smaller));
    }

    private static int place(List<Membership> memberships, String network) {
        for (int i = 0; i < memberships.size(); i++) {
            if (memberships.get(i).network().equals(network)) {
                return i;
            }
        }
        return -1;
    }

    private static Membership lower(Membership given) {
        Map<String, String> links = new HashMap<>();
        given.links().forEach((alias, name) -> links.put(lower(alias), lower(name)));
        return new Membership(given.network(), given.networkName(), given.internal(), links);
    }

    private static Member lower(Member given) {
        Set<String> names = new LinkedHashSet<>();
        names.add(lower(given.name()));
        given.names().forEach(name -> names.add(lower(name)));
        return new Member(given.sandbox(), given.name(), names, given.addresses());
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
