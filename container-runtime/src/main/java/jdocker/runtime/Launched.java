package jdocker.runtime;

import java.nio.file.Path;
import jdocker.kernel.Fd;

/**
 * A process that runs under its shim.
 *
 * @param control the socket to the shim; whoever takes it closes it
 * @param shim refers to the shim, for {@link ExitWatcher}
 * @param startTime of the process in clock ticks since boot; 0 if it has ended already
 * @param runDirectory where its exit file and socket are
 */
record Launched(Fd control, Fd shim, long shimPid, long pid, long startTime, Path runDirectory) {}
