package jdocker.daemon.container;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import jdocker.api.ContainerConfig;
import jdocker.api.HostConfig;
import jdocker.api.MountPoint;
import jdocker.api.MountSpec;
import jdocker.daemon.error.EngineException.InvalidRequest;

/**
 * From {@code -v}, {@code --mount}, {@code --volumes-from} and the image's volumes to the list of mounts that a
 * container has. Later sources never replace earlier ones: the same destination twice is an error, except that what was
 * asked for wins over {@code --volumes-from} and both over the image.
 */
final class MountRules {
    private static final Set<String> PROPAGATIONS =
            Set.of("shared", "rshared", "slave", "rslave", "private", "rprivate");

    private final VolumeDirectories volumes;
    private final Function<String, Container> containers;
    private final TreeMap<String, MountPoint> points = new TreeMap<>();

    private MountRules(VolumeDirectories volumes, Function<String, Container> containers) {
        this.volumes = volumes;
        this.containers = containers;
    }

    /**
     * Makes nothing; names for anonymous volumes are drawn.
     *
     * @param containers finds those of {@code --volumes-from}, or throws
     */
    static List<MountPoint> resolve(
            ContainerConfig config,
            HostConfig host,
            VolumeDirectories volumes,
            Function<String, Container> containers) {
        var rules = new MountRules(volumes, containers);
        HostConfigRules.listOf(host.binds()).forEach(rules::bind);
        HostConfigRules.listOf(host.mounts()).forEach(rules::mount);
        if (host.tmpfs() != null) {
            for (String target : host.tmpfs().keySet()) {
                String path = target(target, "--tmpfs " + target);
                if (rules.points.containsKey(path)) {
                    throw new InvalidRequest("Duplicate mount point: " + path);
                }
            }
        }
        HostConfigRules.listOf(host.volumesFrom()).forEach(rules::volumesFrom);
        if (config.volumes() != null) {
            for (String path : config.volumes().keySet()) {
                String target = target(path, path);
                boolean tmpfs = host.tmpfs() != null && host.tmpfs().containsKey(target);
                if (!rules.points.containsKey(target) && !tmpfs) {
                    rules.points.put(target, rules.volume(volumes.newName(), target, "", true));
                }
            }
        }
        return rules.points.values().stream()
                .sorted(Comparator.comparing(MountPoint::destination))
                .toList();
    }

    /** Whether a mount is of a volume that nobody has named: one to go with the container when volumes go. */
    static boolean isAnonymous(Container c, MountPoint mount) {
        String name = mount.name();
        return mount.type().equals("volume")
                && VolumeDirectories.isDrawn(name)
                && HostConfigRules.listOf(c.hostConfig().binds()).stream().noneMatch(b -> b.startsWith(name + ":"))
                && HostConfigRules.listOf(c.hostConfig().mounts()).stream()
                        .noneMatch(m -> m.source().equals(name));
    }

    private void add(MountPoint point) {
        if (points.putIfAbsent(point.destination(), point) != null) {
            throw new InvalidRequest("Duplicate mount point: " + point.destination());
        }
    }

