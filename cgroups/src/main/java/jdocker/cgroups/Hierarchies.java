package jdocker.cgroups;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where the host has its cgroup file systems. Layouts differ: controllers may share a mount ({@code cpu,cpuacct}), have
 * links beside it, lie anywhere, or be missing.
 *
 * @param controllers the v1 mount of each controller, and of named hierarchies as {@code name=systemd}
 * @param unified the mount of cgroup v2, if any
 */
record Hierarchies(Map<String, Path> controllers, Optional<Path> unified) {
    /** What a v1 mount may have among its options that is no controller. */
    private static final Set<String> OPTIONS = Set.of(
            "rw", "ro", "xattr", "clone_children", "noprefix", "release_agent", "cpuset_v2_mode", "favordynmods");

    Hierarchies {
        controllers = Map.copyOf(controllers);
    }

    /** From /proc/self/mountinfo. Of several mounts of the same the first counts. */
    static Hierarchies parse(String mountInfo) {
        Map<String, Path> controllers = new LinkedHashMap<>();
        Optional<Path> unified = Optional.empty();
        for (String line : mountInfo.split("\n")) {
            int dash = line.indexOf(" - ");
            String[] front = line.split(" ");
            String[] back = dash < 0 ? new String[0] : line.substring(dash + 3).split(" ");
            if (front.length < 6 || back.length < 3) {
                continue;
            }
            Path mount = Path.of(unescape(front[4]));
            if (back[0].equals("cgroup2") && unified.isEmpty()) {
                unified = Optional.of(mount);
            } else if (back[0].equals("cgroup")) {
                controllersOf(back[2]).forEach(controller -> controllers.putIfAbsent(controller, mount));
            }
        }
        return new Hierarchies(controllers, unified);
    }

    private static Stream<String> controllersOf(String options) {
        return Stream.of(options.split(",")).filter(option -> !OPTIONS.contains(option.split("=")[0]));
    }

    /** Blanks and the like stand as octal numbers in mountinfo. */
    private static String unescape(String path) {
        return path.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }

    CgroupVersion version() {
        if (controllers.keySet().stream().allMatch(name -> name.startsWith("name=")) && unified.isPresent()) {
            return CgroupVersion.UNIFIED;
        }
        return unified.isPresent() ? CgroupVersion.HYBRID : CgroupVersion.V1;
    }

    /** Each v1 mount once, however many controllers it has, in a fixed order. */
    Collection<Path> mounts() {
        return new TreeSet<>(controllers.values());
    }

    /** The same and the unified one. */
    Collection<Path> all() {
        Collection<Path> all = new ArrayList<>(mounts());
        unified.ifPresent(all::add);
        return all;
    }

    Set<String> names() {
        return controllers.keySet().stream()
                .filter(name -> !name.startsWith("name="))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
