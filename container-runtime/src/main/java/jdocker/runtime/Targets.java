package jdocker.runtime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdocker.kernel.Errno;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.Resolve;
import jdocker.kernel.SyscallNumber;

/**
 * Finds the places on which things are mounted. The image is not trusted: every path is resolved below the container's
 * root by the kernel, its links included, and from then on only the descriptor counts.
 */
final class Targets {
    private static final int DIRECTORY_MODE = 0755;
    private static final int FILE_MODE = 0755;

    private final Script script;
    private final Register root;
    private final DataRef fileSystem;

    Targets(Script script, Register root) {
        this.script = script;
        this.root = root;
        this.fileSystem = script.plan().reserve(Abi.STATFS_SIZE);
    }

    /** Opens a directory or file below the root and makes it, one component after the other, if it is missing. */
    void open(String path, boolean directory, Register out) {
        List<String> names = components(path);
        String whole = String.join("/", names);
        String name = "open " + path;
        if (names.isEmpty()) {
            script.add(script.open(name, root, ".", Abi.O_PATH, Resolve.IN_ROOT).into(out));
            return;
        }
        Label missing = script.label();
        Label found = script.label();
        script.add(resolve(name, whole).into(out).tolerating(missing, Errno.ENOENT));
        script.add(Step.jump(found));
        script.place(missing);
        make(names, directory, out);
        script.add(resolve(name, whole).into(out));
        script.place(found);
    }

    /**
     * A directory directly below the root that is no link: procfs and sysfs mounted where a link leads would be taken for
     * the real ones by what follows.
     */
    void openPlain(String path, Register out) {
        List<String> names = components(path);
        Register parent = root;
        for (String component : names) {
            script.add(script.step("make " + path, SyscallNumber.MKDIRAT, parent, component, DIRECTORY_MODE)
                    .tolerating(Errno.EEXIST, Errno.EROFS));
            script.add(script.open("open " + path, parent, component, Abi.O_PATH | directoryFlag(), Resolve.NO_SYMLINKS)
                    .into(out));
            parent = out;
        }
    }

    /** Fails if a descriptor lies within procfs: a mount there could make up what the container's tools believe. */
    void refuseProc(String name, Register target) {
        Label elsewhere = script.label();
        script.call("look at " + name, SyscallNumber.FSTATFS, target, fileSystem);
        script.add(Step.skipIfNotEqual(fileSystem.part(0, Long.BYTES), -1, Arg.of(Abi.PROC_SUPER_MAGIC), elsewhere));
        script.add(Step.fail(name, Errno.EACCES));
        script.place(elsewhere);
    }

    static List<String> components(String path) {
        var names = new ArrayList<String>();
        Path.of("/" + path).normalize().forEach(part -> names.add(part.toString()));
        return names;
    }

    /** An absolute path without {@code .}, {@code ..} and doubled slashes. */
    static String clean(String path) {
        return "/" + String.join("/", components(path));
    }

    private void make(List<String> names, boolean directory, Register out) {
        Register parent = root;
        int directories = directory ? names.size() : names.size() - 1;
        for (int i = 0; i < directories; i++) {
            String prefix = String.join("/", names.subList(0, i + 1));
            script.add(script.step("make /" + prefix, SyscallNumber.MKDIRAT, parent, names.get(i), DIRECTORY_MODE)
                    .tolerating(Errno.EEXIST));
            script.add(resolve("open /" + prefix, prefix).into(out));
            parent = out;
        }
        if (!directory) {
            String file = names.getLast();
            script.add(script.step("make " + file, SyscallNumber.MKNODAT, parent, file, Abi.S_IFREG | FILE_MODE, 0)
                    .tolerating(Errno.EEXIST));
        }
    }

    private Step resolve(String name, String path) {
        return script.open(name, root, path, Abi.O_PATH, Resolve.IN_ROOT, Resolve.NO_MAGICLINKS);
    }

    private static int directoryFlag() {
        return OpenFlag.DIRECTORY.bits() | OpenFlag.NO_FOLLOW.bits();
    }
}
