package jdocker.storage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import jdocker.kernel.DirEntry;
import jdocker.kernel.Fd;
import jdocker.kernel.FileCalls;
import jdocker.kernel.FileStatus;
import jdocker.kernel.Kernel;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.Xattrs;
import jdocker.storage.FileChange.Kind;

/**
 * Compares a container's writable layer with what lies beneath it, as Docker does: by type, mode, owner, size, time and
 * device number; of directories by mode and owner. Used once.
 */
final class ContainerChanges {
    private static final int DIRECTORY = OpenFlag.of(OpenFlag.READ_ONLY, OpenFlag.DIRECTORY, OpenFlag.NO_FOLLOW);
    private static final int DEEPEST = 1000;
    private static final int MOST = 2_000_000;

    private final FileCalls files;
    private final Xattrs xattrs;
    private final LowerDirectories lower;
    private final List<FileChange> changes = new ArrayList<>();

    ContainerChanges(Kernel kernel, LowerDirectories lower) {
        this.files = kernel.files();
        this.xattrs = kernel.xattrs();
        this.lower = lower;
    }

    /** Sorted: a directory before what is in it. */
    List<FileChange> of(Fd upper) {
        walk(upper, new byte[0], 0);
        return changes;
    }

    private void walk(Fd directory, byte[] path, int depth) {
        if (depth > DEEPEST || changes.size() > MOST) {
            throw new UnarchivableTree(
                    "'" + TarText.printable(path) + "' is nested too deeply, or too much has changed");
        }
        List<byte[]> names = new ArrayList<>();
        files.list(directory).stream().map(DirEntry::name).forEach(names::add);
        if (path.length > 0 && xattrs.get(directory, Xattr.OPAQUE).isPresent()) {
            addHidden(path, names);
        }
        names.sort(Arrays::compareUnsigned);
        for (byte[] name : names) {
            entry(directory, name, EntryPath.child(path, name), depth);
        }
    }

    /** What an opaque directory hides is gone. */
    private void addHidden(byte[] path, List<byte[]> names) {
        var present = new java.util.HashSet<String>();
        names.forEach(name -> present.add(new String(name, StandardCharsets.ISO_8859_1)));
        for (String hidden : lower.names(path)) {
            if (!present.contains(hidden)) {
                names.add(hidden.getBytes(StandardCharsets.ISO_8859_1));
            }
        }
    }

    private void entry(Fd directory, byte[] name, byte[] path, int depth) {
        Optional<FileStatus> before = lower.status(path);
        Optional<FileStatus> now =
                files.statusIfPresent(directory, name).filter(status -> !Whiteouts.isWhiteout(status));
        if (now.isEmpty()) {
            before.ifPresent(_ -> add(path, Kind.DELETED));
            return;
        }
        int at = changes.size();
        if (before.isEmpty()) {
            add(path, Kind.ADDED);
        } else if (differ(before.get(), now.get())) {
            add(path, Kind.MODIFIED);
        }
        boolean listed = changes.size() > at;
        if (now.get().isDirectory()) {
            descend(directory, name, path, depth);
            if (!listed && changes.size() > at) {
                changes.add(at, change(path, Kind.MODIFIED)); // for what has changed in it
            }
        }
    }

    private void descend(Fd parent, byte[] name, byte[] path, int depth) {
        files.openInIfPresent(parent, name, DIRECTORY, 0, 0).ifPresent(opened -> {
            try (opened) {
                walk(opened, path, depth + 1);
            }
        });
    }

    private static boolean differ(FileStatus before, FileStatus now) {
        return before.mode() != now.mode()
                || before.uid() != now.uid()
                || before.gid() != now.gid()
                || !before.special().equals(now.special())
                || !now.isDirectory()
                        && (before.size() != now.size() || !before.modified().equals(now.modified()));
    }

    private void add(byte[] path, Kind kind) {
        changes.add(change(path, kind));
    }

    private static FileChange change(byte[] path, Kind kind) {
        return new FileChange("/" + new String(path, StandardCharsets.UTF_8), kind);
    }
}
