package jdocker.storage;

import java.util.List;
import java.util.Map;

/**
 * One entry of a tar archive, as the archive says it: nothing here is to be trusted. Names are bytes, since a file's
 * name need not be text.
 *
 * @param name as written, neither cleaned nor checked
 * @param mode permission bits with set-user-id, set-group-id and sticky (07777)
 * @param size of the file that the entry makes; the archive holds less of a sparse one
 * @param segments where the archived bytes of a sparse file belong, in order; empty when it is not sparse
 * @param sparse whether what no segment covers is a hole
 * @param xattrs extended attributes by full name
 */
public record TarEntry(
        EntryType type,
        byte[] name,
        byte[] linkName,
        int mode,
        long uid,
        long gid,
        long size,
        TarTime modified,
        long deviceMajor,
        long deviceMinor,
        boolean sparse,
        List<SparseSegment> segments,
        Map<String, byte[]> xattrs) {

    public TarEntry {
        segments = List.copyOf(segments);
        xattrs = Map.copyOf(xattrs);
    }

    /** The same, owned by somebody else. */
    TarEntry owned(long newUid, long newGid) {
        return new TarEntry(
                type,
                name,
                linkName,
                mode,
                newUid,
                newGid,
                size,
                modified,
                deviceMajor,
                deviceMinor,
                sparse,
                segments,
                xattrs);
    }

    /** A run of bytes of a sparse file. */
    public record SparseSegment(long offset, long length) {}

    /** Seconds since 1970, possibly negative, and nanoseconds from 0 to 999,999,999. */
    public record TarTime(long seconds, int nanoseconds) {}

    /** The name for a message: never control characters, never long. */
    String label() {
        return TarText.printable(name);
    }
}
