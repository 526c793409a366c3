package jdocker.kernel;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * One change of nf_tables for IPv4, as linux/netfilter/nf_tables.h numbers it. Attribute headers are in the machine's byte
 * order, numbers within attributes in that of the network.
 *
 * @param what for error messages
 * @param type {@code NFT_MSG_*}
 * @param flags {@code NLM_F_*} beside the request itself
 * @param attributes encoded
 */
public record NfTablesMessage(String what, int type, int flags, byte[] attributes) {
    private static final int NEW_TABLE = 0;
    private static final int DELETE_TABLE = 2;
    private static final int NEW_CHAIN = 3;
    private static final int NEW_RULE = 6;
    private static final int EXCLUSIVE = 0x200;
    private static final int CREATE = 0x400;
    private static final int APPEND = 0x800;

    /** Adds a table, or does nothing if it is there. */
    public static NfTablesMessage table(String name) {
        return new NfTablesMessage(
                "table " + name,
                NEW_TABLE,
                CREATE,
                new Attributes().string(1, name).bytes());
    }

    /** Adds a table that must not be there (EEXIST). */
    public static NfTablesMessage newTable(String name) {
        byte[] attributes = new Attributes().string(1, name).bytes();
        return new NfTablesMessage("new table " + name, NEW_TABLE, CREATE | EXCLUSIVE, attributes);
    }

    /** Removes a table with all that is in it. */
    public static NfTablesMessage withoutTable(String name) {
        byte[] attributes = new Attributes().string(1, name).bytes();
        return new NfTablesMessage("no table " + name, DELETE_TABLE, 0, attributes);
    }

    /**
     * Adds a chain that filters what the namespace's own processes send.
     *
     * @param priority its place among others: -300 sees packets before connection tracking, 300 after everything
     */
    public static NfTablesMessage outputChain(String table, String name, int priority) {
        byte[] attributes = new Attributes()
                .string(1, table)
                .string(3, name)
                .nested(4, hook -> hook.number(1, 3 /* NF_INET_LOCAL_OUT */).number(2, priority))
                .string(7, "filter")
                .bytes();
        return new NfTablesMessage("chain " + name, NEW_CHAIN, CREATE, attributes);
    }

    /** Adds a rule at the end of a chain. */
    public static NfTablesMessage rule(String table, String chain, Consumer<Expressions> expressions) {
        byte[] attributes = new Attributes()
                .string(1, table)
                .string(2, chain)
                .nested(4, list -> expressions.accept(new Expressions(list)))
                .bytes();
        return new NfTablesMessage("rule in " + chain, NEW_RULE, CREATE | APPEND, attributes);
    }

    /** What a rule does, in order: each expression passes on, or ends the rule for this packet. */
    public static final class Expressions {
        private static final int REGISTER = 1;
        private static final int NETWORK_HEADER = 1;
        private static final int TRANSPORT_HEADER = 2;
        private static final int INTERNET_CHECKSUM = 1;
        private static final int L4_PROTOCOL = 16;

        private final Attributes list;

        private Expressions(Attributes list) {
            this.list = list;
        }

        /** Goes on for this transport protocol only: 6 TCP, 17 UDP. */
        public Expressions protocol(int number) {
            add("meta", data -> data.number(1, REGISTER).number(2, L4_PROTOCOL));
            return equal(new byte[] {(byte) number});
        }

        /** Goes on only if these bytes of the IP header are so. */
        public Expressions network(int offset, byte[] expected) {
            return loaded(NETWORK_HEADER, offset, expected);
        }

        /** Goes on only if these bytes of the transport header are so. */
        public Expressions transport(int offset, byte[] expected) {
            return loaded(TRANSPORT_HEADER, offset, expected);
        }

        /** Overwrites bytes of the transport header and puts its checksum right. */
        public Expressions write(int offset, byte[] value, int checksumOffset) {
            add("immediate", data -> data.number(1, REGISTER).nested(2, content -> content.raw(1, value)));
            return add(
                    "payload",
                    data -> data.number(2, TRANSPORT_HEADER)
                            .number(3, offset)
                            .number(4, value.length)
                            .number(5, REGISTER)
                            .number(6, INTERNET_CHECKSUM)
                            .number(7, checksumOffset));
        }

        private Expressions loaded(int base, int offset, byte[] expected) {
            add(
                    "payload",
                    data -> data.number(1, REGISTER)
                            .number(2, base)
                            .number(3, offset)
                            .number(4, expected.length));
            return equal(expected);
        }

        private Expressions equal(byte[] expected) {
            return add(
                    "cmp",
                    data -> data.number(1, REGISTER).number(2, 0).nested(3, content -> content.raw(1, expected)));
        }

        private Expressions add(String name, Consumer<Attributes> data) {
            list.nested(1, element -> element.string(1, name).nested(2, data));
            return this;
        }
    }

    /** Attributes one behind the other, each padded to four bytes. */
    static final class Attributes {
        private static final int NESTED = 0x8000;
        private static final int HEADER = 4;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Attributes raw(int type, byte[] value) {
            int length = HEADER + value.length;
            ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.nativeOrder());
            header.putShort((short) length).putShort((short) type);
            out.writeBytes(header.array());
            out.writeBytes(value);
            out.writeBytes(new byte[-length & 3]);
            return this;
        }

        Attributes string(int type, String text) {
            return raw(type, (text + "\0").getBytes(StandardCharsets.US_ASCII));
        }

        Attributes number(int type, int value) {
            return raw(type, ByteBuffer.allocate(4).putInt(value).array());
        }

        Attributes nested(int type, Consumer<Attributes> inside) {
            Attributes inner = new Attributes();
            inside.accept(inner);
            return raw(type | NESTED, inner.bytes());
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }
}
