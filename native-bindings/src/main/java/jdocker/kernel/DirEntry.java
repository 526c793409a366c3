package jdocker.kernel;

import java.nio.charset.StandardCharsets;

/** A name in a directory, as bytes, with its type where the file system tells. */
public record DirEntry(byte[] name, FileType type, long inode) {

    /** For display; bytes that are not UTF-8 are replaced. */
    public String text() {
        return new String(name, StandardCharsets.UTF_8);
    }
}
