package jdocker.api;

/**
 * In what a container's file differs from its image.
 *
 * @param kind 0 modified, 1 added, 2 deleted
 */
@WireRecord
public record FileChangeItem(String path, int kind) {}
