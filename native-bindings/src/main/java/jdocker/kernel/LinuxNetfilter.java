package jdocker.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** {@link Netfilter} by the running kernel; the batches of linux/netfilter/nfnetlink.h. */
final class LinuxNetfilter implements Netfilter {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int NETLINK_NETFILTER = 12;
    private static final int HEADER = 16;
    private static final int FAMILY_HEADER = 4;
    private static final int REQUEST = 1;
    private static final int ACKNOWLEDGE = 4;
    private static final int NLMSG_ERROR = 2;
    private static final int BATCH_BEGIN = 0x10;
    private static final int BATCH_END = 0x11;
    private static final int NF_TABLES = 10;
    private static final int NFPROTO_IPV4 = 2;

    private final Calls calls;
    private final SocketMessages messages;

    LinuxNetfilter(Calls calls) {
        this.calls = calls;
        this.messages = new SocketMessages(calls);
    }

    @Override
    public void commit(List<NfTablesMessage> changes) {
        long fd = calls.call(SyscallNumber.SOCKET, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
        if (fd < 0) {
            throw SyscallException.of(SyscallNumber.SOCKET, fd, "NETLINK_NETFILTER");
        }
        try (Fd socket = new Fd((int) fd)) {
            messages.send(socket, batch(changes), List.of());
            awaitAnswer(socket, changes);
        }
    }

    /** The changes are numbered from 1, the batch's own two messages 0 and one more than the last. */
    static ByteBuffer batch(List<NfTablesMessage> changes) {
        int size = 2 * (HEADER + FAMILY_HEADER);
        for (NfTablesMessage change : changes) {
            size += HEADER + FAMILY_HEADER + change.attributes().length;
        }
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
        put(out, BATCH_BEGIN, REQUEST, 0, 0, NF_TABLES, new byte[0]);
        for (int i = 0; i < changes.size(); i++) {
            NfTablesMessage change = changes.get(i);
            // What is well done is answered only if asked for; one answer, to the last, is enough.
            int flags = REQUEST | change.flags() | (i == changes.size() - 1 ? ACKNOWLEDGE : 0);
            put(out, NF_TABLES << 8 | change.type(), flags, i + 1, NFPROTO_IPV4, 0, change.attributes());
        }
        put(out, BATCH_END, REQUEST, changes.size() + 1, 0, NF_TABLES, new byte[0]);
        return out.flip();
    }

    private static void put(
            ByteBuffer out, int type, int flags, int number, int family, int resource, byte[] attributes) {
        out.putInt(HEADER + FAMILY_HEADER + attributes.length);
        out.putShort((short) type).putShort((short) flags).putInt(number).putInt(0);
        out.put((byte) family).put((byte) 0);
        out.put((byte) (resource >> 8)).put((byte) resource); // big-endian, as the only one
        out.put(attributes);
    }

    /** The kernel has done everything when send returns, so its answers are there. */
    private void awaitAnswer(Fd socket, List<NfTablesMessage> changes) {
        ByteBuffer answers = ByteBuffer.allocate(16 * 1024).order(ByteOrder.nativeOrder());
        while (true) {
            answers.clear();
            if (messages.receive(socket, answers, false).isEmpty()) {
                throw new SyscallException("nfnetlink", describe(changes, 0), Errno.EIO);
            }
            answers.flip();
            while (answers.remaining() >= HEADER + 4) {
                int start = answers.position();
                int length = answers.getInt(start);
                if (length < HEADER + 4 || length > answers.remaining()) {
                    break;
                }
                int number = answers.getInt(start + 8);
                int error = answers.getShort(start + 4) == NLMSG_ERROR ? answers.getInt(start + HEADER) : 0;
                if (error != 0) {
                    throw SyscallException.of("nfnetlink", error, describe(changes, number));
                }
                if (number == changes.size()) {
                    return;
                }
                answers.position(Math.min(answers.limit(), start + (length + 3 & ~3)));
            }
        }
    }

    private static String describe(List<NfTablesMessage> changes, int number) {
        return number >= 1 && number <= changes.size() ? changes.get(number - 1).what() : "nf_tables";
    }
}
