package jdocker.daemon.container;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import jdocker.api.ContainerConfig;
import jdocker.api.ContainerCreateRequest;
import jdocker.api.ContainerCreated;
import jdocker.api.EndpointSettings;
import jdocker.api.HostConfig;
import jdocker.api.MountPoint;
import jdocker.daemon.error.EngineException.Conflict;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.error.EngineException.NotFound;
import jdocker.daemon.error.Undo;
import jdocker.daemon.http.ApiVersion;
import jdocker.daemon.network.EndpointRules;
import jdocker.daemon.network.Network;
import jdocker.daemon.network.Networks;
import jdocker.daemon.state.Durability;
import jdocker.daemon.state.Snapshot;
import jdocker.daemon.state.StateStore;
import jdocker.daemon.state.Transaction;
import jdocker.oci.RunConfig;
import org.jspecify.annotations.Nullable;

/** Makes containers: checks what is asked for, makes the files, then the row. */
final class Creation {
    private static final int ID_BYTES = 32;

    private final StateStore store;
    private final ImageCatalog images;
    private final RootFileSystems roots;
    private final ContainerFiles files;
    private final VolumeDirectories volumes;
    private final Containers containers;
    private final HostDefaults defaults;
    private final RandomGenerator random;
    private final NameGenerator names;

    Creation(
            StateStore store,
            ImageCatalog images,
            RootFileSystems roots,
            ContainerFiles files,
            VolumeDirectories volumes,
            HostDefaults defaults,
            RandomGenerator random) {
        this.store = store;
        this.images = images;
        this.roots = roots;
        this.files = files;
        this.volumes = volumes;
        this.containers = new Containers(store);
        this.defaults = defaults;
        this.random = random;
        this.names = new NameGenerator(random);
    }

    /**
     * @param name what to call it; empty draws a name
     * @param platform {@code os[/architecture[/variant]]}, or empty
     * @throws NotFound when there is no such image
     * @throws Conflict when the name is taken
     */
    ContainerCreated create(ApiVersion version, String name, String platform, ContainerCreateRequest request) {
        String wanted = name.isEmpty() ? "" : ContainerName.of(name);
        HostConfig asked = request.hostConfig() == null ? HostConfig.empty() : request.hostConfig();
        HostConfigRules.check(request.config(), asked);
        Optional<ContainerImage> image = image(request.config().image(), platform);
        @Nullable RunConfig imageConfig = image.map(i -> i.config().config()).orElse(null);
        ContainerConfig merged = ConfigMerge.merge(request.config(), imageConfig);
        var warnings = new ArrayList<String>();
        String id = newId();
        HostConfig host = defaults.apply(asked, merged, warnings);
        ContainerConfig config = defaults.apply(merged, host, id, warnings);
        checkLinks(host);
        HostConfigRules.check(merged, host); // what the image and the defaults have added included
        List<MountPoint> mounts = MountRules.resolve(config, host, volumes, containers::resolve);
        var container = new Container(
                id,
                wanted,
                Instant.now(),
                image.map(ContainerImage::id).orElse(""),
                image.flatMap(ContainerImage::topLayer).orElse(null),
                config,
                host,
                mounts,
                networks(version, config, host, request),
                ContainerState.Created.FRESH,
                0,
                false);
        make(container);
        return new ContainerCreated(id, warnings);
    }

    private Optional<ContainerImage> image(String reference, String platform) {
        if (reference.isEmpty()) {
            throw new InvalidRequest("config.Image cannot be empty: a container needs an image");
        }
        ContainerImage image =
                images.find(reference).orElseThrow(() -> new NotFound("No such image: " + images.familiar(reference)));
        if (!platform.isEmpty() && !Platforms.matches(platform, image.config())) {
            throw new NotFound("image with reference " + reference + " was found but does not provide the specified"
                    + " platform (" + platform + ")");
        }
        return Optional.of(image);
    }

