package jdocker.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A piece of native memory handed out front to back until it is closed. Places in it are offsets; {@link #address} makes
 * them pointers. Bounds are checked, and no pointer outlives the object.
 */
final class Scratch implements AutoCloseable {
    private final Scratches owner;
    private final ByteBuffer memory;
    private final long base;
    private int used;

    Scratch(Scratches owner, ByteBuffer memory, long base) {
        this.owner = owner;
        this.memory = memory.order(ByteOrder.nativeOrder());
        this.base = base;
    }

    int capacity() {
        return memory.capacity();
    }

    /** How much is still to be had, less what alignment may cost. */
    int available() {
        return memory.capacity() - used - Long.BYTES;
    }

    /** Memory aligned for any type, with whatever was there before. */
    int room(int size) {
        int at = (used + 7) & ~7;
        if (size > memory.capacity() - at) {
            throw new IllegalArgumentException("no room for " + size + " bytes in " + memory.capacity());
        }
        used = at + size;
        return at;
    }

    /** The same, zeroed. */
    int struct(int size) {
        int at = room(size);
        for (int i = at; i < at + size; i++) {
            memory.put(i, (byte) 0);
        }
        return at;
    }

    int bytes(byte[] content) {
        int at = room(content.length);
        memory.put(at, content);
        return at;
    }

    /** A C string; its address. A NUL inside would silently name another file. */
    long path(byte[] name) {
        for (byte b : name) {
            if (b == 0) {
                throw new IllegalArgumentException("NUL in the name " + Names.printable(name));
            }
        }
        int at = room(name.length + 1);
        memory.put(at, name);
        memory.put(at + name.length, (byte) 0);
        return base + at;
    }

    long string(String text) {
        return path(text.getBytes(StandardCharsets.UTF_8));
    }

    long address(int at) {
        return base + at;
    }

    byte[] copy(int at, int length) {
        byte[] content = new byte[length];
        memory.get(at, content);
        return content;
    }

    void copyTo(int at, ByteBuffer target, int length) {
        target.put(memory.slice(at, length));
    }

    void copyFrom(ByteBuffer source, int at, int length) {
        memory.put(at, source, source.position(), length);
    }

    byte getByte(int at) {
        return memory.get(at);
    }

    short getShort(int at) {
        return memory.getShort(at);
    }

    int getInt(int at) {
        return memory.getInt(at);
    }

    long getLong(int at) {
        return memory.getLong(at);
    }

    Scratch putByte(int at, int value) {
        memory.put(at, (byte) value);
        return this;
    }

    Scratch putShort(int at, int value) {
        memory.putShort(at, (short) value);
        return this;
    }

    Scratch putInt(int at, int value) {
        memory.putInt(at, value);
        return this;
    }

    Scratch putLong(int at, long value) {
        memory.putLong(at, value);
        return this;
    }

    @Override
    public void close() {
        used = 0;
        owner.giveBack(this);
    }
}
