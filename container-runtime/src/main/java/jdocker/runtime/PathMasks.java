package jdocker.runtime;

import java.util.List;
import java.util.Optional;
import jdocker.kernel.Errno;
import jdocker.kernel.MountAttribute;
import jdocker.kernel.Resolve;
import jdocker.kernel.SyscallNumber;

/**
 * Hides what tells of the host or steers it. Paths below {@code /proc} and {@code /sys} are looked up in the very file
 * systems that were mounted there, so nothing that the image or a volume brings can stand in for them.
 */
final class PathMasks {
    // So that an absent path is no failure: kernels differ in what they have.
    private static final Errno[] ABSENT = {Errno.ENOENT, Errno.ENOTDIR};
    private static final int NO_DEVICES =
            MountAttribute.NO_SUID.bits() | MountAttribute.NO_DEV.bits() | MountAttribute.NO_EXEC.bits();

    private final Script script;
    private final RootMounts mounts;
    private final Register target;
    private final Register tree;
    private final Register empty;
    private final DataRef status;
    private final DataRef attached;

    PathMasks(Script script, RootMounts mounts) {
        this.script = script;
        this.mounts = mounts;
        this.target = script.plan().register();
        this.tree = script.plan().register();
        this.empty = script.plan().register();
        this.status = script.plan().reserve(Abi.STATX_SIZE);
        this.attached = script.plan().reserve(Integer.BYTES);
    }

    void readOnly(List<String> paths) {
        for (String path : paths) {
            String name = "make read-only " + path;
            Label absent = script.label();
            open(name, path, absent);
            script.add(script.cloneTree(name, target, "", true).into(tree));
            script.add(script.attributes(name, tree, MountAttribute.READ_ONLY.bits(), 0, 0, true));
            script.add(script.attach(name, tree, target));
            script.place(absent);
        }
    }

    /**
     * Files are covered by the null device, directories by an empty one that all share.
     *
     * @param nullDevice a descriptor of {@code /dev/null} that was made or verified here
     */
    void hide(List<String> paths, Register nullDevice) {
        if (paths.isEmpty()) {
            return;
        }
        makeEmpty();
        for (String path : paths) {
            String name = "mask " + path;
            Label absent = script.label();
            Label directory = script.label();
            open(name, path, absent);
            DataRef mode = status.part(Abi.STATX_MODE_AT, Short.BYTES);
            script.add(script.status(name, target, status));
            script.add(Step.skipIfEqual(mode, Abi.S_IFMT, Arg.of(Abi.S_IFDIR), directory));
            script.add(script.cloneTree(name, nullDevice, "", false).into(tree));
            script.add(script.attach(name, tree, target));
            script.add(Step.jump(absent));
            script.place(directory);
            hideDirectory(name);
            script.place(absent);
        }
    }

    // One superblock for all: making one for each path and container serialises starts on machines with many CPUs.
    private void hideDirectory(String name) {
        Label first = script.label();
        Label done = script.label();
        script.add(Step.skipIfEqual(attached, -1, Arg.of(0), first));
        script.add(script.cloneTree(name, empty, "", false).into(tree));
        script.add(script.attach(name, tree, target));
        script.add(Step.jump(done));
        script.place(first);
        script.add(script.attach(name, empty, target));
        script.add(Step.store(Arg.of(1), attached));
        script.place(done);
    }

    private void makeEmpty() {
        String name = "make an empty directory for masks";
        script.add(script.step(name, SyscallNumber.FSOPEN, "tmpfs", Abi.FSOPEN_CLOEXEC)
                .into(tree));
        for (String option : List.of("nr_blocks", "nr_inodes")) {
            // Some kernels want two inodes for the root alone.
            script.call(name, SyscallNumber.FSCONFIG, tree, Abi.FSCONFIG_SET_STRING, option, "2", 0);
        }
        script.call(name, SyscallNumber.FSCONFIG, tree, Abi.FSCONFIG_CMD_CREATE, 0, 0, 0);
        int attributes = MountAttribute.READ_ONLY.bits() | NO_DEVICES;
        script.add(script.step(name, SyscallNumber.FSMOUNT, tree, Abi.FSMOUNT_CLOEXEC, attributes)
                .into(empty));
    }

    /** Opens the path in the file system that has it; what is not there needs no mask. */
    private void open(String name, String path, Label absent) {
        List<String> names = Targets.components(path);
        Optional<Register> known = switch (names.isEmpty() ? "" : names.getFirst()) {
            case "proc" -> mounts.proc();
            case "sys" -> mounts.sys();
            default -> Optional.empty();
        };
        Step step = known.isPresent() && names.size() > 1
                ? script.open(
                        name,
                        known.get(),
                        String.join("/", names.subList(1, names.size())),
                        Abi.O_PATH,
                        Resolve.BENEATH,
                        Resolve.NO_MAGICLINKS)
                : script.open(
                        name,
                        mounts.root(),
                        String.join("/", names),
                        Abi.O_PATH,
                        Resolve.IN_ROOT,
                        Resolve.NO_MAGICLINKS);
        script.add(step.into(target).tolerating(absent, ABSENT));
    }
}
