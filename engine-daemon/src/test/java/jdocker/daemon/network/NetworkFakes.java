package jdocker.daemon.network;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.daemon.config.DaemonConfig;
import jdocker.daemon.state.StateStore;

/** Networks on a {@link FakeKernel}, for the tests of what stands above. */
public final class NetworkFakes {
    private NetworkFakes() {}

    /** What a daemon without any setting has. */
    public static DaemonConfig.Networks settings() {
        return new DaemonConfig.Networks(
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                true,
                false,
                true,
                Optional.empty(),
                new DaemonConfig.Networks.Kernel(true, true, true, true, true, false),
                List.of(),
                List.of(),
                Map.of());
    }

    /**
     * @param root a host without routes of its own
     */
    public static NetworkEngine engine(StateStore store, FakeKernel kernel, Path root) {
        return engine(store, kernel, root, ContainerNames.silent());
    }

    static NetworkEngine engine(StateStore store, FakeKernel kernel, Path root, ContainerNames names) {
        return new NetworkEngine(
                new NetworkEngine.Foundation(store, kernel, settings(), "engine", "boot-1", root, names));
    }
}
