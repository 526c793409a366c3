package jdocker.storage;

/** Takes down the bytes of a tar stream that are no file's content: headers, padding, the end. */
@FunctionalInterface
interface TarRecorder {
    TarRecorder NONE = (_, _, _) -> {};

    /** The next such bytes; the array is the reader's and changes afterwards. */
    void raw(byte[] bytes, int offset, int length);
}
