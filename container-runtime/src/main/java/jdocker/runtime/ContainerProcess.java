package jdocker.runtime;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import jdocker.kernel.Fd;

/** A process that was started or found running: process 1 of a container, or an exec. */
public interface ContainerProcess {
    /** Its number on the host. */
    long pid();

    /** In clock ticks since the boot; with the pid it names the process for ever. 0 if it had ended at once. */
    long startTime();

    long shimPid();

    /**
     * The socket to its shim, which speaks {@link ShimProtocol}. To be taken once; whoever takes it closes it. The first
     * message, STARTED, has been read.
     */
    Fd control();

    /** Whether its shim may be asked to hold descriptors: all but those of the first release may. */
    boolean holds();

    /**
     * Of a process that was adopted: what its shim holds, in the order in which {@link StartRequest#held} gave it. To be
     * taken once; whoever takes it closes it. Empty for a process that this daemon has started.
     */
    List<Fd> held();

    /** Completes, on a thread that must not be kept, when the process has ended and its shim has cleaned up. */
    CompletableFuture<ProcessExit> exit();

    /** What is less than was asked for, for people. */
    List<String> warnings();
}
