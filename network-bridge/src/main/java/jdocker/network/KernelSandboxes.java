package jdocker.network;

import java.nio.file.Path;
import java.util.Optional;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.MadeAhead;
import jdocker.kernel.NamespaceKind;
import jdocker.kernel.netlink.RouteNetlink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link Sandboxes} in the running kernel. */
final class KernelSandboxes implements Sandboxes, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KernelSandboxes.class);
    private static final int POOLED = 4;

    private final Kernel kernel;
    private final RouteNetlink host;
    private final Instance instance;
    private final Fd hostNamespace;
    private final NamespaceFiles files;
    private final MadeAhead<Prepared> pool;

    KernelSandboxes(Kernel kernel, RouteNetlink host, Instance instance, Path directory) {
        this.kernel = kernel;
        this.host = host;
        this.instance = instance;
        this.hostNamespace = kernel.namespaces().current(NamespaceKind.NETWORK);
        this.files = new NamespaceFiles(kernel, directory);
        this.pool = new MadeAhead<>(new MadeAhead.Recipe<>(
                "sandbox-pool",
                POOLED,
                this::prepare,
                this::discard,
                e -> log.warn("no network namespaces are made ahead: {}", e.getMessage())));
    }

    /** Begins to make some ahead. */
    void start() {
        pool.start();
    }

    NamespaceFiles files() {
        return files;
    }

    private Prepared prepare() {
        Prepared made = Prepared.make(kernel, hostNamespace, instance);
        try {
            files.keep(made.id(), made.namespace());
            return made;
        } catch (RuntimeException e) {
            made.discard();
            throw e;
        }
    }

    private void discard(Prepared prepared) {
        prepared.discard();
        files.release(prepared.id());
    }

    @Override
    public Sandbox create() {
        start();
        Prepared prepared = pool.take().orElseGet(this::prepare);
        return new KernelSandbox(kernel, host, instance, files, prepared);
    }

    @Override
    public Optional<Sandbox> open(String id) {
        return reopen(id).map(sandbox -> sandbox);
    }

    Optional<KernelSandbox> reopen(String id) {
        return files.open(id).map(namespace -> {
            namespace.close();
            return new KernelSandbox(kernel, host, instance, files, id);
        });
    }

    @Override
    public void close() {
        pool.close();
        hostNamespace.close();
    }
}
