package jdocker.daemon.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Finds the end of a request's head as its bytes come in, looking at each byte once. */
final class HeadReader {
    static final int MAX_BYTES = 1 << 20;

    private int scanned; // relative to the reader index
    private int lineStart;

    /** The head, once it is complete; then the buffer stands behind it and this is ready for the next. */
    Optional<RequestHead> read(ByteBuf in) throws RequestHead.Malformed {
        if (scanned == 0) {
            skipEmptyLines(in);
        }
        int start = in.readerIndex();
        while (true) {
            int newline = in.indexOf(start + scanned, in.writerIndex(), (byte) '\n');
            if (newline < 0) {
                scanned = in.readableBytes();
                requireSize(scanned);
                return Optional.empty();
            }
            int end = newline - start;
            if (end == 0 || in.getByte(newline - 1) != '\r') {
                throw new RequestHead.Malformed(400, "malformed line end");
            }
            if (end - 1 == lineStart) {
                requireSize(end);
                String text = in.toString(start, end + 1, StandardCharsets.ISO_8859_1);
                in.readerIndex(newline + 1);
                scanned = 0;
                lineStart = 0;
                return Optional.of(RequestHead.parse(text));
            }
            lineStart = end + 1;
            scanned = end + 1;
        }
    }

    private static void requireSize(int bytes) throws RequestHead.Malformed {
        if (bytes > MAX_BYTES) {
            throw new RequestHead.Malformed(431, "request header fields too large");
        }
    }

    /** Some clients send a line end too many behind a body. */
    private static void skipEmptyLines(ByteBuf in) {
        while (in.readableBytes() >= 2
                && in.getByte(in.readerIndex()) == '\r'
                && in.getByte(in.readerIndex() + 1) == '\n') {
            in.skipBytes(2);
        }
    }
}
