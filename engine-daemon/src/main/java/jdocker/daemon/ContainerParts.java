package jdocker.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import jdocker.api.Ulimit;
import jdocker.cgroups.CgroupException;
import jdocker.cgroups.CgroupVersion;
import jdocker.cgroups.Cgroups;
import jdocker.daemon.config.DaemonConfig;
import jdocker.daemon.container.Container;
import jdocker.daemon.container.ContainerDefaults;
import jdocker.daemon.container.ContainerEngine;
import jdocker.daemon.container.ContainerImage;
import jdocker.daemon.container.DnsDefaults;
import jdocker.daemon.container.ImageCatalog;
import jdocker.daemon.container.ImageCommit;
import jdocker.daemon.container.KernelRuntime;
import jdocker.daemon.container.OverlayRoots;
import jdocker.daemon.container.SecurityDefaults;
import jdocker.daemon.error.EngineException;
import jdocker.daemon.http.EventLoops;
import jdocker.daemon.http.Lane;
import jdocker.daemon.http.Lanes;
import jdocker.daemon.image.Image;
import jdocker.daemon.image.ImageCommitting;
import jdocker.daemon.image.ImageEngine;
import jdocker.daemon.network.NetworkEngine;
import jdocker.daemon.state.Snapshot;
import jdocker.daemon.state.StateStore;
import jdocker.daemon.system.EngineInfo;
import jdocker.kernel.Kernel;
import jdocker.oci.DefaultSpec;
import jdocker.oci.HostFacts;
import jdocker.runtime.AppArmor;
import jdocker.runtime.ContainerRuntime;
import jdocker.runtime.ShimImage;
import jdocker.storage.LayerStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Containers and what they stand on, wired: runtime and shim, roots, images. */
final class ContainerParts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerParts.class);
    private static final String SHIM = "jdocker.shim";

    private final Deque<Part> parts = new ArrayDeque<>();
    private final ContainerEngine containers;
    private final CgroupChoice choice;
    private final SecurityDefaults security;
    private final boolean liveRestore;
    private final Duration shutdownTimeout;

    /** What the rest of the engine gives. */
    record Ground(
            Kernel kernel,
            DaemonConfig settings,
            StateStore store,
            LayerStore layers,
            ImageEngine images,
            NetworkEngine networks,
            EventLoops loops,
            Lanes lanes) {}

    ContainerParts(Ground ground) {
        DaemonConfig settings = ground.settings();
        liveRestore = settings.service().liveRestore();
        shutdownTimeout = settings.service().shutdownTimeout();
        HostFacts host = HostFacts.read();
        Cgroups cgroups = Cgroups.detect(ground.kernel());
        choice = CgroupChoice.of(
                settings.containers().cgroupDriver(),
                settings.containers().cgroupParent(),
                CgroupChoice.Host.detect(cgroups.version() == CgroupVersion.UNIFIED));
        ShimImage shim = ShimImage.load(ground.kernel(), shimProgram());
        parts.push(shim::close);
        ContainerRuntime runtime = new ContainerRuntime(
                ground.kernel(),
                cgroups,
                host,
                shim,
                Optional.of(settings.roots().data().resolve("seccomp")));
        parts.push(runtime::close);
        Lanes lanes = ground.lanes();
        lanes.execute(Lane.WORK, () -> runtime.warmUp(DefaultSpec.of(host)));
        security = security(settings.containers(), AppArmor.of(ground.kernel()));
        lanes.execute(Lane.WORK, () -> loadProfile(security.appArmor()));
        lanes.execute(Lane.WORK, () -> makeReady(cgroups, choice.parent()));
        containers = new ContainerEngine(new ContainerEngine.Foundation(
                ground.store(),
                new Catalog(ground.images()),
                new OverlayRoots(ground.layers(), ground.kernel()),
                new KernelRuntime(
                        ground.kernel(),
                        runtime,
                        cgroups,
                        settings.roots().exec(),
                        new Parents(ground.store(), choice.parent())),
                ground.networks(),
                settings.roots().data(),
                defaults(settings, choice, cgroups, security),
                new DnsDefaults(
                        settings.dns().servers(),
                        settings.dns().search(),
                        settings.dns().options()),
                host,
                task -> lanes.execute(Lane.WORK, task),
                () -> ground.loops().group().next()));
        parts.push(containers::close);
    }

    /** What closes without a word. */
    private interface Part {
        void close();
    }

    private static Path shimProgram() {
        String path = System.getProperty(SHIM);
        if (path == null) {
            throw new StartFailure("the shim is not known: start the daemon by its launcher, or set -D" + SHIM);
        }
        return Path.of(path);
    }

    private static SecurityDefaults security(DaemonConfig.ContainerDefaults settings, AppArmor appArmor) {
        String profile = settings.seccompProfile();
        boolean isFile = !Set.of("", "builtin", "unconfined").contains(profile);
        try {
            return isFile
                    ? SecurityDefaults.withProfile(
                            settings.noNewPrivileges(), Files.readString(Path.of(profile)), appArmor)
                    : new SecurityDefaults(settings.noNewPrivileges(), profile, appArmor);
        } catch (IOException e) {
            throw new StartFailure("cannot read the seccomp-profile " + profile + ": " + e);
        } catch (EngineException e) {
            throw new StartFailure("the seccomp-profile " + profile + " is none: " + e.getMessage());
        }
    }

    /** Ahead of the first start that needs it, which would say why it is not there. */
    private static void loadProfile(AppArmor appArmor) {
        try {
            appArmor.ensureDefault();
        } catch (IllegalArgumentException e) {
            LOG.warn("{}", e.getMessage());
        }
    }

    private static void makeReady(Cgroups cgroups, String parent) {
        try {
            cgroups.makeReady(parent);
        } catch (CgroupException e) {
            LOG.warn("no container can be started: {}", e.getMessage());
        }
    }

    private static ContainerDefaults defaults(
            DaemonConfig settings, CgroupChoice choice, Cgroups cgroups, SecurityDefaults security) {
        DaemonConfig.ContainerDefaults own = settings.containers();
        List<Ulimit> ulimits = own.ulimits().entrySet().stream()
                .map(e ->
                        new Ulimit(e.getKey(), e.getValue().hard(), e.getValue().soft()))
                .toList();
        return new ContainerDefaults(
                own.shmSize(),
                own.ipcMode(),
                own.cgroupnsMode(),
                own.logDriver(),
                own.logOptions(),
                ulimits,
                own.init(),
                choice.parent(),
                cgroups.version() == CgroupVersion.UNIFIED,
                cgroups.features(),
                security);
    }

    /** How containers are confined here, for /info. */
    EngineInfo.Isolation isolation() {
        return new EngineInfo.Isolation(
                choice.driver().name().toLowerCase(Locale.ROOT),
                security.appArmor().enabled());
    }

    ContainerEngine containers() {
        return containers;
    }

    /** Each container's cgroup is where its row says; the daemon's parent is where those without a row are. */
    private record Parents(StateStore store, String standard) implements KernelRuntime.CgroupParents {
        @Override
        public String of(String containerId) {
            return store.snapshot()
                    .get(Container.ALL, containerId)
                    .map(c -> c.hostConfig().cgroupParent())
                    .filter(parent -> !parent.isEmpty())
                    .orElse(standard);
        }

        @Override
        public Set<String> all() {
            var all = new HashSet<String>();
            all.add(standard);
            return all;
        }
    }

    private record Catalog(ImageEngine images) implements ImageCatalog {
        @Override
        public Optional<ContainerImage> find(String reference) {
            return images.find(reference)
                    .map(image -> new ContainerImage(
                            image.id(), Optional.ofNullable(image.topLayer()), images.config(image)));
        }

        @Override
        public String familiar(String reference) {
            return ImageEngine.familiar(reference);
        }

        @Override
        public long size(String imageId) {
            return images.size(imageId);
        }

        @Override
        public boolean exists(Snapshot state, String imageId) {
            return state.get(Image.ALL, imageId).isPresent();
        }

        @Override
        public String commit(ImageCommit commit) {
            return images.commit(new ImageCommitting.Source(
                    commit.containerId(),
                    commit.parentImage(),
                    commit.topLayer(),
                    commit.container(),
                    commit.wanted(),
                    ImageEngine.name(commit.repository(), commit.tag()),
                    commit.author(),
                    commit.comment(),
                    commit.changes()));
        }

        @Override
        public void releaseLayers(String topLayer) {
            images.releaseLayers(topLayer);
        }
    }

    /** Containers go on, unless it was decided otherwise. */
    @Override
    public void close() {
        if (!liveRestore) {
            containers.stopAll(shutdownTimeout);
        }
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
    }
}
