package jdocker.runtime;

/**
 * A range of a plan's data.
 *
 * @param offset from the start of the data, in bytes
 * @param length in bytes; a string's closing NUL is not counted
 */
record DataRef(int offset, int length) {
    static final DataRef NONE = new DataRef(0, 0);

    DataRef {
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException("bad range " + offset + "+" + length);
        }
    }

    /** A part of this range, such as one field of a structure. */
    DataRef part(int from, int size) {
        if (from < 0 || size < 0 || from + size > length) {
            throw new IllegalArgumentException("part " + from + "+" + size + " leaves a range of " + length + " bytes");
        }
        return new DataRef(offset + from, size);
    }
}
