package jdocker.image;

import java.io.InputStream;
import java.util.Optional;

/** The entries of an image archive in the order in which they arrive; whoever reads tar implements it. */
public interface ArchiveEntries {

    /** Goes on to the next entry, passing what was not read of the current one; empty at the end. */
    Optional<Entry> next();

    /** The current entry's content; ends with the entry. */
    InputStream content();

    /**
     * @param link where a symbolic or hard link leads; empty for files
     * @param size of the content in bytes
     */
    record Entry(String name, Kind kind, String link, long size) {}

    /** What an image archive may hold; all else is passed over. */
    enum Kind {
        FILE,
        SYMLINK,
        HARD_LINK,
        OTHER
    }
}
