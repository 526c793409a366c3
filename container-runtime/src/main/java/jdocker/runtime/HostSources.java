package jdocker.runtime;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import jdocker.oci.OciMount;

/**
 * Takes what the container shall see of the host while the host can still be seen: detached copies of mounts, complete
 * with their attributes, kept in slots of the plan's data because there may be more of them than registers.
 */
final class HostSources {
    static final String MOUNT = "mount ";

    private final Script script;
    private final Register tree;

    HostSources(Script script, Register tree) {
        this.script = script;
        this.tree = tree;
    }

    /** The copy that a bind attaches. */
    DataRef bind(OciMount mount, MountOptions options) {
        String source = mount.source() == null ? "" : mount.source();
        String name = describe(source, mount.destination());
        script.add(script.cloneTree(name, Abi.AT_FDCWD, source, options.recursive())
                .into(tree));
        attributes(name, options);
        return keep(tree);
    }

    /** One copy of the container's cgroup directory for each hierarchy, read-only or not, by the name of its mount. */
    Map<String, DataRef> cgroups(CgroupPlacement placement, MountOptions options) {
        var slots = new LinkedHashMap<String, DataRef>();
        new TreeMap<>(placement.hierarchies()).forEach((hierarchy, directory) -> {
            String name = describe(directory.toString(), "/sys/fs/cgroup/" + hierarchy);
            script.add(script.cloneTree(name, Abi.AT_FDCWD, directory.toString(), false)
                    .into(tree));
            script.add(script.attributes(name, tree, options.set(), options.clear(), Propagation.PRIVATE.bit(), false));
            slots.put(hierarchy, keep(tree));
        });
        return slots;
    }

    /** A copy of the whole unified tree, for a container in the host's cgroup namespace. */
    DataRef unified(Path tree, MountOptions options) {
        String name = describe(tree.toString(), "/sys/fs/cgroup");
        script.add(script.cloneTree(name, Abi.AT_FDCWD, tree.toString(), false).into(this.tree));
        script.add(
                script.attributes(name, this.tree, options.set(), options.clear(), Propagation.PRIVATE.bit(), false));
        return keep(this.tree);
    }

    /** Puts a kept copy into the register. */
    Register take(DataRef slot) {
        script.add(Step.load(slot, tree));
        return tree;
    }

    static String describe(String source, String destination) {
        return MOUNT + source + " on " + destination;
    }

    // What is not asked for stays private to the container, whatever the source does: Docker's default.
    private void attributes(String name, MountOptions options) {
        Propagation propagation = options.propagation().orElse(Propagation.PRIVATE);
        boolean wholeTree = options.propagatesTree() || options.propagation().isEmpty();
        boolean plain = options.set() != 0 || options.clear() != 0;
        if (options.recursive() && wholeTree) {
            script.add(script.attributes(
                    name, tree, options.recursiveSet(), options.recursiveClear(), propagation.bit(), true));
            if (plain) {
                script.add(script.attributes(name, tree, options.set(), options.clear(), 0, false));
            }
            return;
        }
        int set = options.set() | options.recursiveSet();
        int clear = options.clear() | options.recursiveClear();
        script.add(script.attributes(name, tree, set, clear, propagation.bit(), false));
        if (options.recursive() && (options.recursiveSet() != 0 || options.recursiveClear() != 0)) {
            script.add(script.attributes(name, tree, options.recursiveSet(), options.recursiveClear(), 0, true));
        }
    }

    /** Remembers a descriptor; {@link #take} gives it back. */
    DataRef keep(Register descriptor) {
        DataRef slot = script.plan().reserve(Integer.BYTES);
        script.add(Step.store(Arg.register(descriptor), slot));
        return slot;
    }
}
