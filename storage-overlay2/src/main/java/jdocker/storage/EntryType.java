package jdocker.storage;

/** What a tar entry makes; the other flags of the format are either folded into the entry they describe or refused. */
public enum EntryType {
    FILE,
    HARD_LINK,
    SYMLINK,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    DIRECTORY,
    FIFO;

    boolean hasData() {
        return this == FILE;
    }
}
