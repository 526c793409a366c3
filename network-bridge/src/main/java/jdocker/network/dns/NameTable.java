package jdocker.network.dns;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who is called what on which network. The resolver asks it for every query, on its event loop: an answer takes no lock and
 * never waits. Names are in lower case and have no dot at the end. {@link NameIndex} is the one to use.
 */
public interface NameTable {
    /**
     * The networks of a sandbox, the one that counts first in front; empty for a sandbox that is not known.
     *
     * @param sandbox the id that {@link DnsServer#attach} was given
     */
    List<Membership> memberships(String sandbox);

    /** Those on the network that have this name or alias: the ones that run, in no order. */
    List<Member> named(String network, String name);

    /** Who has this address on the network. */
    Optional<Member> at(String network, InetAddress address);

    /**
     * Those that a name means to a sandbox: of the network that counts first among those that know the name, or with the
     * network's name behind.
     *
     * @param name in lower case, without the dot at the end
     */
    default List<Member> find(String sandbox, String name) {
        List<Membership> memberships = memberships(sandbox);
        List<Member> found = among(memberships, name);
        for (int dot = name.lastIndexOf('.'); found.isEmpty() && dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
            // Names of containers and of networks may have dots both: a.b.c is a.b on network c, or a on network b.c.
            String network = name.substring(dot + 1);
            List<Membership> called = memberships.stream()
                    .filter(one -> one.networkName().equalsIgnoreCase(network))
                    .toList();
            found = among(called, name.substring(0, dot));
        }
        return found;
    }

    private List<Member> among(List<Membership> memberships, String name) {
        for (Membership membership : memberships) {
            String linked = membership.links().get(name);
            List<Member> found = named(membership.network(), linked == null ? name : linked);
            if (!found.isEmpty()) {
                return found;
            }
        }
        return List.of();
    }

    /**
     * What a sandbox has to do with one network.
     *
     * @param network the network's id, as {@link NameTable} is asked with it
     * @param networkName what people call it, in any case; {@code web.NAME} finds web on this network only
     * @param internal whether the network leads nowhere: with only such networks nothing is asked of servers outside
     * @param links names that this sandbox alone has for members of this network (alias to name), as {@code --link} gives
     */
    record Membership(String network, String networkName, boolean internal, Map<String, String> links) {
        public Membership {
            links = Map.copyOf(links);
        }
    }

    /**
     * One endpoint on a network.
     *
     * @param sandbox whose it is
     * @param name the first name, with which a reverse query is answered
     * @param names all it is found by: name, short id, aliases
     * @param addresses its IPv4 and IPv6 addresses on the network
     */
    record Member(String sandbox, String name, Set<String> names, List<InetAddress> addresses) {
        public Member {
            names = Set.copyOf(names);
            addresses = List.copyOf(addresses);
        }
    }
}
