package jdocker.storage;

/**
 * A directory or file of the host that shows in a container.
 *
 * @param target path in the container
 */
public record VolumeBind(String source, String target, boolean writable) {}
