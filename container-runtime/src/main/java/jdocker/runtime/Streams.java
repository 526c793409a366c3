package jdocker.runtime;

/**
 * How a process is connected.
 *
 * @param openStdin standard input stays open for what the daemon sends; without it, it is {@code /dev/null}
 * @param subscribed output goes to the daemon from the first byte, because somebody is attached
 */
public record Streams(boolean openStdin, boolean subscribed) {}
