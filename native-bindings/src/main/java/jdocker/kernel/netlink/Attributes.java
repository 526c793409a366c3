package jdocker.kernel.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The attributes of a message or of a nested attribute, by their type; the last of a type counts. */
final class Attributes {
    private static final int TYPE_MASK = 0x3fff;

    private final Map<Integer, byte[]> values = new HashMap<>();

    /**
     * Reads from the buffer's position to its limit.
     *
     * @throws IllegalArgumentException if a length leads out of it
     */
    Attributes(ByteBuffer in) {
        while (in.remaining() >= 4) {
            int start = in.position();
            int length = in.getShort() & 0xffff;
            int type = in.getShort() & TYPE_MASK;
            if (length < 4 || length > in.limit() - start) {
                throw new IllegalArgumentException(
                        "netlink attribute " + type + " of " + length + " bytes, there are " + (in.limit() - start));
            }
            byte[] value = new byte[length - 4];
            in.get(value);
            values.put(type, value);
            in.position(Math.min(in.limit(), start + ((length + 3) & ~3)));
        }
    }

    Optional<byte[]> bytes(int type) {
        return Optional.ofNullable(values.get(type));
    }

    OptionalInt u8(int type) {
        byte[] value = values.get(type);
        return value == null || value.length < 1 ? OptionalInt.empty() : OptionalInt.of(value[0] & 0xff);
    }

    OptionalInt u32(int type) {
        byte[] value = values.get(type);
        return value == null || value.length < 4
                ? OptionalInt.empty()
                : OptionalInt.of(wrap(value).getInt());
    }

    /** In network byte order. */
    OptionalInt port(int type) {
        byte[] value = values.get(type);
        return value == null || value.length < 2
                ? OptionalInt.empty()
                : OptionalInt.of((value[0] & 0xff) << 8 | value[1] & 0xff);
    }

    Optional<String> text(int type) {
        return bytes(type).map(value -> {
            int end = 0;
            while (end < value.length && value[end] != 0) {
                end++;
            }
            return new String(value, 0, end, StandardCharsets.UTF_8);
        });
    }

    /** Empty ones where there is no such attribute. */
    Attributes nested(int type) {
        byte[] value = values.get(type);
        return new Attributes(wrap(value == null ? new byte[0] : value));
    }

    private static ByteBuffer wrap(byte[] value) {
        return ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
    }
}
