package jdocker.runtime;

/**
 * Identity of a process beyond the reuse of its number.
 *
 * @param startTime in clock ticks since the boot: field 22 of {@code /proc/PID/stat}
 */
public record RunningRef(long pid, long startTime) {}
