package jdocker.daemon.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import jdocker.oci.LinuxDevice;

/** Reads device nodes of the host. */
final class HostDevices {
    private static final Set<String> SKIPPED =
            Set.of("pts", "shm", "fd", "mqueue", "console", ".lxc", ".lxd-mounts", ".udev");
    private static final int TYPE_MASK = 0170000;
    private static final int CHARACTER = 0020000;
    private static final int BLOCK = 0060000;
    private static final int PERMISSIONS = 0777;

    private HostDevices() {}

    /** A device node under the path that it gets in the container; empty for what is none. */
    static Optional<LinuxDevice> read(Path path, String inContainer) throws IOException {
        Map<String, Object> status = Files.readAttributes(path, "unix:mode,rdev,uid,gid");
        int mode = (Integer) status.getOrDefault("mode", 0);
        String type = switch (mode & TYPE_MASK) {
            case CHARACTER -> "c";
            case BLOCK -> "b";
            default -> "";
        };
        if (type.isEmpty()) {
            return Optional.empty();
        }
        long device = (Long) status.getOrDefault("rdev", 0L);
        long uid = (Integer) status.getOrDefault("uid", 0);
        long gid = (Integer) status.getOrDefault("gid", 0);
        return Optional.of(
                new LinuxDevice(inContainer, type, major(device), minor(device), mode & PERMISSIONS, uid, gid));
    }

    // As glibc's gnu_dev_major and gnu_dev_minor.
    private static long major(long device) {
        return (device >>> 8 & 0xfff) | (device >>> 32 & ~0xfffL);
    }

    private static long minor(long device) {
        return (device & 0xff) | (device >>> 12 & ~0xffL);
    }

    /** All nodes beneath a directory, under the same names beneath another. */
    static List<LinuxDevice> below(Path directory, String inContainer) {
        var found = new ArrayList<LinuxDevice>();
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.sorted().toList()) {
                String name = entry.getFileName().toString();
                String inside = inContainer + "/" + name;
                if (SKIPPED.contains(name) || Files.isSymbolicLink(entry)) {
                    continue;
                }
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    found.addAll(below(entry, inside));
                } else {
                    read(entry, inside).ifPresent(found::add);
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the devices in " + directory, e);
        }
    }
}
