package jdocker.daemon.container;

import java.util.function.Function;
import jdocker.daemon.container.ContainerState.Running;
import jdocker.daemon.error.EngineException.Conflict;

/** The namespaces of containers that others join. */
final class SharedNamespaces {
    private static final int NO_SIGNAL = 0;

    private final Function<String, Container> containers;
    private final ProcessRuntime runtime;

    /** @param containers finds a container, or throws */
    SharedNamespaces(Function<String, Container> containers, ProcessRuntime runtime) {
        this.containers = containers;
        this.runtime = runtime;
    }

    /**
     * Where a namespace of a running container is to be opened.
     *
     * @param type as an error names it
     * @param file beneath {@code /proc/PID/ns}
     * @throws Conflict when it does not run, though it may have ended just now
     */
    String path(String container, String type, String file) {
        Container shared = containers.apply(container);
        Running process = shared.state().process().filter(this::isThere).orElseThrow(() -> notRunning(shared, type));
        return "/proc/" + process.pid() + "/ns/" + file;
    }

    // The number may be a stranger's by now: as root, a container would join the host.
    private boolean isThere(Running process) {
        return runtime.signal(process.pid(), process.startTime(), NO_SIGNAL);
    }

    private static Conflict notRunning(Container shared, String type) {
        return new Conflict("cannot join " + type + " namespace of a non running container: container " + shared.id()
                + " is " + shared.state().status());
    }
}
