package jdocker.daemon.container;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Takes apart what a shim sends. Output is never copied: since the shim's header is Docker's, runs of frames go on to
 * the clients as they are.
 */
final class ConsoleDecoder extends ChannelInboundHandlerAdapter {
    private static final int CONTROL_LIMIT = 64;

    private final Console console;
    private final byte[] header = new byte[ControlMessage.HEADER];
    private int headerLength;
    private boolean inPayload;
    private int type;
    private int remaining;
    private final byte[] control = new byte[CONTROL_LIMIT];
    private int controlLength;

    ConsoleDecoder(Console console) {
        this.console = console;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            decode(context, in);
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        console.readAsFastAsWritten();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        console.outputOver();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    private void decode(ChannelHandlerContext context, ByteBuf in) {
        int run = inPayload && isOutput(type) ? in.readerIndex() : -1;
        while (in.isReadable()) {
            if (!inPayload) {
                int begin = in.readerIndex();
                boolean split = headerLength > 0 || in.readableBytes() < ControlMessage.HEADER;
                if (!readHeader(in)) {
                    break;
                }
                if (remaining > ControlMessage.MAX_PAYLOAD) {
                    context.close(); // no shim of ours
                    return;
                }
                if (isOutput(type)) {
                    if (console.joining()) { // they get this frame, but not the end of the one before
                        flush(in, run, begin);
                        run = -1;
                    }
                    console.frameBegins(type, remaining);
                    if (split) {
                        ByteBuf copy =
                                context.alloc().buffer(ControlMessage.HEADER).writeBytes(header);
                        console.frames(copy, 0, ControlMessage.HEADER);
                        copy.release();
                    }
                    run = run >= 0 ? run : split ? in.readerIndex() : begin;
                } else {
                    flush(in, run, begin);
                    run = -1;
                }
            }
            readPayload(in);
        }
        flush(in, run, in.readerIndex() - partialHeader(in));
    }

    // The bytes of a header that is not whole yet were read from the end of the buffer, but go on with the next.
    private int partialHeader(ByteBuf in) {
        return inPayload ? 0 : Math.min(headerLength, in.readerIndex());
    }

    private void flush(ByteBuf in, int run, int end) {
        if (run >= 0 && end > run) {
            console.frames(in, run, end - run);
        }
    }

    private boolean readHeader(ByteBuf in) {
        int length = Math.min(ControlMessage.HEADER - headerLength, in.readableBytes());
        in.readBytes(header, headerLength, length);
        headerLength += length;
        if (headerLength < ControlMessage.HEADER) {
            return false;
        }
        headerLength = 0;
        type = header[0] & 0xff;
        remaining = (header[4] & 0xff) << 24 | (header[5] & 0xff) << 16 | (header[6] & 0xff) << 8 | header[7] & 0xff;
        if (remaining < 0) {
            remaining = Integer.MAX_VALUE;
        }
        controlLength = 0;
        inPayload = true;
        return true;
    }

    private void readPayload(ByteBuf in) {
        int length = Math.min(remaining, in.readableBytes());
        if (isOutput(type)) {
            if (length > 0) {
                console.payload(type, in, in.readerIndex(), length);
            }
            in.skipBytes(length);
        } else {
            int kept = Math.min(length, CONTROL_LIMIT - controlLength);
            in.readBytes(control, controlLength, kept);
            controlLength += kept;
            in.skipBytes(length - kept);
        }
        remaining -= length;
        if (remaining == 0) {
            inPayload = false;
            if (!isOutput(type)) {
                control();
            }
        }
    }

    private void control() {
        switch (type) {
            case ControlMessage.CREDIT -> console.credit(littleEndian());
            case ControlMessage.EXITED -> console.outputOver();
            default -> {} // STARTED again after a reconnect; what a newer shim may say
        }
    }

    private int littleEndian() {
        return control[0] & 0xff | (control[1] & 0xff) << 8 | (control[2] & 0xff) << 16 | (control[3] & 0xff) << 24;
    }

    private static boolean isOutput(int type) {
        return type == ControlMessage.STDOUT || type == ControlMessage.STDERR;
    }
}
