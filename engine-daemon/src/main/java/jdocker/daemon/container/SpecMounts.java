package jdocker.daemon.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import jdocker.api.DeviceMapping;
import jdocker.api.HostConfig;
import jdocker.api.MountPoint;
import jdocker.api.MountSpec;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.oci.DefaultSpec;
import jdocker.oci.LinuxDevice;
import jdocker.oci.LinuxDeviceCgroup;
import jdocker.oci.OciMount;
import org.jspecify.annotations.Nullable;

/** A container's mounts and devices in OCI's terms. */
final class SpecMounts {
    private static final Set<String> SHARED = Set.of("shared", "rshared");
    private static final Set<String> SLAVE = Set.of("slave", "rslave");
    private static final List<List<String>> OPPOSITES = List.of(
            List.of("exec", "noexec"),
            List.of("suid", "nosuid"),
            List.of("dev", "nodev"),
            List.of("rw", "ro"),
            List.of("atime", "noatime"),
            List.of("diratime", "nodiratime"));

    private final ContainerFiles files;
    private final Function<String, Container> containers;

    /**
     * @param containers finds a container whose network is shared, or throws
     */
    SpecMounts(ContainerFiles files, Function<String, Container> containers) {
        this.files = files;
        this.containers = containers;
    }

    /** The default mounts, changed as the container wants, then its own from the outside inwards. */
    List<OciMount> of(Container c, List<OciMount> defaults) {
        HostConfig host = c.hostConfig();
        var mounts = new LinkedHashMap<String, OciMount>();
        for (OciMount mount : defaults) {
            if (mount.destination().equals("/dev/shm")) {
                sharedMemory(host).ifPresent(m -> mounts.put("/dev/shm", m));
            } else {
                mounts.put(mount.destination(), mount);
            }
        }
        // Who shares a network shares what its owner knows of it.
        String owner = HostConfigRules.otherContainer(host.networkMode())
                .map(name -> containers.apply(name).id())
                .orElse(c.id());
        own(mounts, files.resolvConf(owner), "/etc/resolv.conf", host);
        own(mounts, files.hostname(owner), "/etc/hostname", host);
        own(mounts, files.hosts(owner), "/etc/hosts", host);
        var wanted = new ArrayList<OciMount>();
        c.mounts().forEach(point -> wanted.add(point(c, point)));
        if (host.tmpfs() != null) {
            host.tmpfs().forEach((target, options) -> wanted.add(tmpfs(MountRules.clean(target), options)));
        }
        wanted.sort(Comparator.comparingInt(m -> Path.of(m.destination()).getNameCount()));
        for (OciMount mount : wanted) {
            mounts.remove(mount.destination());
            mounts.put(mount.destination(), mount);
        }
        return List.copyOf(mounts.values());
    }

    private static Optional<OciMount> sharedMemory(HostConfig host) {
        return switch (host.ipcMode()) {
            case "host" -> Optional.of(bind("/dev/shm", "/dev/shm", true, "rprivate", true));
            case "none" -> Optional.empty();
            default -> Optional.of(DefaultSpec.sharedMemory(host.shmSize()));
        };
    }

    private static void own(Map<String, OciMount> mounts, Path source, String target, HostConfig host) {
        mounts.put(target, bind(source.toString(), target, !host.readonlyRootfs(), "rprivate", true));
    }

    private static OciMount bind(
            String source, String target, boolean writable, String propagation, boolean recursive) {
        var options = new ArrayList<String>();
        options.add(recursive ? "rbind" : "bind");
        options.add(writable ? "rw" : "ro");
        options.add(propagation.isEmpty() ? "rprivate" : propagation);
        return new OciMount(target, "bind", source, options, List.of(), List.of());
    }

    private static OciMount point(Container c, MountPoint p) {
        MountSpec spec = HostConfigRules.listOf(c.hostConfig().mounts()).stream()
                .filter(m -> MountRules.clean(m.target()).equals(p.destination()))
                .findFirst()
                .orElse(null);
        if (p.type().equals("tmpfs")) {
            return tmpfs(p.destination(), tmpfsOptions(spec, p.rw()));
        }
        boolean recursive = spec == null
                || spec.bindOptions() == null
                || !spec.bindOptions().nonRecursive();
        return bind(p.source(), p.destination(), p.rw(), p.propagation(), recursive);
    }

