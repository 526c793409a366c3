package jdocker.network;

import java.util.List;
import jdocker.kernel.Fd;

/**
 * What else is to be in a network namespace before anybody uses it: done when it is made, ahead of the start that takes it.
 */
@FunctionalInterface
public interface SandboxPreparer {
    /** Nothing more. */
    SandboxPreparer NONE = List::of;

    /**
     * Runs on the throw-away thread that is in the new namespace, whose loopback is up.
     *
     * @return descriptors that belong to the namespace and last as long as its container: {@link Sandbox} has them for the
     *     first start, the shim holds them from then on
     */
    List<Fd> prepare();
}
