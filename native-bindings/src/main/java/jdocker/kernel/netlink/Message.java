package jdocker.kernel.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A request being written: struct nlmsghdr, a fixed part, then attributes of type, length and value, each aligned to 4
 * bytes (linux/netlink.h). Numbers are in the machine's order unless the name says network order.
 */
final class Message {
    static final int REQUEST = 0x1;
    static final int ACK = 0x4;
    static final int DUMP = 0x300;
    static final int REPLACE = 0x100;
    static final int EXCLUSIVE = 0x200;
    static final int CREATE = 0x400;

    static final int HEADER = 16;
    private static final int NESTED = 0x8000;
    private static final int LONGEST = 0xffff;

    private final String description;
    private final int type;
    private final int flags;
    private ByteBuffer out = ByteBuffer.allocate(512).order(ByteOrder.nativeOrder());

    /** @param description of the request for an error: {@code make link eth0} */
    Message(String description, int type, int flags) {
        this.description = description;
        this.type = type;
        this.flags = flags | REQUEST;
        out.position(HEADER);
    }

    String description() {
        return description;
    }

    int type() {
        return type;
    }

    Message u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    Message u16(int value) {
        room(2).putShort((short) value);
        return this;
    }

    Message u32(int value) {
        room(4).putInt(value);
        return this;
    }

    Message attribute(int attribute, byte[] value) {
        begin(attribute, value.length).put(value);
        return pad();
    }

    Message attributeU8(int attribute, int value) {
        begin(attribute, 1).put((byte) value);
        return pad();
    }

    Message attributeU16(int attribute, int value) {
        begin(attribute, 2).putShort((short) value);
        return pad();
    }

    Message attributeU32(int attribute, int value) {
        begin(attribute, 4).putInt(value);
        return this;
    }

    /** With the NUL that the kernel wants behind a name. */
    Message attributeText(int attribute, String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        return attribute(attribute, Arrays.copyOf(text, text.length + 1));
    }

    /** An attribute that holds what the content writes. */
    Message nested(int attribute, Runnable content) {
        int start = out.position();
        room(4).putShort((short) 0).putShort((short) (attribute | NESTED));
        content.run();
        int length = out.position() - start;
        if (length > LONGEST) {
            throw new IllegalArgumentException(description + ": attribute " + attribute + " has " + length + " bytes");
        }
        out.putShort(start, (short) length);
        return this;
    }

    /** The same with a content that was read before. */
    Message nested(int attribute, byte[] content) {
        return attribute(attribute | NESTED, content);
    }

    /** Complete, with this number in the sequence of a socket's requests. */
    ByteBuffer encode(int sequence) {
        ByteBuffer whole = out.duplicate().order(ByteOrder.nativeOrder()).flip();
        whole.putInt(0, whole.limit());
        whole.putShort(4, (short) type);
        whole.putShort(6, (short) flags);
        whole.putInt(8, sequence);
        return whole;
    }

    private ByteBuffer begin(int attribute, int length) {
        return room(4 + length).putShort((short) (4 + length)).putShort((short) attribute);
    }

    private Message pad() {
        while (out.position() % 4 != 0) {
            room(1).put((byte) 0);
        }
        return this;
    }

    private ByteBuffer room(int size) {
        if (out.remaining() < size + 4) {
            ByteBuffer larger =
                    ByteBuffer.allocate(2 * out.capacity() + size + 4).order(ByteOrder.nativeOrder());
            larger.put(out.flip());
            out = larger;
        }
        return out;
    }
}
