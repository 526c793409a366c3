package jdocker.storage;

/**
 * In what a file of one tree differs from that of another.
 *
 * @param oldSize bytes in the first tree; 0 for what is no file
 * @param newSize bytes in the second
 */
public record FileDifference(String path, FileChange.Kind kind, long oldSize, long newSize) {}