    private void make(Container container) {
        try (var undo = new Undo()) {
            undo.add(() -> roots.remove(container.id()));
            roots.prepare(container.id(), Optional.ofNullable(container.topLayer()));
            undo.add(() -> files.delete(container.id()));
            files.create(container);
            for (MountPoint mount : container.mounts()) {
                if (mount.type().equals("volume")) {
                    boolean made = volumes.create(mount.name());
                    if (made && MountRules.isAnonymous(container, mount)) {
                        undo.add(() -> volumes.delete(mount.name()));
                    }
                }
            }
            // The row comes last: what has none is swept away by the next start of the daemon.
            store.write(Durability.FULL, transaction -> {
                if (!images.exists(transaction, container.imageId())) {
                    throw new NotFound("No such image: "
                            + images.familiar(container.config().image()));
                }
                Container named = named(container, transaction);
                transaction.put(Container.ALL, named.id(), named);
                transaction.append(ContainerEvents.of(named, "create"));
                return named;
            });
            undo.forget();
        }
    }

    private Container named(Container container, Transaction transaction) {
        if (container.name().isEmpty()) {
            return container.renamed(
                    names.next(name -> Containers.named(transaction, name).isPresent()));
        }
        checkFree(container.name(), transaction);
        return container;
    }

    /**
     * @throws Conflict when a container has this name
     */
    static void checkFree(String name, Transaction transaction) {
        Containers.named(transaction, name).ifPresent(owner -> {
            throw new Conflict("Conflict. The container name \"/" + name + "\" is already in use by container \""
                    + owner.id() + "\". You have to remove (or rename) that container to be able to reuse that name.");
        });
    }

    // An id of digits alone could be taken for a number; Docker draws again too.
    private String newId() {
        while (true) {
            byte[] bytes = new byte[ID_BYTES];
            random.nextBytes(bytes);
            String id = HexFormat.of().formatHex(bytes);
            if (!id.substring(0, 12).chars().allMatch(c -> c >= '0' && c <= '9')) {
                return id;
            }
        }
    }

    /** What is asked for, by network; the network mode's own when nothing is said. */
    private Map<String, EndpointSettings> networks(
            ApiVersion version, ContainerConfig config, HostConfig host, ContainerCreateRequest request) {
        if (HostConfigRules.otherContainer(host.networkMode()).isPresent()) {
            return Map.of();
        }
        Map<String, EndpointSettings> asked = request.networkingConfig() == null
                ? Map.of()
                : request.networkingConfig().endpointsConfig();
        if (asked.size() > 1 && !version.atLeast(1, 44)) {
            throw new InvalidRequest(
                    "Container cannot be connected to network endpoints: " + String.join(", ", asked.keySet()));
        }
        Snapshot state = store.snapshot();
        var networks = new TreeMap<String, EndpointSettings>();
        asked.forEach((name, settings) -> {
            String known = networkName(state, name);
            EndpointSettings wanted = settings == null ? EndpointSettings.empty() : settings;
            EndpointRules.check(known, Networks.find(state, known), wanted);
            networks.put(known, wanted);
        });
        String mode = networkName(state, host.networkMode());
        if (networks.isEmpty()) {
            networks.put(mode, EndpointSettings.empty());
        }
        EndpointSettings first = networks.get(mode);
        if (first != null
                && first.macAddress().isEmpty()
                && !config.macAddress().isEmpty()) {
            EndpointSettings withMac =
                    first.toBuilder().macAddress(config.macAddress()).build();
            EndpointRules.check(mode, Optional.empty(), withMac);
            networks.put(mode, withMac);
        }
        return networks;
    }

    // Networks are kept by name, as inspect shows them; what does not exist yet is looked for at the start.
    private static String networkName(Snapshot state, String reference) {
        String name = reference.equals("default") || reference.isEmpty() ? "bridge" : reference;
        return Networks.find(state, name).map(Network::name).orElse(name);
    }

    private void checkLinks(HostConfig host) {
        for (String link : HostConfigRules.listOf(host.links())) {
            String name = HostConfigRules.link(link).container();
            if (containers.find(name).isEmpty()) {
                throw new InvalidRequest("could not get container for " + name + ": No such container: " + name);
            }
        }
    }
}
