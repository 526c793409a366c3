package jdocker.storage;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import jdocker.kernel.DirEntry;
import jdocker.kernel.Fd;
import jdocker.kernel.FileCalls;
import jdocker.kernel.FileStatus;
import jdocker.kernel.FileType;
import jdocker.kernel.Kernel;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.Timestamp;
import jdocker.kernel.Xattrs;

/**
 * What an overlay of these layers would show, without mounting it. A directory made in a layer above hides
 * the attributes of those beneath, so it must get theirs.
 */
final class LowerDirectories {
    private static final int DIRECTORY = OpenFlag.of(OpenFlag.READ_ONLY, OpenFlag.DIRECTORY, OpenFlag.NO_FOLLOW);

    private final FileCalls files;
    private final Xattrs xattrs;
    private final List<Fd> diffs; // highest first

    /** What stands at a path, as far as the layer above must know. */
    enum Standing {
        NOTHING,
        DIRECTORY,
        /** A file, link or device, which a directory above must hide. */
        OTHER
    }

    LowerDirectories(Kernel kernel, List<Fd> diffs) {
        this.files = kernel.files();
        this.xattrs = kernel.xattrs();
        this.diffs = diffs;
    }

    /** Gives a directory the owner, mode, attributes and time of the one that it hides, if there is one. */
    void copyAttributes(byte[] path, Fd to) {
        Optional<Fd> found = find(path).directory;
        if (found.isEmpty()) {
            return;
        }
        try (Fd from = found.get()) {
            FileStatus status = files.status(from);
            files.chown(to, status.uid(), status.gid());
            for (String name : xattrs.list(from)) {
                if (Xattr.isAllowed(name)) {
                    xattrs.get(from, name).ifPresent(value -> xattrs.set(to, name, value));
                }
            }
            files.chmod(to, status.permissions());
            files.times(to, Timestamp.OMIT, status.modified());
        }
    }

    Standing standing(byte[] path) {
        Found found = find(path);
        found.directory.ifPresent(Fd::close);
        return found.standing;
    }

    /** What stands at a path, unless it is hidden. */
    Optional<FileStatus> status(byte[] path) {
        for (Fd diff : diffs) {
            Looked looked = look(diff, path);
            if (looked.decides) {
                return looked.status;
            }
        }
        return Optional.empty();
    }

    /** @param decides whether layers beneath no longer matter */
    private record Looked(boolean decides, Optional<FileStatus> status) {}

    private Looked look(Fd diff, byte[] path) {
        Fd directory = files.open(diff, ".", DIRECTORY, 0);
        boolean opaque = false;
        List<String> components = components(path);
        try {
            for (int i = 0; i < components.size(); i++) {
                byte[] name = components.get(i).getBytes(StandardCharsets.ISO_8859_1);
                Optional<FileStatus> status = files.statusIfPresent(directory, name);
                if (status.isEmpty()) {
                    return new Looked(opaque, status);
                }
                if (i == components.size() - 1) {
                    return new Looked(true, status.filter(found -> !Whiteouts.isWhiteout(found)));
                }
                if (!status.get().isDirectory()) {
                    return new Looked(true, Optional.empty());
                }
                Fd next = files.open(directory, name, DIRECTORY, 0);
                directory.close();
                directory = next;
                opaque |= xattrs.get(directory, Xattr.OPAQUE).isPresent();
            }
            return new Looked(true, Optional.of(files.status(directory)));
        } finally {
            directory.close();
        }
    }

    /** What a symbolic link says. */
    byte[] target(byte[] path) {
        return at(path, files::readlink);
    }

    /** Opens what stands at a path. */
    Fd open(byte[] path, int flags) {
        return at(path, (directory, name) -> files.open(directory, name, flags, 0));
    }

    private interface Use<T> {
        T of(Fd directory, byte[] name);
    }

    /** Uses the topmost layer's entry; the path is one that {@link #status} has found. */
    private <T> T at(byte[] path, Use<T> use) {
        EntryPath split = EntryPath.of(path);
        for (Fd diff : diffs) {
            Optional<Found> found = findIn(diff, split.parent());
            Optional<Fd> opened = found.flatMap(Found::directory);
            if (opened.isEmpty()) {
                continue;
            }
            try (Fd directory = opened.get()) {
                if (files.statusIfPresent(directory, split.base()).isPresent()) {
                    return use.of(directory, split.base());
                }
            }
        }
        throw new IllegalStateException("'" + TarText.printable(path) + "' has gone");
    }

    /** The names that a directory shows. */
    Set<String> names(byte[] path) {
        var shown = new TreeSet<String>();
        var hidden = new HashSet<String>();
        for (Fd diff : diffs) {
            Optional<Found> found = findIn(diff, path);
            if (found.isEmpty()) {
                continue;
            }
            if (found.get().directory.isEmpty()) {
                break;
            }
            try (Fd directory = found.get().directory.get()) {
                for (DirEntry entry : files.list(directory)) {
                    String name = new String(entry.name(), StandardCharsets.ISO_8859_1);
                    boolean whiteout = entry.type() == FileType.CHARACTER_DEVICE
                            && Whiteouts.isWhiteout(files.status(directory, entry.name()));
                    if (hidden.add(name) && !whiteout) {
                        shown.add(name);
                    }
                }
            }
            if (found.get().opaque) {
                break;
            }
        }
        return shown;
    }

    /** @param opaque whether layers beneath add nothing to the directory */
    private record Found(Standing standing, Optional<Fd> directory, boolean opaque) {
        static final Found NOTHING = new Found(Standing.NOTHING, Optional.empty(), true);
        static final Found OTHER = new Found(Standing.OTHER, Optional.empty(), true);
    }

    private Found find(byte[] path) {
        for (Fd diff : diffs) {
            Optional<Found> found = findIn(diff, path);
            if (found.isPresent()) {
                return found.get();
            }
        }
        return Found.NOTHING;
    }

    /** Empty when this layer neither has the path nor hides it. */
    private Optional<Found> findIn(Fd diff, byte[] path) {
        Fd directory = files.open(diff, ".", DIRECTORY, 0);
        boolean opaque = false;
        List<String> components = components(path);
        for (int i = 0; i < components.size(); i++) {
            byte[] bytes = components.get(i).getBytes(StandardCharsets.ISO_8859_1);
            Optional<FileStatus> status = files.statusIfPresent(directory, bytes);
            if (status.isEmpty() || !status.get().isDirectory()) {
                directory.close();
                if (status.isEmpty()) {
                    return opaque ? Optional.of(Found.NOTHING) : Optional.empty();
                }
                boolean hides = i < components.size() - 1 || Whiteouts.isWhiteout(status.get());
                return Optional.of(hides ? Found.NOTHING : Found.OTHER);
            }
            Fd next = files.open(directory, bytes, DIRECTORY, 0);
            directory.close();
            directory = next;
            opaque |= xattrs.get(directory, Xattr.OPAQUE).isPresent();
        }
        return Optional.of(new Found(Standing.DIRECTORY, Optional.of(directory), opaque));
    }

    private static List<String> components(byte[] path) {
        return path.length == 0 ? List.of() : List.of(new String(path, StandardCharsets.ISO_8859_1).split("/"));
    }
}
