package jdocker.network.dns;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import jdocker.network.dns.NameTable.Member;
import jdocker.network.dns.NameTable.Membership;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** Answers about containers, from the asker's point of view: it sees those with whom it shares a network. */
final class LocalNames {
    /** Seconds, as with Docker. */
    static final long TTL = 600;

    private static final int OUR_UDP_SIZE = 1232;

    private final NameTable table;
    private final RandomGenerator random;

    LocalNames(NameTable table, RandomGenerator random) {
        this.table = table;
        this.random = random;
    }

    /** Empty when the name is none of ours. */
    Optional<Message> answer(String sandbox, Query query) {
        if (!query.isInternet()) {
            return Optional.empty();
        }
        return query.type() == Type.PTR ? reverse(sandbox, query) : forward(sandbox, query);
    }

    /** Whether names that are none of ours may be asked for outside: not from where there is no way out. */
    boolean mayForward(String sandbox) {
        return table.memberships(sandbox).stream().anyMatch(one -> !one.internal());
    }

    private Optional<Message> forward(String sandbox, Query query) {
        List<Member> members = table.find(sandbox, query.name());
        if (members.isEmpty()) {
            return Optional.empty();
        }
        List<InetAddress> addresses = new ArrayList<>();
        for (Member member : members) {
            addresses.addAll(member.addresses());
        }
        // Clients take the first: so the load goes round among those of one name.
        Collections.shuffle(addresses, random);
        Message answer = response(query);
        Name name = query.question().getName();
        for (InetAddress address : addresses) {
            boolean v4 = address instanceof Inet4Address;
            if (query.type() == Type.ANY || query.type() == (v4 ? Type.A : Type.AAAA)) {
                answer.addRecord(
                        v4 ? new ARecord(name, DClass.IN, TTL, address) : new AAAARecord(name, DClass.IN, TTL, address),
                        Section.ANSWER);
            }
        }
        return Optional.of(answer); // perhaps with nothing in it: the name exists, without addresses of this kind
    }

    private Optional<Message> reverse(String sandbox, Query query) {
        InetAddress address;
        try {
            address = ReverseMap.fromName(query.question().getName());
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
        for (Membership membership : table.memberships(sandbox)) {
            Optional<Member> member = table.at(membership.network(), address);
            if (member.isPresent()) {
                return pointer(query, member.get().name() + "." + membership.networkName());
            }
        }
        return Optional.empty();
    }

    private static Optional<Message> pointer(Query query, String target) {
        try {
            Message answer = response(query);
            Record record =
                    new PTRRecord(query.question().getName(), DClass.IN, TTL, Name.fromString(target, Name.root));
            answer.addRecord(record, Section.ANSWER);
            return Optional.of(answer);
        } catch (TextParseException e) {
            return Optional.empty(); // names of networks may be longer than DNS can say
        }
    }

    private static Message response(Query query) {
        Message answer = new Message(query.id());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.RA);
        if (query.message().getHeader().getFlag(Flags.RD)) {
            answer.getHeader().setFlag(Flags.RD);
        }
        answer.addRecord(query.question(), Section.QUESTION);
        if (query.edns().isPresent()) {
            answer.addRecord(new OPTRecord(OUR_UDP_SIZE, 0, 0), Section.ADDITIONAL);
        }
        return answer;
    }
}
