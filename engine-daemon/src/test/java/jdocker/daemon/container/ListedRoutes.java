package jdocker.daemon.container;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import jdocker.daemon.http.Router;
import jdocker.daemon.network.FakeKernel;
import jdocker.daemon.network.NetworkFakes;
import jdocker.oci.HostFacts;
import jdocker.oci.KernelVersion;

/** The routes of containers with nothing behind them: to be listed, not called. */
public final class ListedRoutes {
    private ListedRoutes() {}

    public static void addTo(Router router) {
        var foundation = new ContainerEngine.Foundation(
                null,
                new FakeImages(),
                new FakeRoots(),
                new FakeRuntime(),
                NetworkFakes.engine(null, new FakeKernel(), Path.of("/nowhere")),
                Path.of("/nowhere"),
                ContainerDefaults.DOCKER,
                DnsDefaults.NONE,
                new HostFacts("amd64", KernelVersion.parse("6.1.0"), Set.of(), List.of()),
                Runnable::run,
                () -> null);
        new ContainerEngine(foundation).addRoutes(router);
    }
}