    private void bind(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length > 3 || parts.length == 0 || List.of(parts).contains("")) {
            throw new InvalidRequest("invalid volume specification: '" + text + "'");
        }
        if (parts.length == 1) {
            add(volume(volumes.newName(), target(parts[0], text), "", true));
            return;
        }
        String source = parts[0];
        String target = target(parts[1], text);
        BindMode mode = BindMode.parse(parts.length == 3 ? parts[2] : "", text);
        if (source.startsWith("/")) {
            String propagation = mode.propagation().isEmpty() ? "rprivate" : mode.propagation();
            add(new MountPoint("bind", "", clean(source), target, "", mode.text(), mode.writable(), propagation));
        } else {
            checkVolumeName(source);
            add(volume(source, target, mode.text().isEmpty() ? "z" : mode.text(), mode.writable()));
        }
    }

    private MountPoint volume(String name, String target, String mode, boolean writable) {
        return new MountPoint("volume", name, volumes.data(name).toString(), target, "local", mode, writable, "");
    }

    private void mount(MountSpec spec) {
        String type = spec.type();
        String target = mountTarget(spec);
        boolean writable = !spec.readOnly();
        switch (type) {
            case "bind" -> add(bound(spec, target, writable));
            case "volume" -> add(namedVolume(spec, target, writable));
            case "tmpfs" -> {
                if (!spec.source().isEmpty()) {
                    throw invalid(type, "source must not be specified");
                }
                add(new MountPoint("tmpfs", "", "", target, "", "", writable, ""));
            }
            case "image", "cluster", "npipe" ->
                throw new InvalidRequest("mounts of type \"" + type + "\" are not supported by this engine yet");
            default -> throw invalid(type, "mount type unknown");
        }
    }

    private static MountPoint bound(MountSpec spec, String target, boolean writable) {
        if (spec.source().isEmpty()) {
            throw invalid("bind", "field Source must not be empty");
        }
        if (!spec.source().startsWith("/")) {
            throw invalid("bind", "invalid mount path: '" + spec.source() + "' mount path must be absolute");
        }
        MountSpec.BindOptions options = spec.bindOptions();
        String propagation = options == null || options.propagation().isEmpty() ? "rprivate" : options.propagation();
        if (!PROPAGATIONS.contains(propagation)) {
            throw invalid("bind", "invalid propagation mode: " + propagation);
        }
        boolean create = options != null && options.createMountpoint();
        if (!create && !Files.exists(Path.of(spec.source()))) {
            throw invalid("bind", "bind source path does not exist: " + spec.source());
        }
        return new MountPoint("bind", "", clean(spec.source()), target, "", "", writable, propagation);
    }

    private MountPoint namedVolume(MountSpec spec, String target, boolean writable) {
        MountSpec.VolumeOptions options = spec.volumeOptions();
        if (options != null && !options.subpath().isEmpty()) {
            throw new InvalidRequest("volume subpaths are not supported by this engine yet");
        }
        if (options != null
                && options.driverConfig() != null
                && !Set.of("", "local").contains(options.driverConfig().name())) {
            throw new InvalidRequest(
                    "volume driver \"" + options.driverConfig().name() + "\" is not supported by this engine");
        }
        if (options != null
                && options.driverConfig() != null
                && options.driverConfig().options() != null
                && !options.driverConfig().options().isEmpty()) {
            throw new InvalidRequest("options of volume drivers are not supported by this engine yet");
        }
        String name = spec.source().isEmpty() ? volumes.newName() : spec.source();
        checkVolumeName(name);
        return volume(name, target, "z", writable);
    }

    private void volumesFrom(String text) {
        int colon = text.indexOf(':');
        String mode = colon < 0 ? "" : text.substring(colon + 1);
        if (!Set.of("", "rw", "ro", "z", "Z").contains(mode)) {
            throw new InvalidRequest("invalid mode for volumes-from: " + mode);
        }
        Container other = containers.apply(colon < 0 ? text : text.substring(0, colon));
        for (MountPoint p : other.mounts()) {
            boolean writable = p.rw() && !mode.equals("ro");
            points.putIfAbsent(
                    p.destination(),
                    new MountPoint(
                            p.type(),
                            p.name(),
                            p.source(),
                            p.destination(),
                            p.driver(),
                            p.mode(),
                            writable,
                            p.propagation()));
        }
    }

    private static String mountTarget(MountSpec spec) {
        if (spec.target().isEmpty()) {
            throw invalid(spec.type(), "field Target must not be empty");
        }
        return target(spec.target(), "--mount target=" + spec.target());
    }

    private static String target(String path, String text) {
        if (path.indexOf(0) >= 0) {
            throw new InvalidRequest("invalid volume specification: NUL is not allowed");
        }
        if (!path.startsWith("/")) {
            throw new InvalidRequest("invalid volume specification: '" + text + "': invalid mount config for type "
                    + "\"bind\": invalid mount path: '" + path + "' mount path must be absolute");
        }
        String target = clean(path);
        if (target.equals("/")) {
            throw new InvalidRequest(
                    "invalid volume specification: '" + text + "': invalid specification: destination can't be '/'");
        }
        // What is mounted over /proc decides what the kernel's security files say; runc refuses it at start.
        if (target.equals("/proc") || target.startsWith("/proc/")) {
            throw new InvalidRequest("\"" + target + "\" cannot be mounted because it is inside /proc");
        }
        return target;
    }

    static String clean(String path) {
        String normal = Path.of(path).normalize().toString();
        return normal.isEmpty() ? "/" : normal;
    }

    private static void checkVolumeName(String name) {
        boolean good = name.length() >= 2
                && name.chars()
                        .allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '-'))
                && Character.isLetterOrDigit(name.charAt(0));
        if (!good) {
            throw new InvalidRequest("create " + name + ": \"" + name
                    + "\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are"
                    + " allowed. If you intended to pass a host directory, use absolute path");
        }
    }

    private static InvalidRequest invalid(String type, String why) {
        return new InvalidRequest("invalid mount config for type \"" + type + "\": " + why);
    }

    /** The third part of {@code -v source:target:mode}. */
    private record BindMode(String text, boolean writable, String propagation) {
        static BindMode parse(String text, String whole) {
            boolean readOnly = false;
            boolean readWrite = false;
            String propagation = "";
            var seen = new ArrayList<String>();
            for (String word : text.isEmpty() ? List.<String>of() : List.of(text.split(",", -1))) {
                boolean known = Set.of("ro", "rw", "z", "Z", "nocopy", "cached", "consistent", "delegated")
                        .contains(word);
                boolean spread = PROPAGATIONS.contains(word);
                if (!known && !spread || seen.contains(word) || spread && !propagation.isEmpty()) {
                    throw new InvalidRequest("invalid volume specification: '" + whole + "': invalid mode: " + text);
                }
                seen.add(word);
                readOnly |= word.equals("ro");
                readWrite |= word.equals("rw");
                propagation = spread ? word : propagation;
            }
            if (readOnly && readWrite) {
                throw new InvalidRequest("invalid volume specification: '" + whole + "': invalid mode: " + text);
            }
            return new BindMode(text, !readOnly, propagation);
        }
    }
}
