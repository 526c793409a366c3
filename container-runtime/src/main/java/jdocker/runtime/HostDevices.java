package jdocker.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import jdocker.oci.LinuxDevice;

/** The host's device nodes, for {@code --device} and {@code --privileged}. */
public final class HostDevices {
    // Those are the container's own, whatever its privileges.
    private static final Set<String> OWN =
            Set.of("pts", "shm", "fd", "mqueue", "console", "ptmx", ".lxc", ".lxd-mounts", ".udev");
    private static final int MODE_MASK = 07777;
    private static final int MINOR_BITS = 8;

    private HostDevices() {}

    /**
     * All nodes below a directory, in subdirectories too; links are not followed.
     *
     * @throws UncheckedIOException if it cannot be read
     */
    public static List<LinuxDevice> below(Path directory) {
        var found = new ArrayList<LinuxDevice>();
        collect(directory, found);
        return found;
    }

    private static void collect(Path directory, List<LinuxDevice> found) {
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.sorted().toList()) {
                if (OWN.contains(entry.getFileName().toString())) {
                    continue;
                }
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    collect(entry, found);
                } else {
                    node(entry, found);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read devices of " + directory, e);
        }
    }

    private static void node(Path entry, List<LinuxDevice> found) throws IOException {
        Map<String, Object> attributes =
                Files.readAttributes(entry, "unix:mode,rdev,uid,gid", LinkOption.NOFOLLOW_LINKS);
        int mode = (int) number(attributes, "mode");
        int type = mode & Abi.S_IFMT;
        if (type == Abi.S_IFCHR || type == Abi.S_IFBLK) {
            long device = number(attributes, "rdev");
            found.add(new LinuxDevice(
                    entry.toString(),
                    type == Abi.S_IFCHR ? "c" : "b",
                    device >>> MINOR_BITS & 0xfff | device >>> 32 & ~0xfffL,
                    device & 0xff | device >>> 12 & ~0xffL,
                    mode & MODE_MASK,
                    number(attributes, "uid"),
                    number(attributes, "gid")));
        }
    }

    private static long number(Map<String, Object> attributes, String name) {
        return Objects.requireNonNull(attributes.get(name)) instanceof Integer small
                ? Integer.toUnsignedLong(small)
                : (Long) Objects.requireNonNull(attributes.get(name));
    }
}
