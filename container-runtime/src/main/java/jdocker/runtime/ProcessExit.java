package jdocker.runtime;

import java.time.Instant;

/**
 * How a process ended.
 *
 * @param code its own, or 128 and the signal's number
 * @param oomKilled whether the memory limit killed something in the container
 * @param lost the shim vanished before it could tell: code and time are guesses
 */
public record ProcessExit(int code, boolean oomKilled, Instant finishedAt, boolean lost) {}
