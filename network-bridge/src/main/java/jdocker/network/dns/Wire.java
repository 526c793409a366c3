package jdocker.network.dns;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Type;

/**
 * What is done to messages without taking them apart, RFC 1035 section 4.1: an answer from outside is passed on as it is,
 * whatever records a later RFC has invented. All places are checked against the length.
 */
final class Wire {
    static final int HEADER = 12;
    private static final int TRUNCATED = 0x02;
    private static final int RESPONSE = 0x80;
    private static final int RECURSION_AVAILABLE = 0x80;
    private static final int POINTER = 0xc0;
    private static final int LONGEST_NAME = 255;

    private Wire() {}

    static int id(byte[] wire) {
        return number(wire, 0);
    }

    static byte[] withId(byte[] wire, int id) {
        byte[] copy = wire.clone();
        copy[0] = (byte) (id >> 8);
        copy[1] = (byte) id;
        return copy;
    }

    static boolean isResponse(byte[] wire) {
        return (wire[2] & RESPONSE) != 0;
    }

    static boolean isTruncated(byte[] wire) {
        return (wire[2] & TRUNCATED) != 0;
    }

    static int opcode(byte[] wire) {
        return wire[2] >> 3 & 0xf;
    }

    static int rcode(byte[] wire) {
        return wire[3] & 0xf;
    }

    /** @param section {@link org.xbill.DNS.Section} */
    static int count(byte[] wire, int section) {
        return number(wire, 4 + 2 * section);
    }

    /** Where the one question ends, whose name no honest message compresses. */
    static OptionalInt questionEnd(byte[] wire) {
        int at = HEADER;
        while (at < wire.length && at - HEADER <= LONGEST_NAME) {
            int label = wire[at] & 0xff;
            if (label == 0) {
                return at + 5 <= wire.length ? OptionalInt.of(at + 5) : OptionalInt.empty();
            }
            if ((label & POINTER) != 0) {
                return OptionalInt.empty();
            }
            at += 1 + label;
        }
        return OptionalInt.empty();
    }

    /** Whether this is an answer to the question, apart from the id: the same question comes back, in letters of any case. */
    static boolean answers(byte[] response, byte[] query) {
        if (response.length < HEADER || !isResponse(response) || opcode(response) != Opcode.QUERY) {
            return false;
        }
        OptionalInt end = questionEnd(query);
        if (end.isEmpty() || count(response, 0) != 1 || response.length < end.getAsInt()) {
            return false;
        }
        for (int i = HEADER; i < end.getAsInt(); i++) {
            if (lower(response[i]) != lower(query[i])) {
                return false;
            }
        }
        return true;
    }

    /** A response for somebody who asked the same: with that one's id and way of writing the name. */
    static byte[] addressed(byte[] response, Query query) {
        byte[] copy = response.clone();
        copy[0] = query.wire()[0];
        copy[1] = query.wire()[1];
        int end = questionEnd(query.wire()).orElse(HEADER);
        System.arraycopy(query.wire(), HEADER, copy, HEADER, end - HEADER);
        return copy;
    }

    /** Only header and question, with the mark that says: ask by TCP. */
    static byte[] truncated(byte[] response) {
        byte[] cut = Arrays.copyOf(response, questionEnd(response).orElse(HEADER));
        cut[2] |= TRUNCATED;
        Arrays.fill(cut, 6, HEADER, (byte) 0);
        if (cut.length == HEADER) {
            cut[4] = 0;
            cut[5] = 0;
        }
        return cut;
    }

    /** A bare response code. */
    static byte[] failure(int id, int opcode, int rcode) {
        byte[] wire = new byte[HEADER];
        wire[0] = (byte) (id >> 8);
        wire[1] = (byte) id;
        wire[2] = (byte) (RESPONSE | opcode << 3);
        wire[3] = (byte) (RECURSION_AVAILABLE | rcode);
        return wire;
    }

    /** A response code for this question, which it repeats. */
    static byte[] failure(Query query, int rcode) {
        int end = questionEnd(query.wire()).orElse(HEADER);
        byte[] wire = Arrays.copyOf(failure(query.id(), Opcode.QUERY, rcode), end);
        System.arraycopy(query.wire(), HEADER, wire, HEADER, end - HEADER);
        wire[5] = (byte) (end > HEADER ? 1 : 0);
        if (query.message().getHeader().getFlag(Flags.RD)) {
            wire[2] |= 1;
        }
        return wire;
    }

    /**
     * Where the times to live of all records are.
     *
     * @return empty if the message is not what it says it is
     */
    static Optional<List<Ttl>> timesToLive(byte[] wire) {
        OptionalInt end = questionEnd(wire);
        if (end.isEmpty()) {
            return Optional.empty();
        }
        int at = end.getAsInt();
        List<Ttl> found = new ArrayList<>();
        int answers = count(wire, 1);
        int authorities = count(wire, 2);
        int records = answers + authorities + count(wire, 3);
        for (int i = 0; i < records; i++) {
            at = afterName(wire, at);
            if (at < 0 || at + 10 > wire.length) {
                return Optional.empty();
            }
            int type = number(wire, at);
            // An EDNS0 record has flags where others have a time.
            if (type != Type.OPT) {
                long seconds = (long) number(wire, at + 4) << 16 | number(wire, at + 6);
                boolean soa = type == Type.SOA && i >= answers && i < answers + authorities;
                int length = number(wire, at + 8);
                int last = at + 10 + length;
                long minimum = soa && length >= 20 && last <= wire.length
                        ? (long) number(wire, last - 4) << 16 | number(wire, last - 2)
                        : Long.MAX_VALUE;
                // RFC 2181: what is beyond 31 bits counts as nothing.
                found.add(new Ttl(at + 4, seconds > Integer.MAX_VALUE ? 0 : seconds, soa, minimum));
            }
            at += 10 + number(wire, at + 8);
            if (at > wire.length) {
                return Optional.empty();
            }
        }
        return Optional.of(found);
    }

    /**
     * A record's time to live.
     *
     * @param negative whether the record says how long a name's absence holds, RFC 2308
     * @param minimum the limit that such a record names
     */
    record Ttl(int offset, long seconds, boolean negative, long minimum) {}

    static void putNumber32(byte[] wire, int at, long value) {
        for (int i = 0; i < 4; i++) {
            wire[at + i] = (byte) (value >> 24 - 8 * i);
        }
    }

    private static int afterName(byte[] wire, int from) {
        int at = from;
        while (at < wire.length) {
            int label = wire[at] & 0xff;
            if (label == 0) {
                return at + 1;
            }
            if ((label & POINTER) == POINTER) {
                return at + 2; // nothing stands behind a pointer, and nobody follows it here
            }
            at += 1 + label;
        }
        return -1;
    }

    private static int number(byte[] wire, int at) {
        return (wire[at] & 0xff) << 8 | wire[at + 1] & 0xff;
    }

    private static int lower(byte b) {
        return b >= 'A' && b <= 'Z' ? b + 32 : b;
    }
}
