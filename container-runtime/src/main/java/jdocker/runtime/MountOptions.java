package jdocker.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.kernel.MountAttribute;

/**
 * The words of a mount's options, sorted by where the kernel takes them.
 *
 * @param set attributes of the mount itself
 * @param clear attributes to take away, which matters for a bind that inherits its source's
 * @param recursiveSet attributes of the whole tree, such as {@code rro}
 * @param recursiveClear likewise to take away
 * @param propagation absent means what the mount inherits
 * @param propagatesTree whether the propagation is that of all mounts below, too
 * @param bind whether this is a bind
 * @param recursive whether a bind takes the mounts below along
 * @param data everything else: options of the file system's own
 */
record MountOptions(
        int set,
        int clear,
        int recursiveSet,
        int recursiveClear,
        Optional<Propagation> propagation,
        boolean propagatesTree,
        boolean bind,
        boolean recursive,
        List<String> data) {
    private static final int ATIME_MASK = 0x70; // MOUNT_ATTR__ATIME: a choice of one, not a set of bits

    private record Change(int set, int clear) {}

    private static final Map<String, Change> ATTRIBUTES = Map.ofEntries(
            Map.entry("ro", setting(MountAttribute.READ_ONLY)),
            Map.entry("rw", clearing(MountAttribute.READ_ONLY)),
            Map.entry("nosuid", setting(MountAttribute.NO_SUID)),
            Map.entry("suid", clearing(MountAttribute.NO_SUID)),
            Map.entry("nodev", setting(MountAttribute.NO_DEV)),
            Map.entry("dev", clearing(MountAttribute.NO_DEV)),
            Map.entry("noexec", setting(MountAttribute.NO_EXEC)),
            Map.entry("exec", clearing(MountAttribute.NO_EXEC)),
            Map.entry("nodiratime", setting(MountAttribute.NO_DIR_ATIME)),
            Map.entry("diratime", clearing(MountAttribute.NO_DIR_ATIME)),
            Map.entry("nosymfollow", setting(MountAttribute.NO_SYMFOLLOW)),
            Map.entry("symfollow", clearing(MountAttribute.NO_SYMFOLLOW)),
            Map.entry("noatime", new Change(MountAttribute.NO_ATIME.bits(), ATIME_MASK)),
            Map.entry("strictatime", new Change(MountAttribute.STRICT_ATIME.bits(), ATIME_MASK)),
            Map.entry("relatime", new Change(0, ATIME_MASK)),
            Map.entry("atime", new Change(0, ATIME_MASK)),
            Map.entry("norelatime", new Change(0, ATIME_MASK)),
            Map.entry("nostrictatime", new Change(0, ATIME_MASK)));

    // Of mount(8), without a meaning here.
    private static final List<String> IGNORED =
            List.of("defaults", "async", "loud", "silent", "mand", "nomand", "tmpcopyup", "remount");

    MountOptions {
        data = List.copyOf(data);
    }

    static MountOptions parse(List<String> options) {
        var parser = new Parser();
        options.forEach(parser::take);
        return parser.result();
    }

    boolean readOnly() {
        return has(MountAttribute.READ_ONLY);
    }

    boolean has(MountAttribute attribute) {
        return (set & attribute.bits()) != 0;
    }

    MountOptions without(MountAttribute attribute) {
        return new MountOptions(
                set & ~attribute.bits(),
                clear,
                recursiveSet,
                recursiveClear,
                propagation,
                propagatesTree,
                bind,
                recursive,
                data);
    }

    /** Whether the file system is told something that begins so, such as {@code mode=}. */
    boolean mentions(String prefix) {
        return data.stream().anyMatch(option -> option.startsWith(prefix));
    }

    private static Change setting(MountAttribute attribute) {
        return new Change(attribute.bits(), 0);
    }

    private static Change clearing(MountAttribute attribute) {
        return new Change(0, attribute.bits());
    }

    private static final class Parser {
        private final List<String> data = new ArrayList<>();
        private int set;
        private int clear;
        private int recursiveSet;
        private int recursiveClear;
        private Optional<Propagation> propagation = Optional.empty();
        private boolean propagatesTree;
        private boolean bind;
        private boolean recursive;

        private void take(String option) {
            Change plain = ATTRIBUTES.get(option);
            Change tree = option.startsWith("r") ? ATTRIBUTES.get(option.substring(1)) : null;
            Optional<Propagation> spread = Propagation.ofOption(option);
            if (plain != null) {
                set = set & ~plain.clear() | plain.set();
                clear = clear & ~plain.set() | plain.clear();
            } else if (tree != null) {
                recursiveSet = recursiveSet & ~tree.clear() | tree.set();
                recursiveClear = recursiveClear & ~tree.set() | tree.clear();
            } else if (spread.isPresent()) {
                propagation = spread;
                propagatesTree = option.startsWith("r");
            } else if (option.equals("bind") || option.equals("rbind")) {
                bind = true;
                recursive = option.equals("rbind");
            } else if (!IGNORED.contains(option) && !option.isEmpty()) {
                data.add(option);
            }
        }

        private MountOptions result() {
            return new MountOptions(
                    set, clear, recursiveSet, recursiveClear, propagation, propagatesTree, bind, recursive, data);
        }
    }
}
