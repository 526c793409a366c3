package jdocker.runtime;

import java.nio.file.Path;
import java.util.List;
import jdocker.kernel.Fd;

/**
 * A process that runs under its shim.
 *
 * @param control the socket to the shim; whoever takes it closes it
 * @param shim refers to the shim, for {@link ExitWatcher}
 * @param startTime of the process in clock ticks since boot; 0 if it has ended already
 * @param runDirectory where its exit file and socket are
 * @param holds whether the shim knows how to hold descriptors
 * @param held what an adopted process's shim has held; whoever takes it closes it
 */
record Launched(
        Fd control, Fd shim, long shimPid, long pid, long startTime, Path runDirectory, boolean holds, List<Fd> held) {
    Launched {
        held = List.copyOf(held);
    }
}
