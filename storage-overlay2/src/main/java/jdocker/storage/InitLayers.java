package jdocker.storage;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.kernel.Errno;
import jdocker.kernel.Fd;
import jdocker.kernel.FileCalls;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.SyscallException;

/**
 * Docker's init layer, between an image and its containers: real directories and empty files where the runtime mounts
 * things, so that no link of an image ({@code /etc -> /host}) leads such a mount astray. It depends on the image alone,
 * hence one serves all its containers.
 */
final class InitLayers {
    static final String SUFFIX = "-init";
    private static final String WITHOUT_IMAGE = "scratch";
    private static final int DIRECTORY = OpenFlag.of(OpenFlag.READ_ONLY, OpenFlag.DIRECTORY, OpenFlag.NO_FOLLOW);
    private static final int NEW_FILE = OpenFlag.of(OpenFlag.WRITE_ONLY, OpenFlag.CREATE, OpenFlag.EXCLUSIVE);

    private enum Kind {
        DIRECTORY,
        FILE,
        LINK_TO_MOUNTS
    }

    private static final Map<String, Kind> CONTENT = content();

    private final StoreFolders folders;
    private final Trash trash;
    private final FileCalls files;

    InitLayers(StoreFolders folders, Trash trash) {
        this.folders = folders;
        this.trash = trash;
        this.files = folders.kernel().files();
    }

    private static Map<String, Kind> content() {
        var content = new LinkedHashMap<String, Kind>();
        for (String directory : List.of("dev", "dev/pts", "dev/shm", "etc", "proc", "sys")) {
            content.put(directory, Kind.DIRECTORY);
        }
        for (String file : List.of(".dockerenv", "dev/console", "etc/hostname", "etc/hosts", "etc/resolv.conf")) {
            content.put(file, Kind.FILE);
        }
        content.put("etc/mtab", Kind.LINK_TO_MOUNTS);
        return content;
    }

    static String idFor(Optional<ChainId> top) {
        return top.map(chain -> chain.digest().hex()).orElse(WITHOUT_IMAGE) + SUFFIX;
    }

    /** Makes the init layer of an image unless it is there; {@code layers} are the image's folders, highest first. */
    String ensure(Optional<ChainId> top, List<String> layers) {
        String id = idFor(top);
        if (folders.exists(id)) {
            return id;
        }
        String temporary = folders.newTemporary("init");
        var diffs = new OpenDiffs(folders);
        try (diffs;
                Fd folder = files.open(folders.temporary(), temporary, DIRECTORY, 0)) {
            files.mkdir(folder, "diff", 0755);
            layers.forEach(diffs::add);
            try (Fd diff = files.open(folder, "diff", DIRECTORY, 0)) {
                fill(diff, new LowerDirectories(folders.kernel(), diffs.open()));
            }
            files.chmod(folder, 0710);
            folders.link(id);
            folders.publish(temporary, id);
        } catch (SyscallException e) {
            trash.remove(temporary);
            if (!(e.is(Errno.EEXIST) && folders.exists(id))) {
                throw e;
            }
        }
        return id;
    }

    private void fill(Fd diff, LowerDirectories lower) {
        files.chmod(diff, 0755);
        lower.copyAttributes(new byte[0], diff);
        CONTENT.forEach((path, kind) -> {
            byte[] name = path.getBytes(StandardCharsets.US_ASCII);
            switch (kind) {
                case DIRECTORY -> makeDirectory(diff, name, lower);
                case FILE -> {
                    try (Fd file = files.open(diff, name, NEW_FILE, 0755)) {
                        files.chmod(file, 0755);
                    }
                }
                case LINK_TO_MOUNTS -> files.symlink("/proc/mounts".getBytes(StandardCharsets.US_ASCII), diff, name);
            }
        });
    }

    private void makeDirectory(Fd diff, byte[] name, LowerDirectories lower) {
        files.mkdir(diff, name, 0755);
        try (Fd made = files.open(diff, name, DIRECTORY, 0)) {
            files.chmod(made, 0755);
            switch (lower.standing(name)) {
                case DIRECTORY -> lower.copyAttributes(name, made);
                case OTHER -> folders.kernel().xattrs().set(made, Xattr.OPAQUE, Xattr.YES);
                case NOTHING -> {}
            }
        }
    }
}
