package jdocker.daemon.container;

import io.netty.channel.EventLoop;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import jdocker.api.ContainerSummary;
import jdocker.api.DiskUsage;
import jdocker.daemon.http.Router;
import jdocker.daemon.network.NetworkEngine;
import jdocker.daemon.state.StateStore;
import jdocker.oci.HostFacts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything about containers, wired; what the rest of the daemon sees of it. */
public final class ContainerEngine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerEngine.class);
    private static final int END_THREADS = 16;
    private static final Duration LOCK_DEADLINE = Duration.ofMinutes(1);

    private static final Duration STATS_INTERVAL = Duration.ofSeconds(1);
    private static final Duration OTHER_BOOTS_AFTER = Duration.ofMinutes(1);

    private final StateStore store;
    private final Containers containers;
    private final ContainerLifecycle lifecycle;
    private final Recovery recovery;
    private final ContainerRoutes routes;
    private final StreamRoutes streams;
    private final ExecRoutes execs;
    private final StatsRoutes stats;
    private final ContainerUsage usage;
    private final ContainerFileRoutes fileRoutes;
    private final CommitRoutes commitRoutes;
    private final ReachRoutes reachRoutes;
    private final LinkRoutes linkRoutes;
    private final ContainerNetworks networks;
    private final NetworkEngine networkEngine;
    private final Restarts restarts;
    private final ExecutorService ends = endThreads();
    private final LogWatch watch = new LogWatch();

    /**
     * What containers stand on.
     *
     * @param work makes native calls and writes state; bounded
     * @param loops gives the event loop for a container's streams
     */
    public record Foundation(
            StateStore store,
            ImageCatalog images,
            RootFileSystems roots,
            ProcessRuntime runtime,
            NetworkEngine networks,
            Path dataRoot,
            ContainerDefaults defaults,
            DnsDefaults dns,
            HostFacts host,
            Executor work,
            Supplier<EventLoop> loops) {}

    public ContainerEngine(Foundation f) {
        store = f.store();
        containers = new Containers(store);
        var random = new SecureRandom();
        var etc = new EtcFiles(Path.of("/"), f.dns(), f.networks()::hostGateways);
        var files = new ContainerFiles(f.dataRoot().resolve("containers"), etc);
        var volumes = new VolumeDirectories(f.dataRoot().resolve("volumes"), random);
        var consoles = new Consoles(f.loops());
        var locks = new ContainerLocks(LOCK_DEADLINE);
        var waits = new ContainerWaits();
        networks = new ContainerNetworks(store, f.networks(), files, locks, consoles, f.runtime());
        networkEngine = f.networks();
        var networkViews = new NetworkViews(store);
        var specs = new SpecBuilder(
                f.host(),
                new SpecMounts(files, containers::resolve),
                new SharedNamespaces(containers::resolve, f.runtime()),
                f.defaults().security());
        var removal = new Removal(
                store, f.roots(), files, volumes, f.runtime(), consoles, waits, locks, f.images(), networks);
        var starter = new ContainerStart(store, f.roots(), files, volumes, specs, f.runtime(), consoles, networks);
        restarts = new Restarts(ends);
        var exits = new ContainerExits(
                store, locks, waits, consoles, f.runtime(), starter, removal, networks, restarts, ends);
        lifecycle = new ContainerLifecycle(
                store, locks, waits, f.runtime(), starter, removal, networks, restarts, exits, f.work());
        var executions = new Executions(store, f.roots(), specs, f.runtime(), consoles, ends, random);
        recovery = new Recovery(
                store, f.runtime(), f.roots(), files, consoles, locks, lifecycle, removal, executions, networks);
        var creation =
                new Creation(store, f.images(), f.roots(), files, volumes, new HostDefaults(f.defaults()), random);
        var views = new ContainerViews(
                files,
                f.roots()::graphData,
                networkViews,
                f.defaults().security().appArmor());
        ContainerSizes sizes = c -> sizes(f.roots(), f.images(), c);
        usage = new ContainerUsage(containers, views, sizes, f.dataRoot().resolve("volumes"));
        routes = new ContainerRoutes(
                containers,
                creation,
                lifecycle,
                views,
                new ContainerList(containers, f.images(), networkViews),
                sizes,
                new ProcessTable(f.runtime(), Path.of("/proc")),
                new ContainerSpecs(store, f.roots(), specs, locks),
                f.work());
        streams = new StreamRoutes(store, lifecycle, consoles, files, watch, f.work());
        execs = new ExecRoutes(executions);
        stats = new StatsRoutes(
                containers,
                new StatsSampler(f.runtime(), new HostUsage(Path.of("/proc"))),
                new ContainerUpdate(
                        store, containers, locks, f.runtime(), f.defaults().features()),
                f.work(),
                STATS_INTERVAL);
        fileRoutes = new ContainerFileRoutes(
                new ContainerCopies(store, f.roots(), locks, f.dataRoot().resolve("tmp")));
        linkRoutes = new LinkRoutes(networks);
        reachRoutes = new ReachRoutes(new Reach(store, f.networks().sandboxes(), Path.of("/proc")));
        commitRoutes = new CommitRoutes(new Commits(store, f.images(), lifecycle));
    }

    /** Ends and restarts wait for no client, however many of those keep the workers. */
    private static ExecutorService endThreads() {
        var threads = new ThreadPoolExecutor(
                END_THREADS,
                END_THREADS,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("ends-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    private static ContainerViews.Sizes sizes(RootFileSystems roots, ImageCatalog images, Container c) {
        long own = roots.size(c.id());
        return new ContainerViews.Sizes(own, own + (c.imageId().isEmpty() ? 0 : images.size(c.imageId())));
    }

    /** Takes over what a daemon before this one has left. Before the first request; makes native calls. */
    public void recover() {
        networkEngine.recover();
        recovery.run();
        networkEngine.sweep(id -> recovery.isMissed(id)
                || containers.get(id).filter(Container::isRunning).isPresent());
        lifecycle.startByPolicy();
        recovery.tryAgain(restarts);
        forgetOtherBoots();
    }

    private void forgetOtherBoots() {
        if (!networkEngine.forgetOtherBoots()) {
            restarts.schedule("networks of other boots", OTHER_BOOTS_AFTER, this::forgetOtherBoots);
        }
    }

    public void addRoutes(Router router) {
        routes.addTo(router);
        streams.addTo(router);
        execs.addTo(router);
        stats.addTo(router);
        fileRoutes.addTo(router);
        commitRoutes.addTo(router);
        reachRoutes.addTo(router);
        linkRoutes.addTo(router);
        networkEngine.addRoutes(router, networks);
    }

    /** All containers, with what they take of the disk. Walks their files. */
    public List<ContainerSummary> usage() {
        return usage.containers();
    }

    /** All volumes, likewise. */
    public List<DiskUsage.VolumeUsage> volumeUsage() {
        return usage.volumes();
    }

    /** How many containers are {@code running}, {@code paused} and {@code stopped}. */
    public Map<String, Integer> counts() {
        return ContainerList.counts(containers.all());
    }

    /** Stops every container, for a daemon that does not leave them running. Waits for as long as that takes. */
    public void stopAll(Duration patience) {
        restarts.close();
        var threads = containers.all().stream()
                .filter(Container::isRunning)
                .map(c -> Thread.ofVirtual().start(() -> stop(c, patience)))
                .toList();
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void stop(Container c, Duration patience) {
        try {
            lifecycle.stopWithDaemon(c, patience);
        } catch (RuntimeException e) {
            LOG.warn("cannot stop container {}", c.id(), e);
        }
    }

    @Override
    public void close() {
        restarts.close();
        watch.close();
        ends.shutdownNow();
    }
}
