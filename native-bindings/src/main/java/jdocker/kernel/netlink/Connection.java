package jdocker.kernel.netlink;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import jdocker.kernel.Errno;
import jdocker.kernel.NetlinkSocket;
import jdocker.kernel.SyscallException;

/** Requests and their answers on one socket, one at a time. */
final class Connection implements AutoCloseable {
    private static final int ERROR = 2;
    private static final int DONE = 3;
    private static final int FLAG_DUMP_INTERRUPTED = 0x10;
    private static final int FLAG_CAPPED = 0x100;
    private static final int FLAG_ACK_ATTRIBUTES = 0x200;
    private static final int ATTRIBUTE_WORDS = 1;
    /** How often a dump is asked for again because what it lists has changed meanwhile. */
    private static final int DUMPS = 20;

    private final NetlinkSocket socket;
    private int sequence;

    Connection(NetlinkSocket socket) {
        this.socket = socket;
        socket.enable(NetlinkSocket.Option.CAP_ACK);
        socket.enable(NetlinkSocket.Option.EXT_ACK);
        socket.enable(NetlinkSocket.Option.GET_STRICT_CHK);
    }

    /** Sends a request that has {@link Message#ACK} and waits for the acknowledgement. */
    synchronized void execute(Message request) {
        exchange(request, (_, _) -> {});
    }

    /** Sends a request for one object; its answer has {@link Message#ACK} behind it. */
    synchronized <T> T get(Message request, Function<ByteBuffer, T> reader) {
        List<T> answers = new ArrayList<>();
        exchange(request, (_, payload) -> answers.add(reader.apply(payload)));
        if (answers.isEmpty()) {
            throw new NetlinkException(request.description(), Errno.ENODATA, "no answer");
        }
        return answers.getFirst();
    }

    /**
     * All objects of a kind, a consistent list: asked for again while it changes.
     *
     * @param request with {@link Message#DUMP}, made anew for each time
     */
    synchronized <T> List<T> dump(Supplier<Message> request, Function<ByteBuffer, T> reader) {
        for (int attempt = 1; ; attempt++) {
            List<T> list = new ArrayList<>();
            try {
                boolean interrupted = exchange(request.get(), (_, payload) -> list.add(reader.apply(payload)));
                if (!interrupted || attempt >= DUMPS) {
                    return list;
                }
            } catch (NetlinkException e) {
                if (!e.is(Errno.EINTR) || attempt >= DUMPS) {
                    throw e;
                }
            }
        }
    }

    private interface Answer {
        void take(int type, ByteBuffer payload);
    }

    /** True when a dump was not consistent. What is left of an older request, one that failed half way, is skipped. */
    private boolean exchange(Message request, Answer answer) {
        int number = ++sequence;
        socket.send(request.encode(number));
        boolean interrupted = false;
        while (true) {
            ByteBuffer in = receive(request);
            while (in.remaining() >= Message.HEADER) {
                int start = in.position();
                int length = in.getInt(start);
                if (length < Message.HEADER || length > in.limit() - start) {
                    throw new NetlinkException(request.description(), Errno.EBADMSG, "message of " + length + " bytes");
                }
                int type = in.getShort(start + 4) & 0xffff;
                int flags = in.getShort(start + 6) & 0xffff;
                boolean ours = in.getInt(start + 8) == number;
                ByteBuffer payload = in.slice(start + Message.HEADER, length - Message.HEADER)
                        .order(in.order());
                in.position(Math.min(in.limit(), start + ((length + 3) & ~3)));
                if (!ours) {
                    continue;
                }
                interrupted |= (flags & FLAG_DUMP_INTERRUPTED) != 0;
                if (type == ERROR || type == DONE) {
                    check(request, payload, flags, type);
                    return interrupted;
                }
                answer.take(type, payload);
            }
        }
    }

    private ByteBuffer receive(Message request) {
        try {
            return socket.receive();
        } catch (SyscallException e) {
            throw new NetlinkException(request.description(), e.errno(), e.call());
        }
    }

    /** struct nlmsgerr: the error, the header of the request, the rest of it unless capped; then attributes. */
    private static void check(Message request, ByteBuffer payload, int flags, int type) {
        int error = payload.remaining() >= 4 ? payload.getInt(0) : 0;
        if (error == 0 || (type == DONE && error > 0)) {
            return;
        }
        String words = "";
        if ((flags & FLAG_ACK_ATTRIBUTES) != 0) {
            int at = 4;
            if (type == ERROR) {
                int requestLength = (flags & FLAG_CAPPED) != 0 ? Message.HEADER : payload.getInt(4);
                at += (requestLength + 3) & ~3;
            }
            if (at <= payload.limit()) {
                words = new Attributes(payload.position(at))
                        .text(ATTRIBUTE_WORDS)
                        .orElse("");
            }
        }
        throw new NetlinkException(request.description(), Errno.of(-error), words);
    }

    @Override
    public void close() {
        socket.close();
    }
}
