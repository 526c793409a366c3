package jdocker.kernel;

import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * The content of open files. Direct buffers go to the kernel as they are; others by way of native memory, 64 KiB a call.
 */
public interface FileData {
    /** One read(2) into what the buffer has left; how many bytes, or -1 at the end of the file. */
    int read(Fd file, ByteBuffer target);

    /** The same from a place of the file, which need not be a file's own position. */
    int read(Fd file, ByteBuffer target, long position);

    /** Reads to the end; more than {@code limit} bytes are an error (EFBIG), so that nobody's file fills our memory. */
    byte[] readAll(Fd file, int limit);

    /** Writes all that the buffer has left. */
    void write(Fd file, ByteBuffer source);

    default void write(Fd file, byte[] content) {
        write(file, ByteBuffer.wrap(content));
    }

    /** The same to a place of the file. */
    void write(Fd file, ByteBuffer source, long position);

    /** Moves the position to a place counted from the file's beginning. */
    void seek(Fd file, long position);

    /** Where the next data at or after {@code position} begins; empty when only a hole is left. */
    OptionalLong nextData(Fd file, long position);

    /** Where the next hole at or after {@code position} begins; the end of the file counts as one. */
    OptionalLong nextHole(Fd file, long position);

    /** Makes the file so long, with a hole where it grows. */
    void truncate(Fd file, long length);

    /** Sets blocks aside, so that writing to them later can't fail for want of space. */
    void allocate(Fd file, long position, long length);

    /** Content and metadata onto the disk. */
    void sync(Fd file);

    /** Everything of the file's whole file system onto the disk. */
    void syncFileSystem(Fd file);

    /** Takes a flock(2), waiting for it. */
    void lock(Fd file, boolean exclusive);

    /** Takes a flock(2) if it is free; false when somebody else has it. */
    boolean tryLock(Fd file, boolean exclusive);

    void unlock(Fd file);

    /** A new file in memory. {@code name} only shows in /proc. */
    Fd memfd(String name, MemfdFlag... flags);

    /** Forbids later changes for good. */
    void seal(Fd memfd, Seal... seals);

    /** Marks whether the descriptor survives an execve. */
    void closeOnExec(Fd file, boolean close);

    /** Whether reads and writes wait. */
    void nonBlocking(Fd file, boolean nonBlocking);

    /** A pipe, both ends close-on-exec. */
    Pipe pipe();

    /** What is written to one end is read from the other. */
    record Pipe(Fd readEnd, Fd writeEnd) implements AutoCloseable {
        @Override
        public void close() {
            readEnd.close();
            writeEnd.close();
        }
    }
}