    private static String tmpfsOptions(@Nullable MountSpec spec, boolean writable) {
        var options = new ArrayList<String>();
        if (!writable) {
            options.add("ro");
        }
        MountSpec.TmpfsOptions wanted = spec == null ? null : spec.tmpfsOptions();
        if (wanted != null && wanted.mode() != 0) {
            options.add("mode=" + Integer.toOctalString(wanted.mode()));
        }
        if (wanted != null && wanted.sizeBytes() != 0) {
            options.add("size=" + wanted.sizeBytes());
        }
        if (wanted != null && wanted.options() != null) {
            wanted.options().forEach(pair -> options.add(String.join("=", pair)));
        }
        return String.join(",", options);
    }

    private static OciMount tmpfs(String target, @Nullable String text) {
        var options = new ArrayList<>(List.of("noexec", "nosuid", "nodev"));
        for (String option : text == null || text.isEmpty() ? new String[0] : text.split(",")) {
            for (List<String> pair : OPPOSITES) {
                if (pair.contains(option)) {
                    options.removeAll(pair);
                }
            }
            options.add(option);
        }
        return new OciMount(target, "tmpfs", "tmpfs", options, List.of(), List.of());
    }

    /** What the root must let through so that the binds' propagation works; null for nothing. */
    @Nullable
    String propagation(Container c) {
        if (c.mounts().stream().anyMatch(m -> SHARED.contains(m.propagation()))) {
            return "shared";
        }
        return c.mounts().stream().anyMatch(m -> SLAVE.contains(m.propagation())) ? "rslave" : null;
    }

    /**
     * The devices that were asked for; all of the host's for a privileged container.
     *
     * @throws InvalidRequest when one does not exist
     */
    SpecResources.Devices devices(HostConfig host) {
        var nodes = new ArrayList<LinuxDevice>();
        var rules = new ArrayList<LinuxDeviceCgroup>();
        if (host.privileged()) {
            nodes.addAll(HostDevices.below(Path.of("/dev"), "/dev"));
        }
        for (DeviceMapping mapping : host.devices()) {
            String access = access(mapping);
            for (LinuxDevice device : mapped(mapping)) {
                nodes.removeIf(other -> other.path().equals(device.path()));
                nodes.add(device);
                rules.add(new LinuxDeviceCgroup(true, device.type(), device.major(), device.minor(), access));
            }
        }
        HostConfigRules.listOf(host.deviceCgroupRules()).forEach(rule -> rules.add(rule(rule)));
        return new SpecResources.Devices(nodes, rules);
    }

    /** What may be done with a device: some of {@code rwm}. */
    static String access(DeviceMapping mapping) {
        String access = mapping.cgroupPermissions().isEmpty() ? "rwm" : mapping.cgroupPermissions();
        if (!access.chars().allMatch(a -> "rwm".indexOf(a) >= 0)) {
            throw new InvalidRequest("invalid device permissions \"" + access + "\" for " + mapping.pathOnHost());
        }
        return access;
    }

    private static List<LinuxDevice> mapped(DeviceMapping mapping) {
        Path path = Path.of(mapping.pathOnHost());
        String inside = mapping.pathInContainer().isEmpty() ? mapping.pathOnHost() : mapping.pathInContainer();
        String problem = "error gathering device information while adding custom device \"" + path + "\": ";
        if (!Files.exists(path)) {
            throw new InvalidRequest(problem + "no such file or directory");
        }
        if (Files.isDirectory(path)) {
            return HostDevices.below(path, inside);
        }
        try {
            return List.of(HostDevices.read(path, inside)
                    .orElseThrow(() -> new InvalidRequest(problem + "not a device node")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads {@code c 1:3 mr}. */
    static LinuxDeviceCgroup rule(String text) {
        String[] parts = text.split("[ :]", -1);
        boolean good = parts.length == 4
                && Set.of("a", "b", "c").contains(parts[0])
                && parts[1].matches("\\*|[0-9]{1,9}")
                && parts[2].matches("\\*|[0-9]{1,9}")
                && parts[3].matches("[rwm]{1,3}");
        if (!good) {
            throw new InvalidRequest("invalid device cgroup rule format: '" + text + "'");
        }
        return new LinuxDeviceCgroup(true, parts[0], number(parts[1]), number(parts[2]), parts[3]);
    }

    private static @Nullable Long number(String text) {
        return text.equals("*") ? null : Long.valueOf(text);
    }
}
