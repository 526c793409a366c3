package jdocker.network.dns;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * A question that a container asks, RFC 1035 section 4.
 *
 * @param wire as it came
 * @param message the same, parsed
 * @param name in lower case, without the dot at the end
 * @param udpSize how long an answer by UDP may be: what EDNS0 (RFC 6891) says, 512 without
 */
record Query(byte[] wire, Message message, String name, int udpSize) {
    /** More than this no honest question has, with all its options. */
    static final int MOST_BYTES = 4096;

    static final int PLAIN_UDP_SIZE = 512;
    /** The most that is sent by UDP whatever a client says: loopback carries it in one piece, and so do upstream paths. */
    static final int MOST_UDP_SIZE = 4096;

    /** What came: a question, something to refuse, or something that deserves no answer. */
    sealed interface Parsed {
        record Good(Query query) implements Parsed {}

        /** To be answered with this response code. */
        record Bad(int id, int opcode, int rcode) implements Parsed {}

        /** No question at all: an answer to it could start a loop of answers to answers. */
        record Noise() implements Parsed {}
    }

    static Parsed parse(byte[] wire) {
        if (wire.length < Wire.HEADER || Wire.isResponse(wire)) {
            return new Parsed.Noise();
        }
        if (Wire.opcode(wire) != Opcode.QUERY) {
            return bad(wire, org.xbill.DNS.Rcode.NOTIMP);
        }
        if (wire.length > MOST_BYTES || Wire.count(wire, Section.QUESTION) != 1 || hasRecordsBeside(wire)) {
            return bad(wire, org.xbill.DNS.Rcode.FORMERR);
        }
        try {
            return check(wire, new Message(wire));
        } catch (IOException | RuntimeException e) {
            // The library promises only IOException; what else it may throw at bytes from a container is no better.
            return bad(wire, org.xbill.DNS.Rcode.FORMERR);
        }
    }

    /** Records belong into answers; in the additional section are EDNS0 and a signature. */
    private static boolean hasRecordsBeside(byte[] wire) {
        return Wire.count(wire, Section.ANSWER) != 0
                || Wire.count(wire, Section.AUTHORITY) != 0
                || Wire.count(wire, Section.ADDITIONAL) > 2;
    }

    private static Parsed check(byte[] wire, Message message) {
        Record question = message.getQuestion();
        if (question == null || Wire.questionEnd(wire).isEmpty()) {
            return bad(wire, org.xbill.DNS.Rcode.FORMERR);
        }
        String name = question.getName().toString(true).toLowerCase(Locale.ROOT);
        OPTRecord options = message.getOPT();
        int size = options == null ? PLAIN_UDP_SIZE : options.getPayloadSize();
        return new Parsed.Good(new Query(wire, message, name, Math.clamp(size, PLAIN_UDP_SIZE, MOST_UDP_SIZE)));
    }

    private static Parsed bad(byte[] wire, int rcode) {
        return new Parsed.Bad(Wire.id(wire), Wire.opcode(wire), rcode);
    }

    int id() {
        return Wire.id(wire);
    }

    Record question() {
        return message.getQuestion();
    }

    int type() {
        return question().getType();
    }

    boolean isInternet() {
        return question().getDClass() == DClass.IN || question().getDClass() == DClass.ANY;
    }

    Optional<OPTRecord> edns() {
        return Optional.ofNullable(message.getOPT());
    }

    /** The same question with the same wishes has the same answer, whoever asks. Cookies and the like are personal. */
    Optional<Key> key() {
        if (edns().isPresent() && !edns().get().getOptions().isEmpty() || message.getTSIG() != null) {
            return Optional.empty();
        }
        int wishes = (message.getHeader().getFlag(Flags.RD) ? 1 : 0)
                | (message.getHeader().getFlag(Flags.CD) ? 2 : 0)
                | (message.getHeader().getFlag(Flags.AD) ? 4 : 0)
                | (edns().isPresent() ? 8 : 0)
                | edns().map(OPTRecord::getFlags).orElse(0) << 4;
        return Optional.of(new Key(name, type(), question().getDClass(), wishes, udpSize));
    }

    /** {@code udpSize} counts: a server cuts its answer to it. */
    record Key(String name, int type, int dclass, int wishes, int udpSize) {}
}
