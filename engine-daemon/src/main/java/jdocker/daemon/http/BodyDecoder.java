package jdocker.daemon.http;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.Optional;

/** Takes a body's bytes out of what comes in: counted, or in chunks. */
final class BodyDecoder {
    private static final int MAX_LINE = 4096;
    private static final int MAX_TRAILERS = 64;

    private enum Part {
        DATA,
        CHUNK_SIZE,
        CHUNK_END,
        TRAILER,
        DONE
    }

    private final boolean chunked;
    private Part part;
    private long remaining;
    private int trailers;

    BodyDecoder(long length) {
        chunked = length < 0;
        remaining = Math.max(length, 0);
        part = chunked ? Part.CHUNK_SIZE : length == 0 ? Part.DONE : Part.DATA;
    }

    boolean done() {
        return part == Part.DONE;
    }

    /** Bytes still to come, as far as is known. */
    long remaining() {
        return remaining;
    }

    /** The next bytes of the body, retained; empty when more input is needed, or when {@link #done}. */
    Optional<ByteBuf> next(ByteBuf in) throws IOException {
        while (part != Part.DONE && in.isReadable()) {
            if (part == Part.DATA) {
                ByteBuf data = in.readRetainedSlice((int) Math.min(remaining, in.readableBytes()));
                remaining -= data.readableBytes();
                if (remaining == 0) {
                    part = chunked ? Part.CHUNK_END : Part.DONE;
                }
                return Optional.of(data);
            }
            int length = lineLength(in);
            if (length < 0) {
                break;
            }
            line(in, length);
            in.skipBytes(length + 2);
        }
        return Optional.empty();
    }

    private void line(ByteBuf in, int length) throws IOException {
        switch (part) {
            case CHUNK_SIZE -> {
                remaining = chunkSize(in, length);
                part = remaining == 0 ? Part.TRAILER : Part.DATA;
            }
            case CHUNK_END -> {
                if (length != 0) {
                    throw new IOException("malformed chunk: longer than its size");
                }
                part = Part.CHUNK_SIZE;
            }
            case TRAILER -> {
                if (length == 0) {
                    part = Part.DONE;
                } else if (++trailers > MAX_TRAILERS) {
                    throw new IOException("too many trailers");
                }
            }
            case DATA, DONE -> throw new IllegalStateException("no line is due");
        }
    }

    private static int lineLength(ByteBuf in) throws IOException {
        int start = in.readerIndex();
        int newline = in.indexOf(start, Math.min(in.writerIndex(), start + MAX_LINE), (byte) '\n');
        if (newline < 0) {
            if (in.readableBytes() >= MAX_LINE) {
                throw new IOException("malformed chunk: line too long");
            }
            return -1;
        }
        if (newline == start || in.getByte(newline - 1) != '\r') {
            throw new IOException("malformed chunk: line end");
        }
        return newline - 1 - start;
    }

    /** Hexadecimal digits, perhaps an extension behind a semicolon, which means nothing to us. */
    private static long chunkSize(ByteBuf in, int length) throws IOException {
        long size = 0;
        int digits = 0;
        for (; digits < length; digits++) {
            int value = Character.digit((char) (in.getByte(in.readerIndex() + digits) & 0x7f), 16);
            if (value < 0 || in.getByte(in.readerIndex() + digits) < 0) {
                break;
            }
            size = size << 4 | value;
        }
        boolean extension = digits < length && in.getByte(in.readerIndex() + digits) == ';';
        if (digits == 0 || digits > 15 || (digits < length && !extension)) {
            throw new IOException("malformed chunk size");
        }
        return size;
    }
}
