package jdocker.runtime;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The growing data part of a plan; its first byte stays 0, so that the empty reference is an empty string. */
final class PlanData {
    private byte[] content = new byte[4096];
    private int size = 8;

    DataRef add(byte[] bytes, int alignment) {
        int start = (size + alignment - 1) & -alignment;
        int end = Math.addExact(start, bytes.length);
        if (end > content.length) {
            content = Arrays.copyOf(content, Math.max(end, 2 * content.length));
        }
        System.arraycopy(bytes, 0, content, start, bytes.length);
        size = end;
        return new DataRef(start, bytes.length);
    }

    int size() {
        return size;
    }

    void copyTo(ByteBuffer out) {
        out.put(content, 0, size);
    }
}
