package jdocker.storage;

import jdocker.kernel.Fd;
import jdocker.kernel.FileStatus;

/** In what unpacking a layer differs from unpacking into somebody's files. */
interface UnpackPolicy {
    /** Whether names that begin with {@code .wh.} mean removals, and the root's own entry describes the root. */
    boolean isLayer();

    /** The entry as it is to be made. */
    TarEntry adapt(TarEntry entry);

    /** Where an entry's place lies beneath the root that names are resolved in. */
    EntryPath place(EntryPath path);

    /**
     * Clears a name for a later entry.
     *
     * @param forDirectory whether that is a directory
     */
    void clear(Fd parent, EntryPath path, FileStatus status, boolean forDirectory);

    /** The content that comes now: so many bytes for this place of this file. */
    void content(EntryPath path, long position, long length);

    /** Bytes of the tar so far, as far as they are counted. */
    long tarSize();
}
