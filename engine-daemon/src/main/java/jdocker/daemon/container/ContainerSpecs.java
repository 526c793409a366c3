package jdocker.daemon.container;

import java.nio.file.Path;
import jdocker.daemon.container.RootFileSystems.MountedRoot;
import jdocker.daemon.network.ContainerSandbox;
import jdocker.daemon.state.StateStore;
import jdocker.oci.RuntimeSpec;

/** The specification that a container runs by, or would. */
final class ContainerSpecs {
    private final StateStore store;
    private final RootFileSystems roots;
    private final SpecBuilder specs;
    private final ContainerLocks locks;

    ContainerSpecs(StateStore store, RootFileSystems roots, SpecBuilder specs, ContainerLocks locks) {
        this.store = store;
        this.roots = roots;
        this.specs = specs;
        this.locks = locks;
    }

    // Names of users are looked up in the root, so it has to be there for a moment.
    RuntimeSpec of(Container c) {
        return locks.holding(c.id(), "reading the specification", () -> {
            boolean mounted = roots.isMounted(c.id());
            try (MountedRoot root = roots.mount(c.id())) {
                return specs.of(
                        c,
                        root.path(),
                        root.user(
                                c.config().user(),
                                HostConfigRules.listOf(c.hostConfig().groupAdd())),
                        store.snapshot().get(ContainerSandbox.ALL, c.id()).map(sandbox -> Path.of(sandbox.path())));
            } finally {
                if (!mounted) {
                    roots.unmount(c.id());
                }
            }
        });
    }
}
