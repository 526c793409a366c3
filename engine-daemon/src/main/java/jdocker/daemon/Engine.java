package jdocker.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import jdocker.api.ContainerSummary;
import jdocker.api.DiskUsage;
import jdocker.api.ImageSummary;
import jdocker.daemon.config.DaemonConfig;
import jdocker.daemon.config.DaemonConfig.Host;
import jdocker.daemon.config.LiveConfig;
import jdocker.daemon.container.ContainerEngine;
import jdocker.daemon.container.ContainerImageUsers;
import jdocker.daemon.event.Event;
import jdocker.daemon.http.EventLoops;
import jdocker.daemon.http.HttpServer;
import jdocker.daemon.http.Lanes;
import jdocker.daemon.http.Listener;
import jdocker.daemon.http.Router;
import jdocker.daemon.image.ImageCareRoutes;
import jdocker.daemon.image.ImageCreationRoutes;
import jdocker.daemon.image.ImageEngine;
import jdocker.daemon.image.ImageRegistries;
import jdocker.daemon.image.ImageRoutes;
import jdocker.daemon.image.RegistryRoutes;
import jdocker.daemon.network.ContainerNames;
import jdocker.daemon.network.NetworkEngine;
import jdocker.daemon.state.Collection;
import jdocker.daemon.state.Durability;
import jdocker.daemon.state.StateStore;
import jdocker.daemon.system.ApiCatalogue;
import jdocker.daemon.system.DiskUsageRoutes;
import jdocker.daemon.system.EngineInfo;
import jdocker.daemon.system.EngineVersion;
import jdocker.daemon.system.ObjectCounts;
import jdocker.daemon.system.SystemRoutes;
import jdocker.image.BlobStore;
import jdocker.kernel.Kernel;
import jdocker.network.BridgeNetworks;
import jdocker.network.KernelNetworks;
import jdocker.network.NetworkOptions;
import jdocker.network.dns.DnsServer;
import jdocker.network.dns.NameIndex;
import jdocker.storage.LayerStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole engine, wired by hand: made from the bottom up, closed from the top down. */
final class Engine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final Duration HEAD_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_CONNECTIONS = 4096;

    /** What outlives the daemon about the engine itself. */
    record Identity(String id) {}

    private static final Collection<Identity> IDENTITY = new Collection<>("engine", Identity.class);

    private final LiveConfig config;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final StateStore store;
    private final ImageEngine images;
    private final ImageRegistries registries;
    private final ContainerEngine containers;
    private final HttpServer server;
    private final Lanes lanes;

    private Engine(LiveConfig liveConfig, Systemd systemd, Warmup warmup) {
        config = liveConfig;
        DaemonConfig settings = config.get();
        try {
            Kernel kernel = warmup.kernel();
            kernel.control().dumpable(false); // no process of a container may read our memory
            part(RootLock.take(kernel, settings.roots().data(), "rwx--x---"));
            part(RootLock.take(kernel, settings.roots().exec(), "rwx--x--x"));
            store = part(StateStore.open(settings.roots().data().resolve("state.db")));
            EventLoops loops = part(warmup.eventLoops());
            lanes = part(new Lanes());
            Router router = new Router();

            LayerStore layers = part(LayerStore.open(settings.roots().data(), kernel));
            images = new ImageEngine(
                    store,
                    layers,
                    BlobStore.open(settings.roots().data()),
                    new ContainerImageUsers(),
                    Registries.keepBlobs(settings));
            NameIndex names = new NameIndex();
            DnsServer resolver = part(DnsServer.start(kernel, names, Path.of("/etc/resolv.conf")));
            NetworkEngine networks = part(new NetworkEngine(new NetworkEngine.Foundation(
                    store,
                    bridges(kernel, settings),
                    settings.networks(),
                    identity(),
                    kernel.processes().bootId(),
                    Path.of("/"),
                    ContainerNames.answeredBy(resolver, names))));
            registries = part(Registries.open(images, settings));
            var registryRoutes = new RegistryRoutes(registries);
            registryRoutes.addTo(router);
            new ImageCareRoutes(images, registries::removeRemains).addTo(router);
            new ImageRoutes(images).addTo(router);
            new ImageCreationRoutes(images, registryRoutes::pull, registries::download).addTo(router);
            ContainerParts containerParts = part(new ContainerParts(
                    new ContainerParts.Ground(kernel, settings, store, layers, images, networks, loops, lanes)));
            containers = containerParts.containers();
            containers.recover();
            containers.addRoutes(router);
            images.cleanUp(); // once it is known what containers stand on

            EngineInfo info = new EngineInfo(
                    identity(), config, this::counts, store.events(), Path.of("/"), containerParts.isolation());
            new SystemRoutes(info, store.events()).addTo(router);
            new DiskUsageRoutes(new Usage(images, containers)).addTo(router);
            ApiCatalogue.addMissing(router);

            server = part(new HttpServer(
                    router,
                    lanes,
                    new HttpServer.Settings(
                            EngineVersion.product(),
                            settings.service().experimental(),
                            HEAD_TIMEOUT,
                            MAX_CONNECTIONS,
                            STOP_TIMEOUT)));
            listen(settings, loops, systemd.descriptors());
            part(pidFile(settings.service().pidFile()));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Starts everything; requests are served when this returns.
     *
     * @throws RuntimeException saying what stands against it; nothing is left behind then
     */
    static Engine start(LiveConfig config, Systemd systemd, Warmup warmup) {
        return new Engine(config, systemd, warmup);
    }

    private static BridgeNetworks bridges(Kernel kernel, DaemonConfig settings) {
        DaemonConfig.Networks.Kernel wanted = settings.networks().kernel();
        var options = new NetworkOptions(
                settings.roots().exec(),
                wanted.iptables(),
                wanted.ip6tables(),
                wanted.ipForward(),
                wanted.forwardDrop(),
                wanted.userlandProxy(),
                wanted.allowDirectRouting());
        return KernelNetworks.open(kernel, options);
    }

    private <T extends AutoCloseable> T part(T part) {
        parts.push(part);
        return part;
    }

    /** Made at the first start and kept: clients tell engines apart by it. */
    private String identity() {
        return store.snapshot()
                .get(IDENTITY, "identity")
                .orElseGet(() -> store.write(Durability.FULL, tx -> {
                    var made = new Identity(UUID.randomUUID().toString());
                    tx.put(IDENTITY, "identity", made);
                    return made;
                }))
                .id();
    }

    private ObjectCounts counts() {
        Map<String, Integer> counts = containers.counts();
        return new ObjectCounts(
                counts.getOrDefault("running", 0),
                counts.getOrDefault("paused", 0),
                counts.getOrDefault("stopped", 0),
                images.count());
    }

    private void listen(DaemonConfig settings, EventLoops loops, List<Integer> descriptors) {
        for (Host host : settings.service().hosts()) {
            switch (host) {
                case Host.Unix(Path path) -> {
                    part(Listener.bind(
                            server, loops, path, group(settings.service().group())));
                    LOG.info("API listens on unix://{}", path);
                }
                case Host.Activated(Optional<Integer> wanted) -> {
                    List<Integer> taken = descriptors.stream()
                            .filter(fd -> wanted.isEmpty() || wanted.get().equals(fd))
                            .toList();
                    if (taken.isEmpty()) {
                        throw new StartFailure("no sockets found via socket activation: make sure that systemd"
                                + " started the daemon, by a socket unit");
                    }
                    taken.forEach(fd -> part(Listener.adopt(server, loops, fd)));
                    LOG.info("API listens on {} socket(s) of systemd", taken.size());
                }
            }
        }
    }

    private static Optional<GroupPrincipal> group(String name) {
        if (name.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByGroupName(name));
        } catch (IOException e) {
            LOG.warn("there is no group '{}': only root may use the socket", name);
            return Optional.empty();
        }
    }

    private static AutoCloseable pidFile(Path file) {
        try {
            Files.writeString(file, ProcessHandle.current().pid() + "\n", StandardCharsets.US_ASCII);
            return () -> Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the pid file " + file + ": " + e, e);
        }
    }

    private record Usage(ImageEngine engine, ContainerEngine owner) implements DiskUsageRoutes.Source {
        @Override
        public long layersSize() {
            return engine.layersSize();
        }

        @Override
        public List<ImageSummary> images() {
            return engine.usage();
        }

        @Override
        public List<ContainerSummary> containers() {
            return owner.usage();
        }

        @Override
        public List<DiskUsage.VolumeUsage> volumes() {
            return owner.volumeUsage();
        }
    }

    /** SIGHUP: takes over what can change. */
    void reload() {
        try {
            List<String> later = config.reload();
            DaemonLog.configure(config.get().log());
            Registries.configure(registries, config.get());
            store.write(Durability.NORMAL, tx -> {
                tx.append(Event.now("daemon", "reload", identity(), Map.of()));
                return true;
            });
            LOG.info(
                    "configuration read again{}",
                    later.isEmpty() ? "" : "; needs a restart: " + String.join(", ", later));
        } catch (Exception e) {
            LOG.error("configuration not read again: {}", e.getMessage());
        }
    }

    /** SIGUSR1: what everything is doing, into the exec root. */
    void dump() {
        StateDump.write(
                config.get().roots().exec(),
                Map.of(
                        "connections", server.connections(),
                        "busy workers", lanes.busy(),
                        "waiting for a worker", lanes.waiting(),
                        "event readers", store.events().readers(),
                        "last event", store.events().last()));
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.error("closing {}", part.getClass().getSimpleName(), e);
            }
        }
    }
}
